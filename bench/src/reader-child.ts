import { performance } from "node:perf_hooks";
import { fileSource, httpSource, type OpenSource } from "@zagg/storage";
import { type Box, readShard, total, type Wanted } from "./reader-beams.js";
import { inLines } from "./reader-lines.js";
import { readWithH5wasm, readWithJsfive } from "./reader-whole-file.js";

/** How the granule is read. */
export type Strategy = "ours" | "ours x 4" | "4 MiB lines" | "h5wasm" | "jsfive";

export interface ReaderTask {
  readonly strategy: Strategy;
  /** URL, or path of a local file. */
  readonly granule: string;
  readonly box: Box;
  readonly rounds: number;
}

/** One round, per granule. */
export interface Measure extends Wanted {
  readonly requests: number;
  readonly bytes: number;
  readonly ms: number;
  readonly cpuMs: number;
  /** Largest memory of the process so far. */
  readonly peakBytes: number;
}

const FOUR = 4;

const READERS: Readonly<Record<Strategy, (open: () => OpenSource, box: Box) => Promise<Wanted>>> = {
  ours: (open, box) => readShard(open(), box),
  "ours x 4": async (open, box) =>
    total(await Promise.all(Array.from({ length: FOUR }, () => readShard(open(), box)))),
  "4 MiB lines": (open, box) => readShard(inLines(open()), box),
  h5wasm: (open, box) => readWithH5wasm(open(), box),
  jsfive: (open, box) => readWithJsfive(open(), box),
};

process.once("message", async ({ strategy, granule, box, rounds }: ReaderTask) => {
  const measures: Measure[] = [];
  for (let round = 0; round < rounds; round++) measures.push(await measure(strategy, granule, box));
  process.send?.(measures, () => process.exit());
});

async function measure(strategy: Strategy, granule: string, box: Box): Promise<Measure> {
  const sources: OpenSource[] = [];
  const open = () => {
    const source = granule.startsWith("http") ? httpSource(granule) : fileSource(granule);
    sources.push(source);
    return source;
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const wanted = await READERS[strategy](open, box);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const granules = sources.length;
  const sum = (pick: (source: OpenSource) => number) =>
    sources.reduce((all, source) => all + pick(source), 0) / granules;
  const result = {
    rows: wanted.rows / granules,
    sum: wanted.sum / granules,
    requests: sum((source) => source.metrics().requests),
    bytes: sum((source) => source.metrics().bytes),
    ms: ms / granules,
    cpuMs: (user + system) / 1000 / granules,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  await Promise.all(sources.map((source) => source.close()));
  return result;
}
