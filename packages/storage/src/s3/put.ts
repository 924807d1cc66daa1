import { randomUUID } from "node:crypto";
import type { Counters } from "../counters.js";
import { isStorageError } from "../errors.js";
import { exchange, type Peer } from "../http/exchange.js";
import type { PutOptions } from "../store.js";

const PUT_ID = "x-amz-meta-put-id";

/** Puts a whole object; with `ifNoneMatch: "*"` only if there is none. */
export async function putObject(
  peer: Peer,
  counters: Counters,
  at: { readonly url: string; readonly address: URL },
  bytes: Uint8Array,
  options: PutOptions = {},
): Promise<void> {
  const conditional = options.ifNoneMatch === "*";
  const id = randomUUID();
  const common = { url: at.url, counters, signal: options.signal };
  try {
    await exchange(peer, {
      ...common,
      bytes: bytes.length,
      ok: [200],
      request: () => ({
        method: "PUT",
        url: at.address,
        body: bytes,
        headers: {
          "content-type": "application/octet-stream",
          ...(conditional && { "if-none-match": "*", [PUT_ID]: id }),
        },
      }),
      accept: async (answer) => answer.discard(),
    });
  } catch (error) {
    // An answer may have been lost after the server did the work; the next try then finds our own object there.
    if (!conditional || !isStorageError(error, "exists")) throw error;
    const found = await exchange(peer, {
      ...common,
      bytes: 0,
      ok: [200, 404],
      request: () => ({ method: "HEAD", url: at.address, headers: {} }),
      async accept(answer) {
        answer.discard();
        return answer.header(PUT_ID);
      },
    });
    if (found !== id) throw error;
  }
}
