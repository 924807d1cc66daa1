import { type ReadSpec, storedColumns } from "../../granule/index.js";
import { canonicalHash, canonicalJson } from "./canonical-json.js";
import { KERNEL_EPOCH, type Plan } from "./plan.js";

/** Names what decides the points of a granule's extract besides its version, its columns and its shards. */
export function extractKey({ grid }: Pick<Plan, "grid">, reading: ReadSpec): string {
  const { groups, latitude, longitude, filters } = reading;
  const { parentOrder, latitude: kind } = grid;
  return canonicalHash({
    epoch: KERNEL_EPOCH,
    source: { groups, latitude, longitude, filters },
    grid: { parentOrder, latitude: kind },
  });
}

/** A plan, and what its config reads. */
export interface Reader {
  readonly plan: Pick<Plan, "grid">;
  readonly reading: ReadSpec;
}

/**
 * What to read of a granule so that its extract serves others, too: the columns of all whose extracts hold the same points.
 * Columns of others are named by what they are of.
 */
export function sharedReading({ plan, reading }: Reader, others: readonly Reader[]): ReadSpec {
  const key = extractKey(plan, reading);
  const same = others.filter((other) => extractKey(other.plan, other.reading) === key);
  const columns = new Map(reading.columns.map((column) => [canonicalJson(column.dataset), column]));
  for (const { dataset } of same.flatMap((other) => other.reading.columns)) {
    const name = canonicalJson(dataset);
    if (!columns.has(name)) columns.set(name, { name, dataset });
  }
  const implicit = new Set([reading, ...same.map((other) => other.reading)].flatMap((each) => each.implicit));
  return { ...reading, columns: [...columns.values()], implicit: [...implicit] };
}

/** What each stored column is of, in the order of `storedColumns`: equal texts, equal values. */
export function extractColumns(reading: ReadSpec): string[] {
  const datasets = new Map(reading.columns.map(({ name, dataset }) => [name, dataset]));
  return storedColumns(reading).map((name) => canonicalJson(datasets.get(name) ?? { implicit: name }));
}
