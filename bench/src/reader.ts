import { type ChildProcess, fork, spawn } from "node:child_process";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { middleShard, withFullGranules } from "./full-granules.js";
import type { Line } from "./line.js";
import type { Measure, ReaderTask, Strategy } from "./reader-child.js";

/** Added to every answer, as the first byte of S3 takes it. */
const LATENCY_MS = 30;

const STRATEGIES: readonly { readonly strategy: Strategy; readonly rounds: number; readonly local?: true }[] =
  [
    { strategy: "ours", rounds: 20 },
    { strategy: "ours", rounds: 40, local: true },
    { strategy: "ours, 4 in flight", rounds: 3 },
    { strategy: "in a run", rounds: 20 },
    { strategy: "in a run, 4 in flight", rounds: 3 },
    { strategy: "4 MiB lines", rounds: 4 },
    { strategy: "h5wasm", rounds: 2 },
    { strategy: "jsfive", rounds: 2 },
  ];

/** The young generation of a run's worker threads (6 MB) is three semi-spaces. */
const AS_IN_WORKERS = ["--max-semi-space-size=2"];

/** What the reader of 0.1.0 fetched of such a granule, taken down once. */
const RECORDED: Line = { name: "0.1.0 (recorded)", seconds: Number.NaN, note: "25 requests, 105.0 MB" };

/**
 * Wall seconds of reading one order-6 shard out of full-size granules: five datasets, six beams, over HTTP with 30 ms added
 * latency and from disk, every strategy in a process of its own.
 */
export function benchReader(): Promise<Line[]> {
  return withFullGranules(async (paths) => {
    const lines: Line[] = [];
    for (const path of paths) lines.push(...(await benchFile(path)), RECORDED);
    return lines;
  });
}

async function benchFile(path: string): Promise<Line[]> {
  const granule = basename(path);
  const target = await middleShard(path);
  const { server, url } = await serve(dirname(path));
  try {
    const lines: Line[] = [];
    let agreed: Measure | undefined;
    for (const { strategy, rounds, local } of STRATEGIES) {
      const measures = await measure({
        strategy,
        target,
        rounds,
        granule: local ? path : `${url}/${granule}`,
      });
      const [first] = measures as [Measure];
      agreed ??= first;
      const filtered = strategy.startsWith("in a run");
      if (!filtered && (first.rows !== agreed.rows || first.sum !== agreed.sum))
        throw new Error(`${strategy} reads other values`);
      lines.push(toLine(`${granule}, ${strategy}${local ? ", local file" : ""}`, measures));
    }
    return lines;
  } finally {
    server.kill();
  }
}

/** The fastest and the cheapest round after the first; what was fetched of the first; the peak of memory over all. */
function toLine(name: string, [first, ...later]: readonly Measure[]): Line {
  const { requests = 0, bytes = 0, cpuMs = 0 } = first ?? {};
  const { peakBytes = 0 } = later.at(-1) ?? {};
  const cheapest = Math.min(...later.map((each) => each.cpuMs));
  const note = [
    `${requests} requests`,
    `${(bytes / 1e6).toFixed(1)} MB`,
    `CPU ${cheapest.toFixed(0)} ms (first ${cpuMs.toFixed(0)})`,
    `peak ${(peakBytes / 1e6).toFixed(0)} MB`,
  ].join(", ");
  return { name, seconds: Math.min(...later.map(({ ms }) => ms)) / 1000, note };
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function serve(root: string): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [script("./reader-server.js"), root, String(LATENCY_MS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    server.stdout.once("data", (line) => resolve(String(line).trim()));
  });
  return { server, url };
}

function measure(task: ReaderTask): Promise<readonly Measure[]> {
  const child = fork(script("./reader-child.js"), {
    execArgv: task.strategy.endsWith("4 in flight") ? AS_IN_WORKERS : [],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (measures) => resolve(measures as readonly Measure[]));
    child.once("exit", (code) => reject(new Error(`${task.strategy} ended with code ${code}`)));
    child.send(task);
  });
}
