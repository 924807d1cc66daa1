import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cellsOf, mortonOf } from "@zagg/healpix";
import { catalogOf, onlyShard } from "./cycle.js";
import { middleShard, withFullGranules } from "./full-granules.js";
import type { Line } from "./line.js";
import { linkGranules } from "./linked-granules.js";
import { race, timed, timedRun, ZAGG } from "./whole-process.js";

/** Names of one granule, so that a shard has 6 million points, as near 88° S. */
const DENSE_LINKS = 214;
/** Rows of a track as of single photons. */
const TRACK_ROWS = 1e8;
/** A place on the track for the catalog every so many rows: 60 m. */
const EVERY = 1000;
const PARENT_ORDER = 6;

/** Memory of what is large: a dense shard; a track of 10^8 rows, written by ZAGG_BENCH_PYTHON (with h5py). */
export async function benchLarge(): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    return [...(await denseShard(folder)), ...(await longTrack(folder))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function denseShard(folder: string): Promise<Line[]> {
  return withFullGranules(async (paths) => {
    const granule = paths.at(-1) as string;
    const { parentOrder, shard } = await middleShard(granule);
    const one = onlyShard(await catalogOf([granule]), String(mortonOf(parentOrder, shard)));
    const catalog = await linkGranules(one, DENSE_LINKS, join(folder, "dense"));
    return race([["a dense shard", () => timedRun(ZAGG, catalog, join(folder, "dense.zarr"))]], 1);
  });
}

async function longTrack(folder: string): Promise<Line[]> {
  const python = process.env.ZAGG_BENCH_PYTHON;
  const name = `a track of ${TRACK_ROWS.toExponential(0)} rows`;
  if (!python) return [{ name, seconds: Number.NaN, note: "ZAGG_BENCH_PYTHON is not set" }];
  const path = join(folder, "ATL06_20230101000000_00012211_007_01.h5");
  const script = fileURLToPath(new URL("../src/long_track.py", import.meta.url));
  const { stdout } = timed(python, [script, path, String(TRACK_ROWS), String(EVERY)]);
  const { latitude, longitude } = JSON.parse(stdout) as Record<"latitude" | "longitude", number[]>;
  const [lon, lat] = [Float64Array.from(longitude), Float64Array.from(latitude)];
  const cells = new Set(cellsOf(PARENT_ORDER, lon, lat, "authalic", new Float64Array(lat.length)));
  const shards = [...cells].sort((a, b) => a - b);
  const catalog = join(folder, "track.json");
  const grid = {
    type: "healpix",
    indexing_scheme: "nested",
    parent_order: PARENT_ORDER,
    latitude: "authalic",
  };
  const document = {
    metadata: { format: "zagg-catalog/2", grid, source: "granules" },
    granules: [{ id: basename(path), file: path, size: (await stat(path)).size }],
    shards: shards.map((shard) => ({ id: String(mortonOf(PARENT_ORDER, shard)), granules: [0] })),
  };
  await writeFile(catalog, JSON.stringify(document));
  return race([[name, () => timedRun(ZAGG, catalog, join(folder, "track.zarr"))]], 1);
}
