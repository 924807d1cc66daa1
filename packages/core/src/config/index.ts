export { validateConfig } from "./check.js";
export {
  builtInConfigs,
  builtInText,
  defaultConfig,
  type LoadOptions,
  loadConfig,
  parseConfig,
} from "./load.js";
export { configSchema } from "./schema.js";
export { asConfigErrors, cellStatistics, configStatistics } from "./statistics.js";
