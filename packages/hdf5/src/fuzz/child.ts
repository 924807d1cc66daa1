/// <reference types="node" />
import { readFileSync } from "node:fs";
import { playRound } from "./round.js";
import { type Baseline, baseline } from "./touched.js";

/** What the parent asks for: rounds `from` to `to`, which is not included, of the files in turn. */
export interface Task {
  readonly files: readonly string[];
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

const COLLECT_EVERY = 20;

const wholes = new Map<string, { readonly bytes: Uint8Array; readonly whole: Baseline }>();

process.on("message", async ({ files, seed, from, to }: Task) => {
  for (let round = from; round < to; round++) {
    const file = files[round % files.length] as string;
    let known = wholes.get(file);
    if (!known) {
      const bytes = new Uint8Array(readFileSync(file));
      known = { bytes, whole: await baseline(bytes) };
      wholes.set(file, known);
    }
    // So that the memory measured is that of rounds, not of what earlier ones left.
    if (round % COLLECT_EVERY === 0) globalThis.gc?.();
    process.send?.({ started: round });
    process.send?.({ result: await playRound(file, known.bytes, known.whole, seed, round) });
  }
  process.send?.({ done: true, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
