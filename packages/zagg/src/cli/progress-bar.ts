import cliProgress from "cli-progress";
import { count, dollars, duration } from "./format.js";
import type { Output } from "./output.js";

/** A bar on stderr; does nothing where stderr is no terminal, or when quiet. */
export interface ProgressBar {
  /** `points` is a running total, for the rate. */
  update(done: number, total: number, points?: number): void;
  /** What it has cost so far, dollars. */
  cost(value: number): void;
  stop(): void;
}

/** Between drawings. */
const REDRAW_HZ = 8;

/** A bar that counts `unit`s (shards, granules). */
export function progressBar(output: Output, unit: string): ProgressBar {
  const started = performance.now();
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    fps: REDRAW_HZ,
    hideCursor: true,
    clearOnComplete: true,
    format: `{bar} {value}/{total} ${unit}{rates}`,
    barCompleteChar: "━",
    barIncompleteChar: " ",
    barsize: 30,
  });
  let spent = "";
  const shown = process.stderr.isTTY === true && output.verbosity !== "quiet";
  return {
    update(done, total, points) {
      if (!shown) return;
      const seconds = (performance.now() - started) / 1000;
      const rates = `${rate(done, unit, seconds)}${rate(points, "points", seconds)}${remaining(done, total, seconds)}${spent}`;
      if (bar.isActive) bar.update(done, { rates });
      else bar.start(total, done, { rates });
    },
    cost(value) {
      spent = ` · ${dollars(value)}`;
    },
    stop: () => bar.stop(),
  };
}

function rate(done: number | undefined, unit: string, seconds: number): string {
  if (!done || seconds === 0) return "";
  const each = done / seconds;
  return ` · ${each < 10 ? each.toFixed(1) : count(each)} ${unit}/s`;
}

function remaining(done: number, total: number, seconds: number): string {
  return done === 0 || done === total ? "" : ` · ${duration(((total - done) / done) * seconds)} left`;
}
