export { type Aggregated, aggregate } from "./aggregate.js";
export {
  type CellValue,
  cellStatistics,
  evaluateExpression,
  type NumberColumns,
  type ResolvedFunction,
  resolveFunction,
} from "./call.js";
export { COMBINATIONS, type Combination, functionCombination, isCombination } from "./combine.js";
export {
  compileStatistics,
  countsPoints,
  type Statistic,
  type StatisticSpec,
  type StatisticSpecs,
  type Statistics,
  statisticProblems,
} from "./compile.js";
export { ExpressionError, StatisticError, type StatisticProblem, StatsError } from "./error.js";
export { IMPLICIT_COLUMNS, isImplicitColumn } from "./implicit.js";
export { nearest, suggestion } from "./nearest.js";
export { type Column, type ColumnValues, type LeftOutReason, MISSING, type Points } from "./points.js";
export { compileRowTest, type RowTest } from "./row-test.js";
