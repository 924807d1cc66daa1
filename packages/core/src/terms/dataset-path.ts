/** Of each dimension the position that is taken, counted from the end where negative; null takes all of it. */
export type DatasetIndex = readonly (number | null | "...")[];

/** What the text of a dataset says: `/{group}/h[:, 2]`, `/{group}@spot`, `/orbit/cycle[0]`. */
export interface DatasetPath {
  /** Path template. */
  readonly path: string;
  /** The attribute of what lies at `path` whose value is meant. */
  readonly attribute?: string;
  /** As numpy has it; dimensions that are not named are taken whole. */
  readonly index?: DatasetIndex;
}

/** What is wrong with the text of a dataset, and where in it. */
export interface DatasetPathProblem {
  readonly message: string;
  readonly offset: number;
}

const TEXT = /^(?<path>[^@]*?)(?:@(?<attribute>[^[]*))?(?<subscript>\[.*)?$/s;

/**
 * Reads the text of a dataset.
 *
 * @example parseDatasetPath("/{group}/h[:, 2]"); // => { path: "/{group}/h", index: [null, 2] }
 */
export function parseDatasetPath(text: string): DatasetPath | DatasetPathProblem {
  const { path = "", attribute, subscript } = TEXT.exec(text.trimEnd())?.groups ?? {};
  const place = { path, ...(attribute !== undefined && { attribute }) };
  if (attribute === "") return problem("an attribute's name follows the @.", path.length);
  if (subscript === undefined) return place;
  const offset = text.indexOf("[");
  const items = /^\[([^[\]]*)\]$/.exec(subscript)?.[1]?.trim();
  if (items === undefined) return problem(`${subscript} is no index; ${ALLOWED}.`, offset);
  if (items === "()") return { ...place, index: [] };
  const index = items.split(",").map((item) => positionOf(item.trim()));
  const wrong = index.indexOf(undefined);
  if (wrong >= 0) {
    const item = items.split(",")[wrong]?.trim();
    return problem(`${item ? `"${item}"` : "nothing"} is no part of an index; ${ALLOWED}.`, offset);
  }
  if (index.filter((each) => each === "...").length > 1)
    return problem("... can stand once in an index.", offset);
  return { ...place, index: index as DatasetIndex };
}

const ALLOWED =
  "it has for each dimension : (all of it) or a whole number, as in [:, 2]; ... stands for several :";

function problem(message: string, offset: number): DatasetPathProblem {
  return { message, offset };
}

function positionOf(item: string): number | null | "..." | undefined {
  if (item === ":") return null;
  if (item === "...") return item;
  return /^[+-]?\d{1,9}$/.test(item) ? Number(item) : undefined;
}

/** The text of a dataset in the one way in which equal meanings are equal texts. */
export function datasetText(text: string): string {
  const parsed = parseDatasetPath(text);
  if (!("path" in parsed) || parsed.index === undefined) return text;
  const { path, attribute, index } = parsed;
  const items = index.map((each) => each ?? ":");
  return `${path}${attribute === undefined ? "" : `@${attribute}`}[${items.join(", ") || "()"}]`;
}

/** Whether a text names one value, whatever the dataset's shape allows: an attribute, or one position of each dimension. */
export function isOneValue({ attribute, index }: DatasetPath): boolean {
  return attribute !== undefined || index?.every((each) => typeof each === "number") === true;
}
