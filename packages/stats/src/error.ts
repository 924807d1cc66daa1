/** A function or an expression of a statistic is wrong. Its kind is that of the mistake: the configuration's. */
export class StatsError extends Error {
  override readonly name: string = "StatsError";
  readonly kind = "config";
  /** Stable and short, e.g. `unknown-function`. */
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}

/** Something wrong with one variable. */
export interface StatisticProblem {
  /** Stable and short, e.g. `unknown-column`. */
  readonly code: string;
  /** Keys from the variables down: `["h_q25", "params", "q"]`. */
  readonly path: readonly string[];
  /** What is wrong and what is allowed, without the position. */
  readonly message: string;
  /** Whether the key itself is wrong, or its value (the default). */
  readonly at?: "key" | "value";
  /** For expressions: index of the offending character within the value. */
  readonly offset?: number;
}

/** Statistics that cannot be compiled, or whose results do not fit their arrays. */
export class StatisticError extends StatsError {
  override readonly name = "StatisticError";
  readonly problems: readonly StatisticProblem[];

  constructor(problems: readonly StatisticProblem[], options?: ErrorOptions) {
    const lines = problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
    super(problems[0]?.code ?? "invalid-statistic", lines.join("\n"), { problems }, options);
    this.problems = problems;
  }
}

/**
 * An expression or function that cannot be compiled, or whose operands do not fit together.
 *
 * @example
 * try {
 *   evaluateExpression("np.mean(h) +", { h: [1, 2] });
 * } catch (error) {
 *   if (error instanceof ExpressionError) console.log(error.message, error.offset);
 * }
 */
export class ExpressionError extends StatsError {
  override readonly name = "ExpressionError";
  /** Index of the offending character in the expression's text. */
  readonly offset: number;

  constructor(code: string, message: string, offset: number) {
    super(code, message, { offset });
    this.offset = offset;
  }
}
