import type { SourceMetrics } from "./source.js";

/** SourceMetrics while they are counted. */
export interface Counters {
  requests: number;
  bytes: number;
  retries: number;
  waitMs: number;
}

export function newCounters(): Counters {
  return { requests: 0, bytes: 0, retries: 0, waitMs: 0 };
}

export function snapshot(counters: Counters): SourceMetrics {
  return { ...counters };
}
