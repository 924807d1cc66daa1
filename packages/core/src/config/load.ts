import { readdirSync, readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { suggestion } from "@zagg/stats";
import { type Config, ConfigError, type ConfigProblem, type Problem, readText } from "../terms/index.js";
import { configProblems } from "./check.js";
import { understandLegacy } from "./legacy.js";
import { inDocument, resolveDocument } from "./resolve.js";
import { matchSchema } from "./shape.js";
import { readSource } from "./source.js";

export interface LoadOptions {
  /** Told of keys that were understood although out of place, or that have no effect (default: nobody). */
  readonly onWarning?: (warning: ConfigProblem) => void;
}

/** Longest config that is read: a thousand variables have 200 kB. */
const MOST_BYTES = 2 ** 24;

/** The folder with the built-in configs, in the sources as in the package. */
const BUILT_IN = fileURLToPath(new URL("../../configs/", import.meta.url));

/**
 * Reads a config. `nameOrFile` is a file, or the name of a built-in (`atl06`, also as `atl06.yaml`) where no such
 * file exists. Throws {@link ConfigError}.
 *
 * @example
 * const config = await loadConfig("atl06");
 */
export async function loadConfig(nameOrFile: string, options: LoadOptions = {}): Promise<Config> {
  let text: string;
  try {
    text = await readText(nameOrFile, (what, cause) => new Error(what, { cause }), MOST_BYTES);
  } catch (error) {
    const name = builtInName(nameOrFile);
    if (name !== undefined) return defaultConfig(name);
    const { message: why, cause } = error as Error;
    const missing = (cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
    const message = missing
      ? `no such file, and no built-in config of that name.${suggestion(nameOrFile, builtInConfigs())} ` +
        `Built in: ${builtInConfigs().join(", ")}.`
      : `cannot be read (${why}).`;
    throw new ConfigError(
      [{ code: missing ? "not-found" : "unreadable", path: [], message, file: nameOrFile }],
      {
        cause,
      },
    );
  }
  return parseConfig(text, nameOrFile, options);
}

/**
 * Parses the YAML text of a config; `fileName` is for messages and gives the config its name. Throws
 * {@link ConfigError} with file, line, column, key and what is allowed for everything that is wrong.
 *
 * @example parseConfig(builtInText("atl06"), "mine.yaml").name; // => "mine"
 */
export function parseConfig(text: string, fileName = "config.yaml", options: LoadOptions = {}): Config {
  const source = readSource(text, fileName);
  const place = (problem: Problem): ConfigProblem => ({
    ...problem,
    file: fileName,
    ...source.position(problem),
  });

  const { value, warnings } = understandLegacy(source.value);
  const shape = matchSchema(value);
  if ("problems" in shape) throw new ConfigError(told(shape.problems).map(place));
  const config = resolveDocument(shape.document, basename(fileName, extname(fileName)));
  const problems = configProblems(config);
  if (problems.length > 0) {
    const named = problems.map((problem) => inDocument(problem, shape.document));
    throw new ConfigError(told(named).map(place));
  }
  for (const warning of warnings) options.onWarning?.(place(warning));
  return config;
}

/** Problems that are told one by one: who has more needs another look at the whole. */
const MOST_TOLD = 50;

function told(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MOST_TOLD) return problems;
  const message = `and ${problems.length - MOST_TOLD} more problems.`;
  return [...problems.slice(0, MOST_TOLD), { code: "many-problems", path: [], message }];
}

/**
 * A built-in config (default `atl06`).
 *
 * @example defaultConfig().output.grid.childOrder; // => 12
 */
export function defaultConfig(name = "atl06"): Config {
  return parseConfig(builtInText(name), `${name}.yaml`);
}

/**
 * Names of the built-in configs.
 *
 * @example builtInConfigs().includes("atl06"); // => true
 */
export function builtInConfigs(): string[] {
  return readdirSync(BUILT_IN)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/**
 * YAML text of a built-in config, ready to save and change. Throws {@link ConfigError} for an unknown name.
 *
 * @example console.log(builtInText("atl06")); // to be saved and changed
 */
export function builtInText(name: string): string {
  const known = builtInName(name);
  if (known === undefined) {
    const message = `no built-in config of that name.${suggestion(name, builtInConfigs())} Built in: ${builtInConfigs().join(", ")}.`;
    throw new ConfigError([{ code: "not-found", path: [], message, file: name }]);
  }
  return readFileSync(`${BUILT_IN}${known}.yaml`, "utf8");
}

function builtInName(nameOrFile: string): string | undefined {
  const name = basename(nameOrFile).replace(/\.ya?ml$/, "");
  return builtInConfigs().find((known) => known === name);
}
