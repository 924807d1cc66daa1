import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSample } from "zagg";
import { catalogOf } from "./cycle.js";
import type { Line } from "./line.js";
import { linkGranules } from "./linked-granules.js";
import { base, race, timedRun, ZAGG } from "./whole-process.js";

/** 373 tracks of eleven cycles: 4,103 granules, as many as one cycle of Antarctica has. */
const TRACKS = 373;
const CYCLES = 11;

/**
 * A synthetic cycle: 4,103 small granules (some 900 points each) over Antarctica on two threads, once, and the shards
 * that ZAGG_BENCH_CELLS says of it (default: a tenth), also by the build that ZAGG_BENCH_BASE names.
 */
export async function benchSmallGranules(): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    const { granules } = await makeSample(join(folder, "sample"), { granules: TRACKS });
    const tracks = await catalogOf(granules);
    const catalog = await linkGranules(tracks, CYCLES, join(folder, "cycle"));
    const run = (bin: string, ...more: string[]) => timedRun(bin, catalog, join(folder, "p.zarr"), ...more);
    const some = [
      "--max-cells",
      process.env.ZAGG_BENCH_CELLS ?? String(Math.round(tracks.shards.length / 10)),
    ];
    return [
      ...race([[`ours, ${tracks.shards.length} shards`, () => run(ZAGG)]], 1),
      ...race(
        [[`ours, ${some[1]} shards`, () => run(ZAGG, ...some)], ...base((bin) => run(bin, ...some))],
        1,
      ),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
