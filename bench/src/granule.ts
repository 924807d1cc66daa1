import { basename } from "node:path";
import {
  assemblePoints,
  configStatistics,
  defaultConfig,
  readGranule,
  readSpec,
  type ShardTarget,
} from "@zagg/core";
import { aggregate } from "@zagg/stats";
import { fileSource } from "@zagg/storage";
import { middleShard, withFullGranules } from "./full-granules.js";
import type { Line } from "./line.js";

const ROUNDS = 9;

/**
 * CPU seconds from a local full-length granule to the nine default statistics of one order-6 shard.
 */
export function benchGranule(): Promise<Line[]> {
  return withFullGranules(benchFiles);
}

async function benchFiles(paths: readonly string[]): Promise<Line[]> {
  const lines: Line[] = [];
  for (const path of paths) lines.push(await benchFile(path));
  return lines;
}

async function benchFile(path: string): Promise<Line> {
  const target = await middleShard(path);
  let best = Number.POSITIVE_INFINITY;
  let first = 0;
  let outcome = { rows: 0, kept: 0, cells: 0, bytes: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    outcome = await granuleToStatistics(path, target);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    if (round === 0) first = seconds;
    best = Math.min(best, seconds);
  }
  const { rows, kept, cells, bytes } = outcome;
  const note = `${rows} rows, ${kept} kept in ${cells} cells, ${(bytes / 1e6).toFixed(1)} MB read, first run ${(first * 1000).toFixed(0)} ms`;
  return { name: basename(path), seconds: best, note };
}

async function granuleToStatistics(path: string, target: ShardTarget) {
  const config = defaultConfig();
  const statistics = configStatistics(config);
  const spec = readSpec(config, statistics.columns);
  const result = await readGranule(basename(path), () => fileSource(path), spec, target);
  if (result.failure) throw result.failure;
  const { points, ranks } = assemblePoints([result], spec);
  const { occupied } = aggregate(points, ranks, 4 ** (target.childOrder - target.parentOrder), statistics);
  return { rows: result.rowsScanned, kept: points.length, cells: occupied, bytes: result.metrics.bytes };
}
