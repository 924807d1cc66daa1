export { combinationOf, legacyCombination } from "./combination.js";
export {
  type Attributes,
  type Bounds,
  type Config,
  type DataSourceConfig,
  type DatasetFilter,
  type Dtype,
  type ExpressionFilter,
  FILTER_OPS,
  type FillValue,
  type FilterConfig,
  type FilterOp,
  type GridConfig,
  type StatisticConfig,
  textsOf,
} from "./config.js";
export { type DatasetConfig, type DatasetSpec, type Decoding, datasetSpec, type Join } from "./dataset.js";
export {
  type DatasetIndex,
  type DatasetPath,
  type DatasetPathProblem,
  datasetText,
  isOneValue,
  parseDatasetPath,
} from "./dataset-path.js";
export { defined } from "./defined.js";
export { EXIT_CODES, isZaggError, ZaggError, type ZaggErrorKind } from "./error.js";
export { DEFAULT_GRID } from "./grid.js";
export { groupPath, isGroupPattern } from "./group-path.js";
export { decodeJson, encodeJson } from "./json.js";
export { machineError } from "./machine-error.js";
export {
  ConfigError,
  type ConfigProblem,
  describeProblem,
  isConfigError,
  type KeyPath,
  type Position,
  type Problem,
} from "./problem.js";
export { readText } from "./read-text.js";
export { sha256Hex } from "./sha256.js";
export { firstProblem, shapeProblems } from "./shape-problems.js";
export { utcTime, withZone } from "./utc-time.js";
