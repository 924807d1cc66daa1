import { ExpressionError } from "../error.js";
import { type Token, tokenize } from "./tokens.js";

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**" | "&" | "|";
export type CompareOperator = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** What an expression says. `at` is the index in the text that an error about the node points to. */
export type Expression =
  | { readonly type: "number"; readonly at: number; readonly value: number }
  | { readonly type: "name"; readonly at: number; readonly name: string; readonly np: boolean }
  | { readonly type: "list"; readonly at: number; readonly items: readonly Expression[] }
  | {
      readonly type: "unary";
      readonly at: number;
      readonly op: "-" | "+" | "~";
      readonly operand: Expression;
    }
  | {
      readonly type: "binary";
      readonly at: number;
      readonly op: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: "compare";
      readonly at: number;
      readonly first: Expression;
      readonly rest: readonly { readonly op: CompareOperator; readonly right: Expression }[];
    }
  | {
      readonly type: "call";
      readonly at: number;
      readonly name: string;
      /** Whether it was written `np.name(...)` or `numpy.name(...)`. */
      readonly np: boolean;
      readonly args: readonly Expression[];
      readonly keywords: ReadonlyMap<string, Expression>;
    }
  | { readonly type: "item"; readonly at: number; readonly object: Expression; readonly index: Expression }
  | {
      readonly type: "slice";
      readonly at: number;
      readonly object: Expression;
      /** Start, stop, step. */
      readonly parts: readonly (Expression | undefined)[];
    };

/** Deepest nesting of brackets and prefixes that is read. */
export const MAX_DEPTH = 100;

/** How tightly binary operators bind, as in Python's grammar; comparisons bind loosest. */
const BINDING: Readonly<Record<string, number>> = {
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "==": 1,
  "!=": 1,
  "|": 2,
  "&": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "//": 5,
  "%": 5,
  "**": 7,
};
const COMPARE = 1;
/** Prefix operators bind tighter than `*` and looser than `**`: `-x**2` is `-(x**2)`. */
const PREFIX = 6;
const POWER = 7;

/** What to write instead of Python's words that mean something else, or nothing, on arrays. */
const REFUSED_WORDS: Readonly<Record<string, string>> = {
  and: "write & between comparisons in parentheses",
  or: "write | between comparisons in parentheses",
  not: "write ~(…)",
  if: "write np.where(condition, a, b)",
  else: "write np.where(condition, a, b)",
  in: "write np.isin(x, [a, b])",
  is: "write ==",
  for: "loops are not known; functions work on whole columns",
  lambda: "functions cannot be made in an expression",
  None: "None is not known",
};

