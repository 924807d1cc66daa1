import { type BuildReport, type Catalog, countReasons, leftOutNotices, summarizeCatalog } from "@zagg/core";
import { bytes, count, table } from "./format.js";

/** A catalog in a table. */
export function describeCatalog(catalog: Catalog, path: string): string {
  const { granules, shards, emptyShards, pairs, granulesPerShard, bytes: size } = summarizeCatalog(catalog);
  const { grid, area, polygon, bbox, startDate, endDate, cycle } = catalog.metadata;
  const { min, mean, max } = granulesPerShard;
  const without = emptyShards > 0 ? `; ${count(emptyShards)} without granules` : "";
  return table([
    ["catalog", path],
    ["grid", `shards of order ${grid.parentOrder}, ${grid.latitude} latitude`],
    ["region", [polygon ?? area, bbox?.join(",")].filter(Boolean).join(", ") || undefined],
    ["days", startDate && `${startDate} to ${endDate}${cycle === undefined ? "" : ` (cycle ${cycle})`}`],
    ["granules", `${count(granules)}${size === undefined ? "" : ` (${bytes(size)})`}`],
    ["shards", `${count(shards)}${without}`],
    ["granules per shard", `${min} to ${max}, mean ${mean.toFixed(1)} (${count(pairs)} pairs)`],
  ]);
}

/** What became of the granules that CMR sent and that the catalog does not have, a line each. */
export function describeBuild({ found, otherCycle, outside, unusable }: BuildReport): string[] {
  const [replaced, others] = [true, false].map((is) => unusable.filter((each) => "instead" in each === is));
  const reasons = Object.entries(countReasons(others ?? [])).map(
    ([reason, n]) => `${count(n)} cannot be used (${reason}); the catalog lists them`,
  );
  return [
    `CMR has ${count(found)} granules there`,
    ...(otherCycle > 0 ? [`${count(otherCycle)} are of another cycle`] : []),
    ...(outside > 0 ? [`${count(outside)} touch none of the shards`] : []),
    ...reasons,
    ...leftOutNotices(replaced ?? []),
  ];
}

/** What became of the granules on disk that no shard lists, a line each. */
export function describeFound({ granules, shards, metadata }: Catalog): string[] {
  const { area, polygon, bbox, unusable = [] } = metadata;
  const outside = granules.length - new Set(shards.flatMap((shard) => shard.granules)).size;
  const why =
    area || polygon || bbox ? "touch no shard of the region" : "hold no row with usable coordinates";
  return [
    ...leftOutNotices(unusable),
    ...(outside > 0 ? [`${count(outside)} of ${count(granules.length)} granules ${why}`] : []),
  ];
}
