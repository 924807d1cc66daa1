import type { Hdf5File } from "@zagg/hdf5";
import { type DatasetConfig, datasetSpec, type Join } from "../terms/index.js";
import { MisfitError } from "./granule-error.js";
import { openColumn } from "./open-column.js";
import { readWhole } from "./read-whole.js";
import { runsOf } from "./runs.js";
import { selectedCount } from "./selection.js";
import { isConstant, type Runs, type TrackColumn, type TrackDataset } from "./track-column.js";

/**
 * Says how the values of a group's columns belong to its points, which lie as the latitude's values do. Throws
 * {@link MisfitError} where a column gives not one value for each of them and is joined to them in no other way.
 */
export function joins(file: Hdf5File, group: string, latitude: TrackDataset) {
  const points = selectedCount(latitude.selection);
  // Several columns of one rate are joined by one table.
  const tables = new Map<string, () => Promise<Runs>>();

  const open = async (path: string): Promise<TrackDataset> => {
    const column = await openColumn(file, path, group, "filter");
    if (!isConstant(column)) return column;
    throw new MisfitError(`${path} is a single value, by which nothing can be joined`);
  };

  async function runsBy({ begin = "", count, base = 0 }: Join, values: number): Promise<() => Promise<Runs>> {
    const key = JSON.stringify([begin, count, base]);
    const datasets = await Promise.all([begin, ...(count === undefined ? [] : [count])].map(open));
    for (const { dataset, selection } of datasets) {
      const own = selectedCount(selection);
      if (own !== values)
        throw new MisfitError(`${dataset.path} has ${own} values, but what it joins has ${values}`);
    }
    const known = tables.get(key);
    if (known) return known;
    const [first] = datasets as [TrackDataset];
    const table = once(async () => {
      const [begins, counts] = await readWhole(file, datasets);
      return runsOf({ path: first.dataset.path, begins: begins as Float64Array, counts, base, points });
    });
    tables.set(key, table);
    return table;
  }

  return async (column: TrackColumn, named: DatasetConfig): Promise<TrackColumn> => {
    const { join } = datasetSpec(named);
    if (isConstant(column)) return column;
    const values = selectedCount(column.selection);
    if (join?.begin !== undefined)
      return { ...column, spread: { kind: "runs", runs: await runsBy(join, values) } };
    if (join?.index !== undefined) {
      const of = beside(latitude, await open(join.index));
      return { ...column, spread: { kind: "index", of, base: join.base ?? 0 } };
    }
    if (join?.repeat !== undefined) {
      const { repeat: times } = join;
      if (Math.ceil(points / times) === values) return { ...column, spread: { kind: "repeat", times } };
      const { path } = column.dataset;
      throw new MisfitError(
        `${path} has ${values} values, each for ${times} points, but ${latitude.dataset.path} has ${points}`,
      );
    }
    return beside(latitude, column);
  };
}

/** A column that has a value for each point, or, of a swath, for each of its rows. */
function beside(latitude: TrackDataset, column: TrackDataset): TrackDataset {
  const { shape: swath } = latitude.selection;
  const { shape } = column.selection;
  const values = selectedCount(column.selection);
  const points = selectedCount(latitude.selection);
  const alike = shape.every((extent, i) => extent === swath[i]);
  if (alike && shape.length === swath.length) return column;
  if (alike && shape.length > 0 && shape.length < swath.length)
    return { ...column, spread: { kind: "repeat", times: points / values } };
  const { path, shape: stored } = column.dataset;
  const rows = swath[0] ?? 1;
  const what =
    swath.length < 2 && stored[0] === rows && values > points
      ? `${path} has ${values / rows} values per row`
      : stored.length < 2 && swath.length < 2
        ? `${path} has ${values} rows, but ${latitude.dataset.path} has ${points}`
        : `${path} has the shape [${stored.join(", ")}], but ${latitude.dataset.path} [${latitude.dataset.shape.join(", ")}]`;
  throw new MisfitError(
    `${what}; every dataset of a group must give one value per row, or say ${hint(path)}`,
  );
}

function hint(path: string): string {
  return `which: ${path}[:, 0] is one of several, ${path}[0] a constant, and join is for another rate`;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
