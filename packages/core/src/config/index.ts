export { validateConfig } from "./check.js";
export {
  builtInConfigs,
  builtInText,
  defaultConfig,
  type LoadOptions,
  loadConfig,
  parseConfig,
} from "./load.js";
export * from "./model.js";
export { ConfigError, type ConfigProblem, describeProblem, isConfigError } from "./problem.js";
export { configSchema } from "./schema.js";
