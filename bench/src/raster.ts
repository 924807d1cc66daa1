import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withAntarctica } from "./antarctica.js";
import type { Line } from "./line.js";

const ROUNDS = 3;
const CHILD = fileURLToPath(new URL("./raster-child.js", import.meta.url));

/** The full Antarctic grid at 2 km, by both rules and to every format: whole processes, from their start. */
export function benchRaster(): Promise<Line[]> {
  return withAntarctica(async (store, cells) => {
    const timed = (rule: string, suffix: string) => timeRaster(store, cells, rule, suffix);
    return [timed("nearest", "zarr"), timed("bin", "zarr"), timed("bin", "tif"), timed("bin", "png")];
  });
}

function timeRaster(store: string, cells: number, rule: string, suffix: string): Line {
  const runs = Array.from({ length: ROUNDS }, (_, round) => {
    const output = join(dirname(store), `${rule}-${round}.${suffix}`);
    const start = performance.now();
    const { stdout, status } = spawnSync(process.execPath, [CHILD, store, output, rule], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const seconds = (performance.now() - start) / 1000;
    if (status !== 0) throw new Error(`${rule} to ${suffix} failed`);
    const { cpu, peak } = JSON.parse(stdout) as { cpu: number; peak: number };
    return { seconds, cpu, peak };
  });
  const best = Math.min(...runs.map(({ seconds }) => seconds));
  const cpu = Math.min(...runs.map((run) => run.cpu));
  const peak = Math.max(...runs.map((run) => run.peak));
  const note = `${(cells / 1e6).toFixed(1)} M cells, ${cpu.toFixed(2)} s CPU, peak ${(peak / 1e6).toFixed(0)} MB`;
  return { name: `${rule} to .${suffix}`, seconds: best, note };
}
