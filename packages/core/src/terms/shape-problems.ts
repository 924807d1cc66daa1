import { redactUrl } from "@zagg/storage";
import * as z from "zod/mini";

/** Whose documents may be anyone's: nobody reads longer ones. */
const LONGEST = { path: 200, value: 60 };
const MOST_KEYS = 3;

/** How the kinds of JSON values are called. */
const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text",
  tuple: "a list",
};

/** How something with a length is called, where there must be more or less of it. */
const MEASURES: Readonly<Record<string, string>> = { array: "a list of", string: "text of length" };

/**
 * Where a JSON value departs from a schema: `path: what is expected, what was found`, with a path as JavaScript writes it.
 * Empty where it does not. Of `{ size: "9" }`, where a whole number should be: `size: expected a whole number, found "9"`.
 */
export function shapeProblems(schema: z.ZodMiniType, value: unknown): string[] {
  const { error } = z.safeParse(schema, value, { error: expectation });
  return (error?.issues ?? []).map(({ path, message }) => {
    const place = cut(z.core.toDotPath(path), LONGEST.path) || "the document";
    const found = message.startsWith("expected") ? `, found ${show(valueAt(value, path))}` : "";
    return `${place}: ${message}${found}`;
  });
}

/** The first of them; undefined where there is none. */
export function firstProblem(schema: z.ZodMiniType, value: unknown): string | undefined {
  return shapeProblems(schema, value)[0];
}

/** What a schema expects, where it does not say it in its own words: zod/mini has none but "Invalid input". */
function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
    case "too_big": {
      const [bound, limit] =
        issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
      return `expected ${MEASURES[issue.origin] ?? "a number of"} ${bound} ${limit}`;
    }
    case "unrecognized_keys":
      return `expected no ${issue.keys.slice(0, MOST_KEYS).map(show).join(", ")}`;
    case "invalid_union": {
      const each = issue.errors.map(([first]) => first?.message.replace(/^expected /, ""));
      return `expected ${each.join(" or ")}`;
    }
    default:
      return "expected another value";
  }
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return cut(typeof value === "string" ? JSON.stringify(redactUrl(value)) : String(value), LONGEST.value);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (at as Record<PropertyKey, unknown> | undefined | null)?.[part],
    value,
  );
}
