import {
  type CellValue,
  cellStatistics as cellStatisticsOf,
  compileStatistics,
  type NumberColumns,
  StatisticError,
  type StatisticProblem,
  type Statistics,
  statisticProblems,
} from "@zagg/stats";
import { type Config, ConfigError, type Problem } from "../terms/index.js";

/** Compiles the variables of a config. Throws {@link ConfigError} with everything that does not compile. */
export function configStatistics({ aggregation, dataSource }: Config): Statistics {
  return asConfigErrors(() => compileStatistics(aggregation.variables, Object.keys(dataSource.variables)));
}

/** What is wrong with a config's functions and expressions. */
export function problemsOfStatistics({ aggregation, dataSource }: Config): Problem[] {
  return statisticProblems(aggregation.variables, Object.keys(dataSource.variables)).map(inConfig);
}

/**
 * All statistics of a config for the points of one cell. `columns` are those that the config reads, of equal length;
 * implicit ones that are not given are 0.
 *
 * @example cellStatistics({ h_li: [10, 12], s_li: [0.1, 0.1] }, defaultConfig()).h_mean; // => 11
 */
export function cellStatistics(columns: NumberColumns, config: Config): Record<string, CellValue> {
  return asConfigErrors(() => cellStatisticsOf(columns, config.aggregation.variables));
}

/** Runs `compute`, whose {@link StatisticError} becomes a {@link ConfigError}: its paths are those of the config. */
export function asConfigErrors<T>(compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    if (cause instanceof StatisticError) throw new ConfigError(cause.problems.map(inConfig), { cause });
    throw cause;
  }
}

function inConfig(problem: StatisticProblem): Problem {
  return { ...problem, path: ["aggregation", "variables", ...problem.path] };
}
