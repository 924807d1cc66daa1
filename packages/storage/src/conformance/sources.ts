import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StorageError } from "../errors.js";
import type { OpenSource } from "../source.js";

/** What a kind of source needs to be examined. */
export interface SourceBench {
  /** Makes an object of these bytes and opens it. */
  make(name: string, bytes: Uint8Array): Promise<OpenSource>;
  /** Opens what is not there. */
  missing(): OpenSource;
  close(): Promise<void>;
  /** Requests and bytes beyond those read, for a wrapper that asks for the version first. */
  readonly counts?: (length: number) => object;
}

/** Bytes that differ from their neighbours and from those 256 further on. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7) & 255);
}

/** The code of the StorageError that `promise` must end in. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => "no error",
    (reason) => reason,
  );
  return error instanceof StorageError ? error.code : String(error);
}

/** Vitest's own comparison takes seconds for a megabyte. */
export function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual).toHaveLength(expected.length);
  expect(Buffer.from(actual ?? []).equals(expected)).toBe(true);
}

/** What every ByteSource must do. */
export function examineSource(name: string, start: () => Promise<SourceBench>): void {
  describe(`source: ${name}`, () => {
    const SIZE = 200_000;
    const whole = pattern(SIZE);
    let bench: SourceBench;
    let source: OpenSource;

    beforeAll(async () => {
      bench = await start();
      source = await bench.make("object.bin", whole);
    });
    afterAll(async () => {
      await source?.close();
      await bench?.close();
    });

    it("knows its size and version", async () => {
      expect(await source.size()).toBe(SIZE);
      const version = await source.version();
      expect(version.size).toBe(SIZE);
      expect(version.etag ?? version.modified).toMatch(/./);
    });

    it.each([
      ["the first byte", 0, 1],
      ["the last byte", SIZE - 1, 1],
      ["all of it", 0, SIZE],
      ["the middle", 65_535, 2],
      ["across what opening fetched", 65_000, 70_000],
      ["the end", SIZE - 1000, 1000],
      ["nothing", 10, 0],
      ["nothing at the end", SIZE, 0],
    ])("reads %s", async (_, offset, length) => {
      sameBytes(await source.read(offset, length), whole.subarray(offset, offset + length));
    });

    it("reads before it was asked for its size", async () => {
      const fresh = await bench.make("fresh.bin", whole);
      sameBytes(await fresh.read(150_000, 10), whole.subarray(150_000, 150_010));
      expect(await fresh.size()).toBe(SIZE);
      await fresh.close();
    });

    it.each([1, 1000, SIZE - 1, SIZE, SIZE + 1, 10 * SIZE])("reads a front of %d bytes", async (length) => {
      const fresh = await bench.make("front.bin", whole);
      const front = await fresh.readFront?.(length);
      if (front === undefined) return expect(fresh.metrics().requests).toBe(0);
      sameBytes(front.bytes, whole.subarray(0, length));
      expect(front.size).toBe(SIZE);
      sameBytes(await fresh.read(SIZE - 10, 10), whole.subarray(SIZE - 10));
      await fresh.close();
    });

    it("reads many ranges at once", async () => {
      const offsets = Array.from({ length: 200 }, (_, i) => i * 990);
      const all = await Promise.all(offsets.map((offset) => source.read(offset, 500)));
      for (const [i, offset] of offsets.entries()) sameBytes(all[i], whole.subarray(offset, offset + 500));
    });

    it("hands out memory of its own", async () => {
      const first = await source.read(0, 100);
      first.fill(0);
      sameBytes(await source.read(0, 100), whole.subarray(0, 100));
      expect(first.buffer.byteLength).toBe(100);
    });

    it.each([
      ["one byte past the end", SIZE - 1, 2],
      ["far past the end", SIZE * 2, 10],
    ])("ends in short-read %s", async (_, offset, length) => {
      expect(await codeOf(source.read(offset, length))).toBe("short-read");
      const fresh = await bench.make("short.bin", whole);
      expect(await codeOf(fresh.read(offset, length))).toBe("short-read");
      await fresh.close();
    });

    it.each([
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
      [Number.MAX_SAFE_INTEGER + 1, 1],
    ])("refuses offset %d, length %d", async (offset, length) => {
      expect(await codeOf(source.read(offset, length))).toBe("invalid");
    });

    it("serves an empty object", async () => {
      const empty = await bench.make("empty.bin", new Uint8Array(0));
      expect(await empty.size()).toBe(0);
      expect(await empty.read(0, 0)).toHaveLength(0);
      expect((await empty.readFront?.(10)) ?? { size: 0 }).toMatchObject({ size: 0 });
      expect(await codeOf(empty.read(0, 1))).toBe("short-read");
      await empty.close();
    });

    it("says not-found, with its address", async () => {
      const missing = bench.missing();
      expect(await codeOf(missing.size())).toBe("not-found");
      await expect(missing.read(0, 1)).rejects.toThrow(missing.url);
      await missing.close();
    });

    it("stops when told to, and only what was told", async () => {
      const fresh = await bench.make("abort.bin", whole);
      const stop = new AbortController();
      const stopped = fresh.read(0, SIZE, { signal: stop.signal });
      const other = fresh.read(0, SIZE);
      stop.abort();
      expect(await codeOf(stopped)).toBe("aborted");
      sameBytes(await other, whole);
      expect(await codeOf(fresh.read(0, 1, { signal: stop.signal }))).toBe("aborted");
      await fresh.close();
    });

    it("counts requests and bytes", async () => {
      const fresh = await bench.make("count.bin", whole);
      await fresh.read(1000, 5000);
      const counts = bench.counts?.(5000) ?? { requests: 1, bytes: 5000, retries: 0 };
      expect(fresh.metrics()).toMatchObject(counts);
      await fresh.close();
    });
  });
}