/** Parses the numpy-flavoured subset of Python's expressions. Throws {@link ExpressionError}. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.expression(0);
  parser.expectEnd();
  return expression;
}

/** A Pratt parser: one loop for all binary operators, driven by {@link BINDING}. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(minimum: number): Expression {
    if (++this.#depth > MAX_DEPTH) {
      throw new ExpressionError("too-deep", `nested more than ${MAX_DEPTH} deep`, this.#peek().at);
    }
    let left = this.#prefix();
    for (;;) {
      const token = this.#peek();
      const binding = token.kind === "operator" ? BINDING[token.text] : undefined;
      if (binding === undefined || binding < minimum) break;
      if (binding === COMPARE) {
        left = this.#comparison(left);
        continue;
      }
      this.#next++;
      // ** groups to the right, and its right side may have a prefix: 2**-1.
      const right = this.expression(binding === POWER ? PREFIX : binding + 1);
      left = { type: "binary", at: token.at, op: token.text as BinaryOperator, left, right };
    }
    this.#depth--;
    return left;
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token.kind !== "end") throw unexpected(token, "an operator or the end");
  }

  #comparison(first: Expression): Expression {
    const at = this.#peek().at;
    const rest: { op: CompareOperator; right: Expression }[] = [];
    while (this.#peek().kind === "operator" && BINDING[this.#peek().text] === COMPARE) {
      const op = this.#take().text as CompareOperator;
      const mark = this.#peek();
      const right = this.expression(COMPARE + 1);
      const chained = BINDING[this.#peek().text] === COMPARE;
      if (chained && right.type === "binary" && (right.op === "&" || right.op === "|") && mark.text !== "(") {
        const message = `${right.op} binds tighter than comparisons; write (a < b) ${right.op} (c < d)`;
        throw new ExpressionError("syntax", message, right.at);
      }
      rest.push({ op, right });
    }
    return { type: "compare", at, first, rest };
  }

  #prefix(): Expression {
    const token = this.#take();
    if (token.kind === "operator" && (token.text === "-" || token.text === "+" || token.text === "~")) {
      return { type: "unary", at: token.at, op: token.text, operand: this.expression(PREFIX) };
    }
    return this.#postfix(this.#atom(token));
  }

  #atom(token: Token): Expression {
    if (token.kind === "number") {
      const value = Number(token.text.replaceAll("_", ""));
      if (!Number.isFinite(value))
        throw new ExpressionError("syntax", `${token.text} is too large`, token.at);
      return { type: "number", at: token.at, value };
    }
    if (token.kind === "name") {
      if (Object.hasOwn(REFUSED_WORDS, token.text)) throw unexpected(token, "a column");
      if (token.text !== "np" && token.text !== "numpy") {
        return { type: "name", at: token.at, name: token.text, np: false };
      }
      this.#expect(".", "np is a prefix, as in np.mean");
      const member = this.#take();
      if (member.kind !== "name") throw unexpected(member, "a function's name");
      return { type: "name", at: token.at, name: member.text, np: true };
    }
    if (token.text === "(") {
      const inner = this.expression(0);
      this.#expect(")");
      return inner;
    }
    if (token.text === "[") {
      return { type: "list", at: token.at, items: this.#sequence("]") };
    }
    throw unexpected(token, "a number, a column or a function");
  }

  #postfix(expression: Expression): Expression {
    let object = expression;
    for (;;) {
      const token = this.#peek();
      if (token.text === "(") {
        this.#next++;
        object = this.#call(object, token);
      } else if (token.text === "[") {
        this.#next++;
        object = this.#subscript(object, token.at);
      } else if (token.text === ".") {
        const message = "attributes are not allowed; functions are written np.mean(x), not x.mean()";
        throw new ExpressionError("attribute", message, token.at);
      } else {
        return object;
      }
    }
  }

  #call(callee: Expression, open: Token): Expression {
    if (callee.type !== "name") throw new ExpressionError("syntax", "only a function can be called", open.at);
    const args: Expression[] = [];
    const keywords = new Map<string, Expression>();
    while (!this.#accept(")")) {
      const name = this.#peek();
      if (name.kind === "name" && this.#tokens[this.#next + 1]?.text === "=") {
        this.#next += 2;
        if (keywords.has(name.text))
          throw new ExpressionError("syntax", `${name.text} is given twice`, name.at);
        keywords.set(name.text, this.expression(0));
      } else {
        if (keywords.size > 0)
          throw new ExpressionError("syntax", "put plain arguments before named ones", name.at);
        args.push(this.expression(0));
      }
      if (!this.#accept(",")) {
        this.#expect(")");
        break;
      }
    }
    return { type: "call", at: callee.at, name: callee.name, np: callee.np, args, keywords };
  }

  #subscript(object: Expression, at: number): Expression {
    const parts: (Expression | undefined)[] = [];
    for (;;) {
      const empty = this.#peek().text === ":" || this.#peek().text === "]";
      parts.push(empty ? undefined : this.expression(0));
      if (!this.#accept(":")) break;
    }
    const end = this.#peek();
    if (end.text === ",") throw new ExpressionError("syntax", "columns have one dimension", end.at);
    this.#expect("]");
    const [index] = parts;
    if (parts.length > 3 || (parts.length === 1 && index === undefined))
      throw unexpected(end, "an index or a:b:c");
    if (parts.length === 1 && index !== undefined) return { type: "item", at, object, index };
    return { type: "slice", at, object, parts };
  }

  #sequence(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#accept(close)) {
      items.push(this.expression(0));
      if (!this.#accept(",")) {
        this.#expect(close);
        break;
      }
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #accept(text: string): boolean {
    const found = this.#peek().kind === "operator" && this.#peek().text === text;
    if (found) this.#next++;
    return found;
  }

  #expect(text: string, hint?: string): void {
    if (!this.#accept(text)) throw unexpected(this.#peek(), hint ?? `"${text}"`);
  }
}

function unexpected(token: Token, wanted: string): ExpressionError {
  const refused = Object.hasOwn(REFUSED_WORDS, token.text) ? REFUSED_WORDS[token.text] : undefined;
  if (refused !== undefined) return new ExpressionError("syntax", `"${token.text}": ${refused}`, token.at);
  const found = token.kind === "end" ? "the expression ends" : `"${token.text}" stands`;
  return new ExpressionError("syntax", `${found} where ${wanted} was expected`, token.at);
}
