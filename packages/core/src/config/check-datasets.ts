import {
  type DataSourceConfig,
  type DatasetConfig,
  datasetSpec,
  type KeyPath,
  type Problem,
} from "../terms/index.js";

/** What is wrong with the groups of a source, and with the datasets that it names. */
export function* datasetProblems(source: DataSourceConfig): Generator<Problem> {
  yield* groupProblems(source.groups);
  for (const { key, dataset } of datasetsOf(source)) {
    const { path, validMin = false, validMax = false } = datasetSpec(dataset);
    const at = ["data_source", ...key];
    const problem = pathProblem(path, source.groups);
    if (problem) yield { path: typeof dataset === "string" ? at : [...at, "path"], ...problem };
    if (validMin !== false && validMax !== false && validMin > validMax) {
      const message = `${validMin} is above valid_max ${validMax}: no value would be left.`;
      yield { code: "invalid-value", path: [...at, "valid_min"], message };
    }
  }
}

function datasetsOf(source: DataSourceConfig): { key: KeyPath; dataset: DatasetConfig }[] {
  const named = (kind: "coordinates" | "variables") =>
    Object.entries(source[kind]).map(([name, dataset]) => ({ key: [kind, name], dataset }));
  // A filter that names a column has the column's dataset; without a slash it is a name that is none.
  const known = new Set([...named("coordinates"), ...named("variables")].map(({ dataset }) => dataset));
  const filters = source.filters.flatMap(({ dataset }, index) =>
    known.has(dataset) || (typeof dataset === "string" && !dataset.includes("/"))
      ? []
      : [{ key: ["filters", index, "dataset"], dataset }],
  );
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

/** A path without a group is the same dataset for all of them: its points, or its values, would be taken for each. */
function pathProblem(
  path: string,
  groups: readonly string[],
): Pick<Problem, "code" | "message" | "offset"> | undefined {
  const placeholder = path.replaceAll("{group}", "").match(/\{[^}]*\}?/)?.[0];
  if (placeholder !== undefined) {
    const message = `${placeholder} is not known in a path; the only placeholder is {group}.`;
    return { code: "invalid-path", offset: path.indexOf(placeholder), message };
  }
  const grouped = path.includes("{group}");
  if (grouped && groups.every((group) => group === "")) {
    const message = "{group} stands for nothing, since data_source.groups is absent; name the groups there.";
    return { code: "invalid-path", offset: path.indexOf("{group}"), message };
  }
  if (!grouped && groups.length > 1) {
    const message =
      `${path} has no {group}, so that each of the ${groups.length} groups would read this one dataset; write {group} ` +
      "in it, or leave data_source.groups out where the file has none.";
    return { code: "invalid-path", message };
  }
  return undefined;
}
