import { ExpressionError } from "../error.js";

export interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
  /** Index of the token's first character. */
  readonly at: number;
}

/**
 * Longest expression that is read, in characters: far above any formula, and a sum of a thousand terms, which is
 * evaluated by recursion, still fits the stack.
 */
export const MAX_EXPRESSION_LENGTH = 2000;

const SPACE = /\s+/y;
const NUMBER = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const OPERATOR = /\*\*|\/\/|<=|>=|==|!=|[-+*/%&|~<>()[\],:.=]/y;

const REFUSED: Readonly<Record<string, string>> = {
  "^": "^ is not power; write **",
  "'": "text is not allowed in an expression",
  '"': "text is not allowed in an expression",
  "{": "only lists [a, b] are known, no sets or mappings",
  "!": "write ~ for not, != for unequal",
};

/** Splits an expression into tokens, the last of which is `end`. Throws {@link ExpressionError}. */
export function tokenize(text: string): Token[] {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(
      "too-long",
      `longer than ${MAX_EXPRESSION_LENGTH} characters`,
      MAX_EXPRESSION_LENGTH,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const number = take(NUMBER);
    const found = number ?? take(NAME) ?? take(OPERATOR);
    if (found === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at) as number);
      const why = REFUSED[character] ?? `unexpected character ${JSON.stringify(character)}`;
      throw new ExpressionError("syntax", why, at);
    }
    const kind = number !== undefined ? "number" : /^\w/.test(found) ? "name" : "operator";
    tokens.push({ kind, text: found, at });
    at += found.length;
    if (kind === "number" && /\w/.test(text[at] ?? "")) {
      throw new ExpressionError(
        "syntax",
        `"${found}${text[at]}" is neither a number nor a name`,
        at - found.length,
      );
    }
  }
  tokens.push({ kind: "end", text: "the end", at });
  return tokens;
}
