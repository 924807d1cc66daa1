import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, catalogFromGranules, loadConfig, writeCatalog } from "@zagg/core";
import { makeSample } from "zagg";
import type { Line } from "./line.js";
import { linkGranules } from "./linked-granules.js";
import { base, peers, race, reading, timedRun, ZAGG } from "./whole-process.js";

const GRANULES = 8;
/** Names of the first granule, and a shard of it: 0.94 million points, as a dense one of a cycle has. */
const LINKS = 58;
const SHARD = "-4111121";

/**
 * Products of full-length granules from local files on two threads, in turn with what ZAGG_BENCH_BASE (the `bin/zagg.js`
 * of another build) and ZAGG_BENCH_PEERS (commands that take a catalog, separated by semicolons) name:
 *
 * - A: eight granules (1.06 GB, 196 shards, 5.4 M points); ours also from kept extracts.
 * - B: one shard of 58 granules, which are links to one.
 * - Growth: 1, 2, 4 and 8 granules.
 */
export async function benchCycle(): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    const { catalog, granules } = await makeSample(folder, { size: "full", granules: GRANULES });
    return [
      ...eightGranules(folder, catalog),
      ...(await oneShard(folder, granules[0] as string)),
      ...(await growth(folder, granules)),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function eightGranules(folder: string, catalog: string): Line[] {
  const run = (bin: string, ...more: string[]) => timedRun(bin, catalog, join(folder, "a.zarr"), ...more);
  const kept = ["--extracts", join(folder, "extracts")];
  run(ZAGG, ...kept); // makes the extracts
  return race([
    ["A, ours", () => run(ZAGG)],
    ["A, ours, a second product", () => run(ZAGG, ...kept)],
    ...base(run),
    ...peers(catalog),
  ]);
}

async function oneShard(folder: string, granule: string): Promise<Line[]> {
  const place = join(folder, "b");
  const catalog = await linkGranules(onlyShard(await catalogOf([granule]), SHARD), LINKS, place);
  const run = (bin: string) => timedRun(bin, catalog, join(place, "b.zarr"));
  return race([["B, ours", () => run(ZAGG)], ...base(run), ...peers(catalog)]);
}

/** A catalog's granules for one of its shards. */
export function onlyShard(catalog: Catalog, id: string): Catalog {
  return { ...catalog, shards: catalog.shards.filter((each) => each.id === id) };
}

async function growth(folder: string, granules: readonly string[]): Promise<Line[]> {
  const lines: Line[] = [];
  for (let count = 1; count <= granules.length; count *= 2) {
    const path = join(folder, `first-${count}.json`);
    await writeCatalog(await catalogOf(granules.slice(0, count)), path);
    const { cpu, seconds, stdout } = timedRun(ZAGG, path, join(folder, "growth.zarr"));
    const note = `CPU; ${seconds.toFixed(1)} s wall${reading(stdout)}`;
    lines.push({ name: `ours, ${count} of the granules`, seconds: cpu, note });
  }
  return lines;
}

export async function catalogOf(granules: readonly string[]): Promise<Catalog> {
  return catalogFromGranules(granules, await loadConfig("atl06"));
}
