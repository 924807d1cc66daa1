import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cellOf, cellsOf, scatterRows, shardScatter } from "@zagg/healpix";
import type { Line } from "./line.js";
import { mulberry32 } from "./random.js";

const POINTS = 4_000_000;
const ORDER = 18;
const ROUNDS = 9;

interface Coordinates {
  readonly lon: Float64Array;
  readonly lat: Float64Array;
}

/** Points anywhere on the sphere, in no order: the hardest input for branch prediction. */
function scattered(points = POINTS, seed = 1): Coordinates {
  const random = mulberry32(seed);
  // 64 random bits: 32 would put many points exactly on cell edges, where the last bit of a sine decides.
  const lon = Float64Array.from({ length: points }, () => 360 * (random() + random() * 2 ** -32) - 180);
  const lat = Float64Array.from({ length: points }, () => (Math.asin(2 * random() - 1) * 180) / Math.PI);
  return { lon, lat };
}

/** Points along ground tracks of 92° inclination, 20 m apart, as granules hold them. */
function alongTracks(points = POINTS): Coordinates {
  const inclination = (92 * Math.PI) / 180;
  const lon = new Float64Array(points);
  const lat = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    const along = (i * 20) / 6_371_000;
    lat[i] = (Math.asin(Math.sin(inclination) * Math.sin(along)) * 180) / Math.PI;
    const ahead = Math.atan2(Math.cos(inclination) * Math.sin(along), Math.cos(along));
    lon[i] = (((ahead * 180) / Math.PI - along * 3.6 + 540) % 360) - 180;
  }
  return { lon, lat };
}

/**
 * CPU seconds that points need to find their cells on one thread, ours and healpy's C++ (by the Python that
 * ZAGG_BENCH_PYTHON names) on the same points in the same run; and picking one shard out of a granule's beam.
 */
export function benchHealpix(): Line[] {
  const lines: Line[] = [];
  for (const [input, coordinates] of [
    ["scattered", scattered()],
    ["along tracks", alongTracks()],
  ] as const) {
    const { lon, lat } = coordinates;
    const cells = new Float64Array(POINTS);
    const conventions = ["authalic", "geodetic"] as const; // the last one's cells are compared with healpy's
    const seconds = fastest(conventions.map((latitude) => () => cellsOf(ORDER, lon, lat, latitude, cells)));
    conventions.forEach((latitude, k) => {
      const best = seconds[k] as number;
      lines.push({ name: `cells of order ${ORDER}, ${input}, ${latitude}`, seconds: best, note: rate(best) });
    });
    lines.push(timeHealpy(`cells of order ${ORDER}, ${input}, healpy`, coordinates, cells));
  }
  const { lon, lat } = alongTracks();
  const rows = new Uint32Array(POINTS);
  const out = { rows, slots: new Uint32Array(POINTS), ranks: new Uint32Array(POINTS) };
  const middle = POINTS >> 1;
  const shard = cellOf(6, lon[middle] as number, lat[middle] as number, "authalic");
  const scatter = shardScatter({ parentOrder: 6, latitude: "authalic" }, [shard]);
  let kept = 0;
  const [seconds = Number.NaN] = fastest([
    () => {
      kept = scatterRows(scatter, lon, lat, 0, POINTS, out);
    },
  ]);
  lines.push({ name: "one shard's points out of tracks", seconds, note: `${rate(seconds)}, ${kept} kept` });
  return lines;
}

function timeHealpy(name: string, { lon, lat }: Coordinates, cells: Float64Array): Line {
  const python = process.env.ZAGG_BENCH_PYTHON;
  if (python === undefined)
    return { name, seconds: Number.NaN, note: "skipped: ZAGG_BENCH_PYTHON is not set" };
  const folder = mkdtempSync(join(tmpdir(), "zagg-bench-"));
  try {
    writeFileSync(join(folder, "lon.f8"), new Uint8Array(lon.buffer));
    writeFileSync(join(folder, "lat.f8"), new Uint8Array(lat.buffer));
    writeFileSync(join(folder, "cells.f8"), new Uint8Array(cells.buffer));
    const script = fileURLToPath(new URL("../src/healpix_healpy.py", import.meta.url));
    const { status, stdout, stderr } = spawnSync(python, [script, folder, String(ORDER), String(ROUNDS)], {
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    if (status !== 0)
      return { name, seconds: Number.NaN, note: `failed: ${stderr.trim().split("\n").at(-1)}` };
    const { seconds, different } = JSON.parse(stdout) as { seconds: number; different: number };
    return { name, seconds, note: `${rate(seconds)}; cells unlike ours: ${different}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU seconds of the fastest of `ROUNDS` runs of each, run by turns: other work on the machine then slows all alike. */
function fastest(runs: readonly (() => void)[]): number[] {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    runs.forEach((run, k) => {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      best[k] = Math.min(best[k] as number, (user + system) / 1e6);
    });
  }
  return best;
}

function rate(seconds: number): string {
  return `${(POINTS / seconds / 1e6).toFixed(1)} M points/s`;
}
