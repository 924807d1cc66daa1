import type { RunPhase } from "@zagg/core";
import type { Output } from "./output.js";

/** Until then a wait explains itself, milliseconds. */
const PATIENCE_MS = 3_000;

const WORDS: Readonly<Record<Exclude<RunPhase, "running">, string>> = {
  preparing: "still making the store ready: its metadata and coordinates, or what is there already",
  closing: "still comparing the whole store with the record",
};

/** Where a run is, and a word for what it is at where no shard tells. */
export interface Phases {
  at(phase: RunPhase): void;
  /** Whether no shard is under way. */
  isIdle(): boolean;
  stop(): void;
}

export function followPhases(output: Output): Phases {
  let now: RunPhase = "preparing";
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    at(phase) {
      stop();
      now = phase;
      if (phase !== "running") timer = setTimeout(() => output.note(WORDS[phase]), PATIENCE_MS);
    },
    isIdle: () => now !== "running",
    stop,
  };
}
