import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeSample } from "zagg";
import type { Line } from "./line.js";

const ROUNDS = 3;
const GRANULES = 8;
const ZAGG = fileURLToPath(new URL("../../packages/zagg/bin/zagg.js", import.meta.url));
/** Whole processes with all their threads, as the shell sees them. */
const TIMED = 'TIMEFORMAT="cpu %U %S"; time "$@"';

interface Timed {
  readonly seconds: number;
  readonly cpu: number;
  readonly stdout: string;
}

/**
 * A product of eight full-length granules (1.06 GB, 196 shards, 5.4 M points) from local files on two threads: ours, a
 * second product from kept extracts, and in turn with them what ZAGG_BENCH_BASE (the `bin/zagg.js` of another build)
 * and ZAGG_BENCH_PEERS (commands that take a catalog, separated by semicolons) name. CPU: medians of three rounds.
 */
export async function benchCycle(): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    const { catalog } = await makeSample(folder, { size: "full", granules: GRANULES });
    const run = (bin: string, ...more: string[]) => {
      const store = join(folder, "product.zarr");
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
    };
    const kept = ["--extracts", join(folder, "extracts")];
    const { ZAGG_BENCH_BASE: base, ZAGG_BENCH_PEERS: peers = "" } = process.env;
    const rivals: [name: string, run: () => Timed][] = [
      ["ours", () => run(ZAGG)],
      ["ours, a second product", () => run(ZAGG, ...kept)],
      ...(base ? [["the base", () => run(base)] as [string, () => Timed]] : []),
      ...peers
        .split(";")
        .filter(Boolean)
        .map((command): [string, () => Timed] => {
          const [file = "", ...args] = command.trim().split(/\s+/);
          return [command.split("/").at(-1) ?? command, () => timed(file, [...args, catalog])];
        }),
    ];
    run(ZAGG, ...kept); // makes the extracts
    const rounds = Array.from({ length: ROUNDS }, () => rivals.map(([, round]) => round()));
    const cpu = rivals.map((_, i) => median(rounds.map((round) => (round[i] as Timed).cpu)));
    return rivals.map(([name], i) => {
      const [first] = rounds as [Timed[]];
      const ratio = ((cpu[i] as number) / (cpu[0] as number)).toFixed(2);
      const wall = median(rounds.map((round) => (round[i] as Timed).seconds)).toFixed(1);
      const note = `CPU, ${ratio} × ours; ${wall} s wall${reading((first[i] as Timed).stdout)}`;
      return { name, seconds: cpu[i] as number, note };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function timed(file: string, args: readonly string[]): Timed {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync("bash", ["-c", TIMED, "bash", file, ...args], {
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  const [, user, system] = /^cpu (\S+) (\S+)$/m.exec(stderr) ?? [];
  if (status !== 0 || user === undefined) throw new Error(`${file} ${args.join(" ")} failed: ${stderr}`);
  return { seconds, cpu: Number(user) + Number(system), stdout };
}

/** What a summary of ours says of it. */
function reading(stdout: string): string {
  const { bytes, requests, granules_read: granules } = JSON.parse(stdout);
  if (bytes === undefined) return "";
  const opened = granules === undefined ? "" : `, ${granules} granules opened once`;
  return `; ${(bytes / 1e6).toFixed(0)} MB in ${requests} reads${opened}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
