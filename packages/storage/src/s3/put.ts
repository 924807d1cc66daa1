import { randomUUID } from "node:crypto";
import type { Counters } from "../counters.js";
import { isStorageError, StorageError } from "../errors.js";
import { exchange, type Peer } from "../http/exchange.js";
import type { PutOptions } from "../store.js";
import { notReplaced } from "../version.js";

const PUT_ID = "x-amz-meta-put-id";

/** Whoever has the key may remove it just before we look; then it is tried again, but not for ever. */
const CONDITION_TRIES = 3;

/** Puts a whole object; with `ifNoneMatch: "*"` only if there is none, with `ifMatch` only in the place of that version. */
export async function putObject(
  peer: Peer,
  counters: Counters,
  at: { readonly url: string; readonly address: URL },
  bytes: Uint8Array,
  options: PutOptions = {},
): Promise<void> {
  const condition = conditionOf(at.url, options);
  const id = randomUUID();
  const common = { url: at.url, counters, signal: options.signal };

  function put(): Promise<void> {
    return exchange(peer, {
      ...common,
      bytes: bytes.length,
      ok: [200],
      request: () => ({
        method: "PUT",
        url: at.address,
        body: bytes,
        headers: {
          "content-type": "application/octet-stream",
          ...(condition && { ...condition, [PUT_ID]: id }),
        },
      }),
      accept: async (answer) => answer.discard(),
    });
  }

  /** Whether an object is there, and whose. */
  function look(): Promise<"ours" | "other" | "none"> {
    return exchange(peer, {
      ...common,
      bytes: 0,
      ok: [200, 404],
      request: () => ({ method: "HEAD", url: at.address, headers: {} }),
      async accept(answer) {
        answer.discard();
        if (answer.status === 404) return "none";
        return answer.header(PUT_ID) === id ? "ours" : "other";
      },
    });
  }

  for (let tries = 1; ; tries++) {
    try {
      return await put();
    } catch (error) {
      if (!condition || !isRefusal(error, options)) throw error;
      const found = await look();
      // An answer may have been lost after the server did the work; the next try then finds our own object there.
      if (found === "ours") return;
      if (options.ifMatch) throw notReplaced(at.url);
      if (found === "other") throw error;
      if (tries === CONDITION_TRIES) throw takenByNothing(at.url);
    }
  }
}

/** Undefined: it is put whatever lies there. */
function conditionOf(
  url: string,
  { ifNoneMatch, ifMatch }: PutOptions,
): Readonly<Record<string, string>> | undefined {
  if (ifNoneMatch === "*") return { "if-none-match": "*" };
  if (!ifMatch) return undefined;
  if (ifMatch.etag !== undefined) return { "if-match": ifMatch.etag };
  throw new StorageError("invalid", url, "S3 replaces a version by its ETag, and this one has none");
}

/** Whether the condition was refused; S3 tells of an object to replace that is gone as of any that is not there. */
function isRefusal(error: unknown, { ifMatch }: PutOptions): boolean {
  if (isStorageError(error, "exists")) return true;
  return (
    ifMatch !== undefined && isStorageError(error, "not-found") && !error.message.includes("NoSuchBucket")
  );
}

function takenByNothing(url: string): StorageError {
  const what = `the server refuses the put because the key is taken (412), and has no such key when asked for it (404), ${CONDITION_TRIES} times: nothing was written`;
  return new StorageError("invalid", url, what, { status: 412 });
}
