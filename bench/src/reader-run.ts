import { configStatistics, defaultConfig, readGranule, readSpec, type ShardTarget } from "@zagg/core";
import type { OpenSource } from "@zagg/storage";
import { summary, total, type Wanted } from "./reader-beams.js";

const config = defaultConfig();
const spec = readSpec(config, configStatistics(config).columns);

/** Reads one granule for one shard as a run of the default config does: with its filters and fill values. */
export async function readAsRun(open: () => OpenSource, target: ShardTarget): Promise<Wanted> {
  const { points, failure } = await readGranule("granule", open, spec, target);
  if (failure) throw failure;
  return total(points.map(({ columns }) => summary(columns.get("h_li")?.values ?? [])));
}
