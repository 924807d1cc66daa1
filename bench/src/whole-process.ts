import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Line } from "./line.js";

/** The command line of this build. */
export const ZAGG = fileURLToPath(new URL("../../packages/zagg/bin/zagg.js", import.meta.url));
/** GNU's, which tells memory, too: Debian's package `time`. */
const TIME = "/usr/bin/time";

/** A whole process with all its threads, as the system counts it. */
export interface Timed {
  readonly seconds: number;
  /** User and system, s. */
  readonly cpu: number;
  /** Largest resident memory, bytes. */
  readonly memory: number;
  readonly stdout: string;
}

/** Throws with what the command says where it fails. */
export function timed(file: string, args: readonly string[]): Timed {
  if (!existsSync(TIME)) throw new Error(`${TIME} is not there; install GNU time`);
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(TIME, ["-f", "spent %U %S %M", file, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - start) / 1000;
  const [, user, system, kilobytes] = /^spent (\S+) (\S+) (\S+)$/m.exec(stderr) ?? [];
  if (status !== 0 || user === undefined) throw new Error(`${file} ${args.join(" ")} failed: ${stderr}`);
  return { seconds, cpu: Number(user) + Number(system), memory: Number(kilobytes) * 1024, stdout };
}

/** `zagg run` of the build whose `bin/zagg.js` is given, anew, on two threads, from the built-in config. */
export function timedRun(bin: string, catalog: string, store: string, ...more: string[]): Timed {
  const options = [
    "--config",
    "atl06",
    "--catalog",
    catalog,
    "--store",
    store,
    "--max-workers",
    "2",
    "--json",
  ];
  return timed(process.execPath, [bin, "run", ...options, "--overwrite", ...more]);
}

export type Rival = readonly [name: string, run: () => Timed];

/** What ZAGG_BENCH_PEERS names, commands that take a catalog, separated by semicolons. */
export function peers(catalog: string): Rival[] {
  return (process.env.ZAGG_BENCH_PEERS ?? "")
    .split(";")
    .filter(Boolean)
    .map((command) => {
      const [file = "", ...args] = command.trim().split(/\s+/);
      return [command.split("/").at(-1) ?? command, () => timed(file, [...args, catalog])];
    });
}

/** What ZAGG_BENCH_BASE names, the `bin/zagg.js` of another build. */
export function base(run: (bin: string) => Timed): Rival[] {
  const bin = process.env.ZAGG_BENCH_BASE;
  return bin ? [["the base", () => run(bin)]] : [];
}

/** Runs all in turn, several times. A line each: median CPU, how that compares with the first's, wall time, memory. */
export function race(rivals: readonly Rival[], rounds = 3): Line[] {
  const runs = Array.from({ length: rounds }, () => rivals.map(([, run]) => run()));
  const of = (i: number, key: "cpu" | "seconds") => median(runs.map((run) => (run[i] as Timed)[key]));
  return rivals.map(([name], i) => {
    const own = runs.map((run) => run[i] as Timed);
    const ratio = (of(i, "cpu") / of(0, "cpu")).toFixed(2);
    const memory = Math.max(...own.map((run) => run.memory)) / 1e6;
    const note = `CPU, ${ratio} × the first; ${of(i, "seconds").toFixed(1)} s wall, ${memory.toFixed(0)} MB`;
    return { name, seconds: of(i, "cpu"), note: `${note}${reading((own[0] as Timed).stdout)}` };
  });
}

/** What a summary of ours says of it. */
export function reading(stdout: string): string {
  const { bytes, requests, granules_read: granules, points_kept: points } = JSON.parse(stdout);
  if (bytes === undefined) return "";
  const opened = granules ? `, ${granules} granules opened once` : "";
  return `; ${points} points, ${(bytes / 1e6).toFixed(0)} MB in ${requests} reads${opened}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
