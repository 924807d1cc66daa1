import type { Store } from "@zagg/storage";
import { sha256Hex } from "../../terms/index.js";
import { isInvalid } from "../stores/store-errors.js";
import type { ShardRecord } from "./shard-record.js";

/** What a shard came to: the packed chunk of each variable, one behind the other, until its block holds them. */
const RESULT_KEY = /^results\/(-?[1-9]\d*)\.([1-9]\d{0,14})\.[0-9a-f]{64}$/;

/** Key of the result of an attempt in the run's own store. Two runs that come to different bytes have two. */
export function resultKey(shard: string, attempt: number, sha256: string): string {
  return `results/${shard}.${attempt}.${sha256}`;
}

/** Puts the packed chunks of an attempt, and gives the SHA-256 that names them. */
export async function putResult(
  run: Store,
  { shard, attempt }: Pick<ShardRecord, "shard" | "attempt">,
  chunks: readonly Uint8Array[],
): Promise<string> {
  const bytes = Buffer.concat(chunks);
  const sha256 = sha256Hex(bytes);
  await run.put(resultKey(shard, attempt, sha256), bytes);
  return sha256;
}

/** The packed chunks that a record names, in its order; undefined where its result is not there, or not whole. */
export async function readResult(
  run: Store,
  { shard, attempt, result, chunks }: ShardRecord,
): Promise<readonly Uint8Array[] | undefined> {
  if (result === undefined) return undefined;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = await run
    .get(resultKey(shard, attempt, result), { maxBytes: length })
    .catch((error: unknown) => {
      if (!isInvalid(error)) throw error; // too long, a pipe: it is not what was put
      return undefined;
    });
  if (!bytes || sha256Hex(bytes) !== result) return undefined;
  let end = 0;
  return chunks.map((chunk) => {
    end += chunk.length;
    return bytes.subarray(end - chunk.length, end);
  });
}

/** Keys of all results, each with the shard and attempt that it is of. */
export async function listResults(
  run: Store,
): Promise<{ readonly key: string; readonly shard: string; readonly attempt: number }[]> {
  const found = [];
  for await (const { key } of run.list("results/")) {
    const [, shard, attempt] = RESULT_KEY.exec(key) ?? [];
    if (shard !== undefined) found.push({ key, shard, attempt: Number(attempt) });
  }
  return found;
}
