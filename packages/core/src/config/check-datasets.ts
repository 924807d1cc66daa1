import {
  type DataSourceConfig,
  type DatasetConfig,
  datasetSpec,
  isGroupPattern,
  isOneValue,
  type Join,
  type KeyPath,
  type Problem,
  parseDatasetPath,
} from "../terms/index.js";

/** What is wrong with the groups of a source, and with the datasets that it names. */
export function* datasetProblems(source: DataSourceConfig): Generator<Problem> {
  yield* groupProblems(source.groups);
  for (const { key, dataset } of datasetsOf(source)) {
    const { path, join, validMin = false, validMax = false } = datasetSpec(dataset);
    const at = ["data_source", ...key];
    const problem = pathProblem(path, source.groups, key[0] === "coordinates");
    if (problem) yield { path: typeof dataset === "string" ? at : [...at, "path"], ...problem };
    if (join) yield* joinProblems(join, source.groups, [...at, "join"], key[0] === "coordinates");
    if (validMin !== false && validMax !== false && validMin > validMax) {
      const message = `${validMin} is above valid_max ${validMax}: no value would be left.`;
      yield { code: "invalid-value", path: [...at, "valid_min"], message };
    }
  }
}

const WAYS = ["repeat", "index", "begin"] as const;

function* joinProblems(
  join: Join,
  groups: readonly string[],
  path: KeyPath,
  ofCoordinate: boolean,
): Generator<Problem> {
  if (ofCoordinate) {
    const message = "coordinates say where the points lie: their values are not joined to points.";
    yield { code: "invalid-value", path, message };
  }
  const said = WAYS.filter((way) => join[way] !== undefined);
  if (said.length !== 1) {
    const message = `says ${said.length === 0 ? "nothing" : said.join(" and ")}; it has exactly one of ${WAYS.join(", ")}.`;
    yield { code: "invalid-value", path, message };
  }
  if (join.count !== undefined && join.begin === undefined) {
    const message = "has a meaning beside begin alone.";
    yield { code: "invalid-value", path: [...path, "count"], at: "key", message };
  }
  for (const key of ["index", "begin", "count"] as const) {
    const problem = join[key] === undefined ? undefined : pathProblem(join[key], groups, true);
    if (problem) yield { path: [...path, key], ...problem };
  }
}

function datasetsOf(source: DataSourceConfig): { key: KeyPath; dataset: DatasetConfig }[] {
  const named = (kind: "coordinates" | "variables") =>
    Object.entries(source[kind]).map(([name, dataset]) => ({ key: [kind, name], dataset }));
  // A filter that names a column has the column's dataset; without a slash it is a name that is none.
  const known = new Set([...named("coordinates"), ...named("variables")].map(({ dataset }) => dataset));
  const filters = source.filters.flatMap((filter, index) => {
    if ("expression" in filter) return [];
    const { dataset } = filter;
    return known.has(dataset) || (typeof dataset === "string" && !dataset.includes("/"))
      ? []
      : [{ key: ["filters", index, "dataset"], dataset }];
  });
  return [...named("coordinates"), ...named("variables"), ...filters];
}

/** A group that is named twice would give each of its points twice. */
function* groupProblems(groups: readonly string[]): Generator<Problem> {
  const seen = new Set<string>();
  for (const [index, group] of groups.entries()) {
    const name = group.split("/").filter(Boolean).join("/");
    if (seen.has(name)) {
      const message = `${group} is named twice: each of its points would count twice.`;
      yield { code: "invalid-group", path: ["data_source", "groups", index], message };
    }
    seen.add(name);
  }
}

/**
 * A path without a group is the same dataset for all of them: its points, or its values, would be taken for each. One value
 * of it is one for all.
 */
function pathProblem(
  text: string,
  groups: readonly string[],
  ofPoints: boolean,
): Pick<Problem, "code" | "message" | "offset"> | undefined {
  const parsed = parseDatasetPath(text);
  if (!("path" in parsed)) return { code: "invalid-path", ...parsed };
  const { path, attribute } = parsed;
  const placeholder = text.replaceAll("{group}", "").match(/\{[^}]*\}?/)?.[0];
  if (placeholder !== undefined) {
    const message = `${placeholder} is not known in a path; the only placeholder is {group}.`;
    return { code: "invalid-path", offset: text.indexOf(placeholder), message };
  }
  const grouped = path.includes("{group}");
  if (grouped && groups.every((group) => group === "")) {
    const message = "{group} stands for nothing, since data_source.groups is absent; name the groups there.";
    return { code: "invalid-path", offset: text.indexOf("{group}"), message };
  }
  if (ofPoints && isOneValue(parsed)) {
    const what = attribute === undefined ? "one value" : "an attribute";
    return {
      code: "invalid-path",
      message: `${text} is ${what}, where each point needs its own; name a dataset.`,
    };
  }
  const several = groups.length > 1 || groups.some(isGroupPattern);
  if (!grouped && several && !isOneValue(parsed)) {
    const message =
      `${path} has no {group}, so that each of the ${groups.length} groups would read this one dataset; write {group} ` +
      `in it, name one value for all, as in ${path}[0], or leave data_source.groups out where the file has none.`;
    return { code: "invalid-path", message };
  }
  return undefined;
}
