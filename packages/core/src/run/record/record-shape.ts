import { SHARD_STATES } from "@zagg/product";
import * as z from "zod/mini";
import { firstProblem } from "../../terms/index.js";
import type { ShardFailure } from "./outcome.js";
import type { ShardRecord } from "./shard-record.js";

const count = () => z.int().check(z.gte(0));
const amount = () => z.number().check(z.gte(0));
const counts = (...names: readonly string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, count()])));
const byReason = () => z.record(z.string(), count());

const stamp = z.strictObject({
  id: z.string(),
  size: z.optional(amount()),
  etag: z.optional(z.string()),
  modified: z.optional(z.string()),
});

const FAILURE_KINDS = {
  missing: "missing",
  auth: "auth",
  corrupt: "corrupt",
  network: "network",
  unsupported: "unsupported",
  internal: "internal",
  crash: "crash",
  timeout: "timeout",
  memory: "memory",
} as const satisfies { readonly [K in ShardFailure["kind"]]: K };

const failure = z.strictObject({
  granule: z.optional(z.string()),
  kind: z.enum(FAILURE_KINDS),
  code: z.string(),
  message: z.string(),
});

const sha256 = () => z.string().check(z.regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"));
const chunk = z.strictObject({ key: z.string(), length: count(), sha256: sha256() });

const record = z.strictObject({
  format: z.literal("zagg-shard/2"),
  identity: z.string(),
  recipe: z.string(),
  shard: z.string(),
  index: count(),
  attempt: count(),
  state: z.enum(SHARD_STATES.filter((state) => state !== "pending")),
  granules: z.array(stamp),
  counts: z.strictObject({
    granules: counts("attempted", "read", "empty", "failed"),
    groups: counts("attempted", "absent", "read", "empty", "failed"),
    rowsScanned: count(),
    pointsKept: count(),
    dropped: byReason(),
    leftOut: z.record(z.string(), byReason()),
    occupiedCells: count(),
    bytes: count(),
    requests: count(),
    retries: count(),
  }),
  phases: z.strictObject({ readMs: amount(), aggregateMs: amount(), writeMs: amount() }),
  finished: z.string().check(z.refine((time) => Number.isFinite(Date.parse(time)), "expected a time")),
  peakMemory: amount(),
  failures: z.array(failure),
  chunks: z.array(chunk),
  result: z.optional(sha256()),
});

/** What a record must be of, and which chunks it names where its shard was written. */
export interface RecordOf extends Pick<ShardRecord, "shard" | "index" | "attempt"> {
  readonly chunks: readonly string[];
  /** Whether the shard's chunks lie in blocks, which are made of results. */
  readonly inBlocks: boolean;
}

/** Why a document is not the record that it lies as, in words; undefined where it is. */
export function recordProblem(document: unknown, of: RecordOf): string | undefined {
  const problem = firstProblem(record, document);
  if (problem !== undefined) return problem;
  const { shard, index, attempt, state, chunks, result } = document as ShardRecord;
  if (shard !== of.shard || index !== of.index || attempt !== of.attempt) {
    return `is that of shard ${shard} (${index}), attempt ${attempt}`;
  }
  const keys = state === "failed" ? [] : of.chunks;
  const named = chunks.map(({ key }) => key);
  if (named.join("\n") !== keys.join("\n")) return `names other chunks than those of a ${state} shard`;
  if ((result !== undefined) !== (of.inBlocks && state !== "failed")) {
    return result === undefined ? "names no result" : "names a result that it cannot have";
  }
  return undefined;
}
