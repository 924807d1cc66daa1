import type { ChunkRecord } from "@zagg/product";
import type { ShardCounts, ShardFailure, ShardPhases, ShardState } from "./outcome.js";

/** What a record keeps of a granule it read, so that a changed granule is noticed later. */
export interface GranuleStamp {
  readonly id: string;
  /** Bytes. */
  readonly size?: number;
  /** On S3 and HTTP. */
  readonly etag?: string;
  /** Last modification, ISO 8601, on disk. */
  readonly modified?: string;
}

/**
 * Whether two stamps of one granule are of two versions. A granule that is read from another place may be known there by
 * size alone: only what both say counts.
 */
export function hasChanged(then: GranuleStamp, now: GranuleStamp | undefined): boolean {
  const differs = (key: "size" | "etag" | "modified") =>
    then[key] !== undefined && now?.[key] !== undefined && then[key] !== now[key];
  return differs("size") || differs("etag") || differs("modified");
}

/** The truth about one attempt at one shard; written last, when everything else of the attempt is done. */
export interface ShardRecord {
  readonly format: "zagg-shard/2";
  /** Identity and recipe of the plan that it was made for. */
  readonly identity: string;
  readonly recipe: string;
  /** Decimal morton id of the shard. */
  readonly shard: string;
  /** Its position: chunk `index` of every array. */
  readonly index: number;
  /** 1, 2, …; the highest attempt wins. */
  readonly attempt: number;
  readonly state: Exclude<ShardState, "pending">;
  readonly granules: readonly GranuleStamp[];
  readonly counts: ShardCounts;
  readonly phases: ShardPhases;
  /** When the attempt ended, ISO 8601. */
  readonly finished: string;
  /** Resident memory of the process when the shard was done, bytes. */
  readonly peakMemory: number;
  readonly failures: readonly ShardFailure[];
  /** The packed chunk of every variable: in which object of the product it lies, its own length and sha256. */
  readonly chunks: readonly ChunkRecord[];
  /** SHA-256 of the result that the shard's block takes them from; absent where a chunk is an object. */
  readonly result?: string;
}

/** Spelt in one way, so that each record has one key; an attempt is a whole number that can be counted on from. */
const RECORD_KEY = /^shards\/(-?[1-9]\d*)\.([1-9]\d{0,14})\.json$/;

/** Key of a record in the run's own store, beside the product. */
export function recordKey(shard: string, attempt: number): string {
  return `shards/${shard}.${attempt}.json`;
}

/** Shard and attempt that a key names, or undefined for other keys. */
export function parseRecordKey(
  key: string,
): { readonly shard: string; readonly attempt: number } | undefined {
  const match = RECORD_KEY.exec(key);
  return match ? { shard: match[1] as string, attempt: Number(match[2]) } : undefined;
}
