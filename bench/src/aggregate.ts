import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configStatistics, defaultConfig } from "@zagg/core";
import { type Aggregated, aggregate, type Points } from "@zagg/stats";
import type { Line } from "./line.js";
import { mulberry32 } from "./random.js";

/** The mean shard of an Antarctic cycle: kept points, and cells of order 12 in one of order 6. */
const POINTS = 984_000;
const CELLS = 4096;
const ROUNDS = 7;

/** A shard of tracks: points along lines that cross it, so that neighbours in the input mostly share a cell. */
function makeShard(points = POINTS, cells = CELLS, seed = 1): { points: Points; cell: Uint32Array } {
  const random = mulberry32(seed);
  const side = Math.sqrt(cells);
  const h = new Float32Array(points);
  const s = new Float32Array(points);
  const cell = new Uint32Array(points);
  let [x, y, slope] = [0, 0, 0];
  for (let i = 0; i < points; i++) {
    if (y <= 0 || x < 0 || x >= side) {
      [x, y, slope] = [random() * side, side, random() - 0.5];
    }
    // 20 m along track, cells of 1.6 km.
    [x, y] = [x + slope * 0.0125, y - 0.0125];
    const row = Math.max(0, Math.min(side - 1, Math.floor(y)));
    const column = Math.max(0, Math.min(side - 1, Math.floor(x)));
    cell[i] = row * side + column;
    h[i] = 2000 + 3 * row + column + 20 * (random() - 0.5);
    s[i] = 0.01 + 0.2 * random();
  }
  return {
    points: {
      length: points,
      columns: new Map([
        ["h_li", { values: h }],
        ["s_li", { values: s }],
      ]),
    },
    cell,
  };
}

/** Seconds that the nine default statistics of a mean shard take on one thread, ours and 0.1.0's way. */
export function benchAggregate(): Line[] {
  const { points, cell } = makeShard();
  const statistics = configStatistics(defaultConfig());
  const times: number[] = [];
  let result: Aggregated | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    result = aggregate(points, cell, CELLS, statistics);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1e6);
  }
  const ours = { name: `nine statistics, ${POINTS} points, ${CELLS} cells`, seconds: Math.min(...times) };
  const theirs = timePandas(points, cell, result as Aggregated);
  return [{ ...ours, note: `first run ${times[0]?.toFixed(3)} s` }, theirs];
}

/**
 * The same work as 0.1.0 does it: for each cell a mask over all points, then numpy on what it selects. Needs a Python
 * with numpy and pandas, named by ZAGG_BENCH_PYTHON.
 */
function timePandas(points: Points, cell: Uint32Array, ours: Aggregated) {
  const name = "the same in pandas, a mask per cell";
  const python = process.env.ZAGG_BENCH_PYTHON;
  if (python === undefined)
    return { name, seconds: Number.NaN, note: "skipped: ZAGG_BENCH_PYTHON is not set" };
  const folder = mkdtempSync(join(tmpdir(), "zagg-bench-"));
  try {
    const dump = (file: string, array: ArrayBufferView) => writeFileSync(join(folder, file), bytesOf(array));
    dump("cell.u4", cell);
    for (const [column, { values }] of points.columns) dump(`${column}.f4`, values);
    for (const [variable, values] of ours.arrays) dump(`${variable}.out`, values);
    const script = fileURLToPath(new URL("../src/aggregate_pandas.py", import.meta.url));
    const { status, stdout, stderr } = spawnSync(python, [script, folder, String(CELLS)], {
      encoding: "utf8",
    });
    if (status !== 0)
      return { name, seconds: Number.NaN, note: `failed: ${stderr.trim().split("\n").at(-1)}` };
    const { seconds, difference } = JSON.parse(stdout) as { seconds: number; difference: number };
    return { name, seconds, note: `largest relative difference to ours ${difference.toExponential(1)}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
