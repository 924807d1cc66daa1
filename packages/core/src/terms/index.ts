export { combinationOf, legacyCombination } from "./combination.js";
export type {
  Attributes,
  Bounds,
  Config,
  DataSourceConfig,
  Dtype,
  FillValue,
  FilterConfig,
  FilterOp,
  GridConfig,
  StatisticConfig,
} from "./config.js";
export { type DatasetConfig, type DatasetSpec, type Decoding, datasetSpec } from "./dataset.js";
export { defined } from "./defined.js";
export { EXIT_CODES, isZaggError, ZaggError, type ZaggErrorKind } from "./error.js";
export { DEFAULT_GRID } from "./grid.js";
export { groupPath } from "./group-path.js";
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
