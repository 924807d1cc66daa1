import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpServer, startHttpServer } from "@zagg/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, examineSource, pattern, sameBytes } from "../conformance/sources.js";
import { httpSource } from "../http/http-source.js";
import type { OpenSource } from "../source.js";
import { CACHE_BLOCK_BYTES } from "./cache-file.js";
import { diskCache } from "./disk-cache.js";
import { withDiskCache } from "./with-disk-cache.js";

const SIZE = 20 * CACHE_BLOCK_BYTES + 1234;
const whole = pattern(SIZE);
/** Asking for the version, once for every opening. */
const VERSION_BYTES = 1;
let folder: string;
let server: HttpServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-cache-"));
  server = await startHttpServer();
  server.objects.set("/granule", whole);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function using<T>(
  work: (source: OpenSource) => Promise<T>,
  maxBytes = 1e9,
  path = "/granule",
): Promise<T> {
  const source = withDiskCache(httpSource(server.url + path), diskCache(folder, maxBytes));
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

async function sizeOnDisk(): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))));
  return files.reduce((sum, file) => sum + file.blocks * 512, 0);
}

describe("withDiskCache", () => {
  it("fetches every byte once, over all openings", async () => {
    await using((source) => source.read(0, SIZE));
    const again = await using(async (source) => {
      sameBytes(await source.read(0, SIZE), whole);
      return source.metrics();
    });
    expect(again).toMatchObject({ requests: 1, bytes: VERSION_BYTES });
  });

  it("reads the same as the object, whatever was read before", async () => {
    await using((source) =>
      fc.assert(
        fc.asyncProperty(fc.nat(SIZE), fc.nat(5 * CACHE_BLOCK_BYTES), async (offset, wish) => {
          const length = Math.min(wish, SIZE - offset);
          sameBytes(await source.read(offset, length), whole.subarray(offset, offset + length));
        }),
        { numRuns: 60, seed: 7 },
      ),
    );
  });

  it("fetches a block once for all who ask at the same time", async () => {
    const metrics = await using(async (source) => {
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, i) => source.read(i * 100, CACHE_BLOCK_BYTES)),
      );
      sameBytes(all[29], whole.subarray(2900, 2900 + CACHE_BLOCK_BYTES));
      return source.metrics();
    });
    expect(metrics.bytes).toBe(VERSION_BYTES + 2 * CACHE_BLOCK_BYTES);
  });

  it("forgets an object that was replaced", async () => {
    await using((source) => source.read(0, 1000));
    const replaced = whole.map((byte) => byte ^ 255);
    server.objects.set("/granule", replaced);
    await using(async (source) => sameBytes(await source.read(0, SIZE), replaced));
  });

  it("fetches anew what does not fit its checksum", async () => {
    await using((source) => source.read(0, SIZE));
    const [name = ""] = await readdir(folder);
    const bytes = await readFile(join(folder, name));
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    await writeFile(join(folder, name), bytes);
    await using(async (source) => {
      sameBytes(await source.read(0, SIZE), whole);
      expect(source.metrics().bytes).toBe(VERSION_BYTES + CACHE_BLOCK_BYTES);
    });
  });

  it("keeps its bound, the least recently used going first", async () => {
    const names = Array.from({ length: 6 }, (_, i) => `/granule-${i}`);
    for (const name of names) {
      server.objects.set(name, whole);
      await using((source) => source.read(0, SIZE), 3 * SIZE, name);
    }
    expect(await sizeOnDisk()).toBeLessThan(4 * SIZE + 64 * 1024);
    const last = await using(
      async (source) => (await source.read(0, SIZE)) && source.metrics(),
      3 * SIZE,
      names[5],
    );
    expect(last.bytes).toBe(VERSION_BYTES);
    const first = await using(
      async (source) => (await source.read(0, SIZE)) && source.metrics(),
      3 * SIZE,
      names[0],
    );
    expect(first.bytes).toBe(VERSION_BYTES + SIZE);
  });

  it.skipIf(process.platform === "win32")(
    "refuses a pipe in the place of a file, and does not wait for it",
    async () => {
      await using((source) => source.read(0, 1000));
      const [name = ""] = await readdir(folder);
      await rm(join(folder, name));
      execFileSync("mkfifo", [join(folder, name)]);
      expect(await using((source) => codeOf(source.read(0, 1000)))).toBe("invalid");
    },
  );

  it("is shared by several who fill it at once", async () => {
    const read = () => using((source) => source.read(0, SIZE));
    for (const bytes of await Promise.all([read(), read(), read()])) sameBytes(bytes, whole);
    expect(await using(async (source) => (await source.read(0, SIZE)) && source.metrics().bytes)).toBe(
      VERSION_BYTES,
    );
  });

  it("goes on fetching for others when one stops", async () => {
    await using(async (source) => {
      const stop = new AbortController();
      const stopped = source.read(0, SIZE, { signal: stop.signal });
      const other = source.read(0, SIZE);
      stop.abort();
      expect(await codeOf(stopped)).toBe("aborted");
      sameBytes(await other, whole);
    });
  });
});

describe("conformance of the wrapper", () => {
  examineSource("http behind a disk cache", async () => {
    const own = await mkdtemp(join(tmpdir(), "zagg-cache-"));
    const http = await startHttpServer();
    const cache = diskCache(own, 1e9);
    let made = 0;
    return {
      async make(_, bytes) {
        const path = `/object-${made++}`;
        http.objects.set(path, bytes);
        return withDiskCache(httpSource(http.url + path), cache);
      },
      counts: () => ({ requests: 2, bytes: VERSION_BYTES + CACHE_BLOCK_BYTES, retries: 0 }),
      missing: () => withDiskCache(httpSource(`${http.url}/missing`), cache),
      async close() {
        await http.close();
        await rm(own, { recursive: true });
      },
    };
  });
});
