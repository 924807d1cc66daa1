import { compileRowTest, ExpressionError, suggestion } from "@zagg/stats";
import {
  type DataSourceConfig,
  type DatasetFilter,
  datasetSpec,
  type KeyPath,
  type Problem,
  parseDatasetPath,
  textsOf,
} from "../terms/index.js";

/** What is wrong with the filters of a source, but for the paths of their datasets. */
export function* filterProblems(source: DataSourceConfig): Generator<Problem> {
  const columns = [...new Set([...Object.keys(source.variables), ...Object.keys(source.coordinates)])];
  for (const [index, filter] of source.filters.entries()) {
    const path = ["data_source", "filters", index];
    if ("expression" in filter) {
      const problem = expressionProblem(filter.expression, columns, [...path, "expression"]);
      if (problem) yield problem;
      continue;
    }
    const message = valueProblem(filter);
    if (message !== undefined) yield { code: "invalid-value", path: [...path, "value"], message };
    const { dataset } = filter;
    if (typeof dataset === "string" && !dataset.includes("/")) {
      const known = Object.keys(source.variables);
      const message = `"${dataset}" is neither a path nor a column; the columns are ${known.join(", ")}.${suggestion(dataset, known)}`;
      yield { code: "unknown-column", path: [...path, "dataset"], message };
    }
  }
}

/** What an op wants in place of a value, where it is not that. */
function valueProblem(filter: DatasetFilter): string | undefined {
  const { op, value } = filter;
  const texts = textsOf(value);
  if (texts.length > 0) return textProblem(filter, texts);
  const list = Array.isArray(value) ? (value as readonly number[]) : undefined;
  switch (op) {
    case "in":
    case "not_in":
      return list ? undefined : `op ${op} needs a list of numbers.`;
    case "between":
    case "outside": {
      const [low = Number.NaN, high = Number.NaN] = list ?? [];
      if (list?.length !== 2) return `op ${op} needs a list of two numbers, [low, high].`;
      return low <= high ? undefined : `${low} is above ${high}: the lower end comes first.`;
    }
    case "all_bits":
    case "any_bits":
    case "no_bits":
      if (!list && Number.isInteger(value) && (value as number) > 0) return undefined;
      return `op ${op} needs one whole number above 0, the sum of the bits: 5 is the first and the third.`;
    default:
      return list
        ? `op ${op} needs one number; for a list use in or not_in, for a range between or outside.`
        : undefined;
  }
}

/** Text is what an attribute is or is not; more than that of text there is not. */
function textProblem(
  { dataset, op, value, raw }: DatasetFilter,
  texts: readonly string[],
): string | undefined {
  const [first] = texts;
  const parsed = parseDatasetPath(datasetSpec(dataset).path);
  if (!("path" in parsed) || parsed.attribute === undefined)
    return `"${first}" is text, which attributes alone are compared with (/{group}@name); datasets are numbers.`;
  if (Array.isArray(value) && texts.length < value.length) return "a list is of numbers, or of texts.";
  const list = op === "in" || op === "not_in";
  if (!list && op !== "eq" && op !== "ne")
    return `op ${op} needs a number; text is compared by eq, ne, in and not_in.`;
  if (raw) return "text has no raw value; remove raw.";
  if (list === Array.isArray(value)) return undefined;
  return list ? `op ${op} needs a list of texts.` : `op ${op} needs one text; for a list use in or not_in.`;
}

function expressionProblem(
  expression: string,
  columns: readonly string[],
  path: KeyPath,
): Problem | undefined {
  try {
    compileRowTest(expression, columns);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = /[.?]$/.test(error.message) ? error.message : `${error.message}.`;
    return { code: error.code, path, offset: error.offset, message };
  }
}
