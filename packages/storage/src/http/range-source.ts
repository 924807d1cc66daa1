import { newCounters, snapshot } from "../counters.js";
import { isStorageError, StorageError } from "../errors.js";
import { free } from "../free.js";
import { checkRange, pastTheEnd, throwIfAborted } from "../range.js";
import type { OpenSource, ReadOptions, SourceVersion } from "../source.js";
import { checkVersion } from "../version.js";
import { answeredRange } from "./content-range.js";
import { exchange, type Peer } from "./exchange.js";
import type { HttpAnswer } from "./message.js";

/**
 * An object behind HTTP ranges. Every answer is checked against the range asked for and the version first seen;
 * a body that breaks off is resumed from its last good byte.
 */
export function rangeSource(peer: Peer, address: URL): OpenSource {
  const { url } = peer;
  const counters = newCounters();
  let version: SourceVersion | undefined;
  /** A source that was given up stays so: whoever asks it next need not wait for as long again. */
  let givenUp: StorageError | undefined;
  // Across origins, If-Match would cost a page a preflight that many servers refuse; the ETag is compared anyway.
  let conditional = true;

  function sameObject(seen: SourceVersion | undefined): void {
    if (seen === undefined) return;
    version ??= seen;
    checkVersion(url, version, seen);
  }

  /**
   * The object's bytes from `offset` on; fewer than `length` where it ends. Their room is taken when the answer begins:
   * what waits for an answer takes none, and is young when it is dropped.
   */
  async function fetchBytes(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    if (givenUp !== undefined) throw givenUp;
    let bytes: Uint8Array | undefined;
    let filled = 0;
    await exchange(peer, {
      counters,
      signal: options?.signal,
      bytes: length,
      ok: [200, 206, 416],
      progress: () => filled,
      request() {
        const range = `bytes=${offset + filled}-${offset + length - 1}`;
        const etag = version?.etag;
        const strong = conditional && etag !== undefined && !etag.startsWith("W/");
        return { method: "GET", url: address, headers: { range, ...(strong && { "if-match": etag }) } };
      },
      async accept(answer: HttpAnswer) {
        const answered = answeredRange(url, answer, offset + filled, length - filled);
        sameObject(answered.version);
        conditional = !answer.hidesHeaders;
        if (answer.status === 416) {
          bytes = bytes?.subarray(0, filled);
          return answer.discard();
        }
        bytes ??= new Uint8Array(answered.length);
        const room = bytes;
        await answer.consume((piece) => {
          if (filled + piece.length > room.length)
            throw new StorageError("invalid", url, "more bytes than announced");
          room.set(piece, filled);
          filled += piece.length;
        });
        if (filled < room.length)
          throw new StorageError("network", url, `the body ended ${room.length - filled} bytes early`);
      },
    }).catch((error: unknown) => {
      if (isStorageError(error) && error.transient) givenUp = error;
      throw error;
    });
    return bytes ?? new Uint8Array(0);
  }

  function known(): SourceVersion {
    if (version !== undefined) return version;
    throw new StorageError("invalid", url, "the server does not show Content-Range to this page (CORS)");
  }

  async function whenKnown(options?: ReadOptions): Promise<SourceVersion> {
    throwIfAborted(url, options);
    // One byte, not HEAD: an address signed for GET is no good for HEAD.
    if (version === undefined) await fetchBytes(0, 1, options);
    return known();
  }

  return {
    url,
    version: whenKnown,
    size: async (options) => (await whenKnown(options)).size,
    async readFront(length, options) {
      checkRange(url, 0, length);
      throwIfAborted(url, options);
      const bytes = await fetchBytes(0, Math.max(1, length), options);
      return { bytes: bytes.subarray(0, length), size: known().size };
    },
    async read(offset, length, options) {
      checkRange(url, offset, length);
      throwIfAborted(url, options);
      if (version !== undefined && offset + length > version.size) {
        throw pastTheEnd(url, offset, length, version.size);
      }
      const bytes = length === 0 ? new Uint8Array(0) : await fetchBytes(offset, length, options);
      if (bytes.length < length) throw pastTheEnd(url, offset, length, version?.size);
      return bytes;
    },
    free,
    metrics: () => snapshot(counters),
    close: async () => undefined,
  };
}
