export { type Aggregated, aggregate } from "./aggregate.js";
export type { TypedArray } from "./cast.js";
export { compileStatistics, type Statistic, type Statistics } from "./compile.js";
export {
  type CellValue,
  cellStatistics,
  evaluateExpression,
  type ResolvedFunction,
  resolveFunction,
} from "./evaluation.js";
export { ExpressionError } from "./expression/expression-error.js";
export type { Merge } from "./expression/functions.js";
export { IMPLICIT_COLUMNS, isImplicitColumn } from "./implicit.js";
export type { Column, ColumnValues, LeftOutReason, Points } from "./points.js";
