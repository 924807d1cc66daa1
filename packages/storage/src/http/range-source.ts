import { newCounters, snapshot } from "../counters.js";
import { StorageError } from "../errors.js";
import { free } from "../free.js";
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

const NOTHING = new Uint8Array(0);

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

  /**
   * The object's bytes from `offset` on, the first of which are `known`; fewer than `length` where it ends. Their room
   * is taken when the answer begins: what waits for an answer takes none, and is young when it is dropped.
   */
  async function fetchBytes(offset: number, length: number, known: Uint8Array, options?: ReadOptions) {
    let bytes: Uint8Array | undefined;
    let filled = known.length;
    let end = length;
    await exchange(peer, {
      counters,
      signal: options?.signal,
      bytes: length - filled,
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
        end = filled + answered.length;
        if (answer.status === 416) return answer.discard();
        if (bytes === undefined) {
          bytes = new Uint8Array(length);
          bytes.set(known);
        }
        const room = bytes;
        await answer.consume((piece) => {
          if (filled + piece.length > end)
            throw new StorageError("invalid", url, "more bytes than announced");
          room.set(piece, filled);
          filled += piece.length;
        });
        if (filled < end)
          throw new StorageError("network", url, `the body ended ${end - filled} bytes early`);
      },
    });
    return (bytes ?? known).subarray(0, end);
  }

  async function open(length: number): Promise<SourceVersion> {
    const first = await fetchBytes(0, length, NOTHING);
    if (version === undefined) {
      throw new StorageError("invalid", url, "the server does not show Content-Range to this page (CORS)");
    }
    head = first;
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
      const known = head?.subarray(offset, offset + length) ?? NOTHING;
      if (known.length === length) return known.slice();
      const bytes = await fetchBytes(offset, length, known, options);
      if (bytes.length < length) throw pastTheEnd(url, offset, length, version?.size);
      return bytes;
    },
    free,
    metrics: () => snapshot(counters),
    async close() {
      head = undefined;
    },
  };
}
