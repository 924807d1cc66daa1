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

/** What each stored column is of, in the order of `storedColumns`: equal texts, equal values. */
export function extractColumns(reading: ReadSpec): string[] {
  const datasets = new Map(reading.columns.map(({ name, dataset }) => [name, dataset]));
  return storedColumns(reading).map((name) => canonicalJson(datasets.get(name) ?? { implicit: name }));
}
