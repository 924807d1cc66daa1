import { newCounters, snapshot } from "../counters.js";
import { StorageError } from "../errors.js";
import { checkRange, pastTheEnd, throwIfAborted } from "../range.js";
import type { OpenSource, ReadOptions, SourceVersion } from "../source.js";
import { answeredRange, sameVersion } from "./content-range.js";
import { exchange, type Peer } from "./exchange.js";
import type { HttpAnswer } from "./message.js";

/**
 * Asking for an object's size fetches its first bytes along: whoever asks reads the beginning next, and a round trip
 * costs more than 2 MiB. That is what `@zagg/hdf5` reads first, so that opening a granule is one request.
 */
export const HEAD_BYTES = 2 * 1024 * 1024;

/**
 * An object behind HTTP ranges. Every answer is checked against the range asked for and the version first seen;
 * a body that breaks off is resumed from its last good byte.
 */
export function rangeSource(peer: Peer, address: URL): OpenSource {
  const { url } = peer;
  const counters = newCounters();
  let version: SourceVersion | undefined;
  let head: Uint8Array | undefined;
  let opening: Promise<SourceVersion> | undefined;
  // Across origins, If-Match would cost a page a preflight that many servers refuse; the ETag is compared anyway.
  let conditional = true;

  function sameObject(seen: SourceVersion | undefined): void {
    if (seen === undefined) return;
    version ??= seen;
    if (sameVersion(version, seen)) return;
    const [before, now] = [version, seen].map((v) => `${v.size} bytes, ${v.etag ?? v.modified ?? "no ETag"}`);
    throw new StorageError(
      "changed",
      url,
      `the object was replaced while it was read (${before}; now ${now})`,
    );
  }

  /** Fills `bytes` from index `filled` on with the object's bytes from `offset` on; yields how many there were. */
  async function fetchInto(bytes: Uint8Array, offset: number, filled: number, options?: ReadOptions) {
    let end = bytes.length;
    await exchange(peer, {
      counters,
      signal: options?.signal,
      bytes: bytes.length - filled,
      ok: [200, 206, 416],
      progress: () => filled,
      request() {
        const range = `bytes=${offset + filled}-${offset + bytes.length - 1}`;
        const etag = version?.etag;
        const strong = conditional && etag !== undefined && !etag.startsWith("W/");
        return { method: "GET", url: address, headers: { range, ...(strong && { "if-match": etag }) } };
      },
      async accept(answer: HttpAnswer) {
        const answered = answeredRange(url, answer, offset + filled, bytes.length - filled);
        sameObject(answered.version);
        conditional = !answer.hidesHeaders;
        end = filled + answered.length;
        if (answer.status === 416) return answer.discard();
        await answer.consume((piece) => {
          if (filled + piece.length > end)
            throw new StorageError("invalid", url, "more bytes than announced");
          bytes.set(piece, filled);
          filled += piece.length;
        });
        if (filled < end)
          throw new StorageError("network", url, `the body ended ${end - filled} bytes early`);
      },
    });
    return end;
  }

  async function open(bytes: number): Promise<SourceVersion> {
    const first = new Uint8Array(bytes);
    const length = await fetchInto(first, 0, 0);
    if (version === undefined) {
      throw new StorageError("invalid", url, "the server does not show Content-Range to this page (CORS)");
    }
    head = first.subarray(0, length);
    return version;
  }

  async function whenOpen(bytes: number): Promise<SourceVersion> {
    opening ??= open(bytes).catch((error) => {
      opening = undefined;
      throw error;
    });
    return version ?? opening;
  }

  return {
    url,
    // One byte, not HEAD: an address signed for GET is no good for HEAD.
    version: () => whenOpen(1),
    async size() {
      return (await whenOpen(HEAD_BYTES)).size;
    },
    async read(offset, length, options) {
      checkRange(url, offset, length);
      throwIfAborted(url, options);
      if (version !== undefined && offset + length > version.size) {
        throw pastTheEnd(url, offset, length, version.size);
      }
      if (head && offset === 0 && length === head.length) {
        const whole = head;
        head = undefined; // now the caller's to keep
        return whole;
      }
      const bytes = new Uint8Array(length);
      const known = head?.subarray(offset, offset + length) ?? bytes.subarray(0, 0);
      bytes.set(known);
      if (known.length === length) return bytes;
      const end = await fetchInto(bytes, offset, known.length, options);
      if (end < length) throw pastTheEnd(url, offset, length, version?.size);
      return bytes;
    },
    metrics: () => snapshot(counters),
    async close() {
      head = undefined;
    },
  };
}
