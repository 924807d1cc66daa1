import type { PrepareProgress, RunPhase } from "@zagg/core";
import { count } from "./format.js";
import type { Output } from "./output.js";
import { type ProgressBar, progressBar } from "./progress-bar.js";

/** Until then a wait explains itself, and again after each `AGAIN_MS` more, milliseconds. */
const PATIENCE_MS = 3_000;
const AGAIN_MS = 30_000;

const CLOSING = "still comparing the whole store with the record";
const STEPS: Readonly<Record<PrepareProgress["step"], string>> = {
  looking: "looking at what is there",
  deleting: "deleting the product that is there",
  writing: "writing its metadata and coordinates",
  reading: "reading the records of its shards",
  asking: "asking whether its granules have changed",
};

/** Where a run is, and a word for what it is at where no shard tells. */
export interface Phases {
  at(phase: RunPhase, progress?: PrepareProgress): void;
  /** Whether no shard is under way. */
  isIdle(): boolean;
  stop(): void;
}

export function followPhases(output: Output): Phases {
  let now: RunPhase = "preparing";
  let words = "";
  let timer: NodeJS.Timeout | undefined;
  let bar: ProgressBar | undefined;
  const patience = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      output.note(words);
      timer = patience(AGAIN_MS);
    }, ms);
  const stop = (): void => {
    clearTimeout(timer);
    bar?.stop();
    bar = undefined;
  };
  return {
    at(phase, progress) {
      if (progress) {
        words = describePreparing(progress);
        const { done, total } = progress;
        if (done === undefined || total === undefined) return;
        bar ??= progressBar(output, "chunks of coordinates");
        return bar.update(done, total);
      }
      stop();
      now = phase;
      if (phase === "running") return;
      words = phase === "preparing" ? describePreparing({ step: "looking" }) : CLOSING;
      timer = patience(PATIENCE_MS);
    },
    isIdle: () => now !== "running",
    stop,
  };
}

function describePreparing({ step, done = 0, total }: PrepareProgress): string {
  const share = total === undefined ? "" : ` (${count(done)} of ${count(total)} chunks)`;
  return `still making the store ready: ${STEPS[step]}${share}`;
}
