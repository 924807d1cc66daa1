import { performance } from "node:perf_hooks";
import type { ShardTarget } from "@zagg/core";
import { fileSource, httpSource, type OpenSource } from "@zagg/storage";
import { readShard, total, type Wanted } from "./reader-beams.js";
import { inLines } from "./reader-lines.js";
import { readWithH5wasm, readWithJsfive } from "./reader-whole-file.js";

/** How the granule is read. */
export type Strategy =
  | "ours"
  | "ours, 4 in flight"
  | "in a run"
  | "in a run, 4 in flight"
  | "4 MiB lines"
  | "h5wasm"
  | "jsfive";

export interface ReaderTask {
  readonly strategy: Strategy;
  /** URL, or path of a local file. */
  readonly granule: string;
  readonly target: ShardTarget;
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

/** As in a run: the granules of a shard follow each other, four at a time. */
const IN_FLIGHT = 4;
const GRANULES_EACH = 3;

type Reader = (open: () => OpenSource, target: ShardTarget) => Promise<Wanted>;

/** What only some of them need is loaded by them: memory is measured. */
const READERS: Readonly<Record<Strategy, Reader>> = {
  ours: (open, target) => readShard(open(), target),
  "ours, 4 in flight": inFlight((open, target) => readShard(open(), target)),
  "in a run": async (open, target) => (await import("./reader-run.js")).readAsRun(open, target),
  "in a run, 4 in flight": inFlight(async (open, target) =>
    (await import("./reader-run.js")).readAsRun(open, target),
  ),
  "4 MiB lines": (open, target) => readShard(inLines(open()), target),
  h5wasm: (open, target) => readWithH5wasm(open(), target),
  jsfive: (open, target) => readWithJsfive(open(), target),
};

function inFlight(read: Reader): Reader {
  return async (open, target) => {
    const lane = async () => {
      const granules: Wanted[] = [];
      for (let i = 0; i < GRANULES_EACH; i++) granules.push(await read(open, target));
      return total(granules);
    };
    return total(await Promise.all(Array.from({ length: IN_FLIGHT }, lane)));
  };
}

process.once("message", async ({ strategy, granule, target, rounds }: ReaderTask) => {
  const measures: Measure[] = [];
  for (let round = 0; round < rounds; round++) measures.push(await measure(strategy, granule, target));
  process.send?.(measures, () => process.exit());
});

async function measure(strategy: Strategy, granule: string, target: ShardTarget): Promise<Measure> {
  const sources: OpenSource[] = [];
  const open = () => {
    const source = granule.startsWith("http") ? httpSource(granule) : fileSource(granule);
    sources.push(source);
    return source;
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const wanted = await READERS[strategy](open, target);
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
