import { ZaggError } from "./error.js";

/** Keys and indices from the root of the YAML document, in the document's own spelling. */
export type KeyPath = readonly (string | number)[];

/** Something wrong in a config. */
export interface Problem {
  /** Stable and short, e.g. `unknown-key`. */
  readonly code: string;
  readonly path: KeyPath;
  /** What is wrong and what is allowed, without the position. */
  readonly message: string;
  /** Whether the key itself is wrong, or its value (the default). */
  readonly at?: "key" | "value";
  /** For expressions: index of the offending character within the value. */
  readonly offset?: number;
}

export interface Position {
  /** 1-based, as editors count. */
  readonly line: number;
  readonly column: number;
}

/** A {@link Problem} where it stands in a file; `line` and `column` are absent when there is no text. */
export interface ConfigProblem extends Problem, Partial<Position> {
  readonly file?: string;
}

/**
 * The config cannot be used. `problems` has all that was found; `message` has one line for each.
 *
 * @example await loadConfig("missing.yaml").catch((error: ConfigError) => error.problems.length); // => 1
 */
export class ConfigError extends ZaggError {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const first = problems[0];
    super(
      "config",
      first?.code ?? "invalid-config",
      problems.map(describeProblem).join("\n"),
      { problems },
      options,
    );
    this.problems = problems;
  }
}

/**
 * Whether `value` is a {@link ConfigError}.
 *
 * @example await loadConfig("missing.yaml").catch(isConfigError); // => true
 */
export function isConfigError(value: unknown): value is ConfigError {
  return value instanceof ConfigError;
}

/**
 * `file:line:column: key: message`, as editors and terminals make clickable.
 *
 * @example
 * try {
 *   parseConfig("aggregation: {}", "mine.yaml");
 * } catch (error) {
 *   if (isConfigError(error)) console.log(error.problems.map(describeProblem)); // mine.yaml:1:1: …
 * }
 */
export function describeProblem(problem: ConfigProblem): string {
  const position = problem.line === undefined ? "" : `:${problem.line}:${problem.column}`;
  const place = problem.file === undefined ? "" : `${problem.file}${position}: `;
  const key = keyName(problem.path);
  return `${place}${key === "" ? "" : `${key}: `}${problem.message}`;
}

/** `data_source.groups[2]` for `["data_source", "groups", 2]`. */
function keyName(path: KeyPath): string {
  return path.reduce<string>(
    (name, part) => (typeof part === "number" ? `${name}[${part}]` : name === "" ? part : `${name}.${part}`),
    "",
  );
}
