import { ZaggError } from "../../error.js";

/** An expression or function that cannot be compiled, or whose operands do not fit together. */
export class ExpressionError extends ZaggError {
  override readonly name = "ExpressionError";
  /** Index of the offending character in the expression's text. */
  readonly offset: number;

  constructor(code: string, message: string, offset: number) {
    super("config", code, message, { offset });
    this.offset = offset;
  }
}
