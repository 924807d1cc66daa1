import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store, StoredObject } from "../store.js";
import { codeOf, pattern, sameBytes } from "./sources.js";

export interface StoreBench {
  /** An empty store of its own. */
  make(name: string): Store;
  close(): Promise<void>;
}

export async function listed(store: Store, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(prefix)) found.push(object);
  return found;
}

const keysOf = async (store: Store, prefix: string) => (await listed(store, prefix)).map(({ key }) => key);

/** What every Store must do. `manyKeys` more than a page of its listing and a batch of its delete. */
export function examineStore(name: string, manyKeys: number, start: () => Promise<StoreBench>): void {
  describe(`store: ${name}`, () => {
    let bench: StoreBench;
    beforeAll(async () => {
      bench = await start();
    });
    afterAll(() => bench?.close());

    it("gives back what was put, last put wins", async () => {
      const store = bench.make("roundtrip");
      await store.put("a/b/c.bin", pattern(5000));
      sameBytes(await store.get("a/b/c.bin"), pattern(5000));
      await store.put("a/b/c.bin", pattern(10));
      sameBytes(await store.get("a/b/c.bin"), pattern(10));
      expect(await store.head("a/b/c.bin")).toMatchObject({ key: "a/b/c.bin", size: 10 });
    });

    it("keeps what was put, whatever becomes of the buffer", async () => {
      const store = bench.make("buffers");
      const bytes = Buffer.from(pattern(100));
      await store.put("object", bytes);
      bytes.fill(0);
      sameBytes(await store.get("object"), pattern(100));
    });

    it("holds empty and large objects", async () => {
      const store = bench.make("sizes");
      for (const size of [0, 1, 3_000_000]) {
        await store.put("object", pattern(size));
        sameBytes(await store.get("object"), pattern(size));
        expect((await store.head("object"))?.size).toBe(size);
      }
    });

    it("tells absent keys apart from errors", async () => {
      const store = bench.make("absent");
      expect(await store.get("no")).toBeUndefined();
      expect(await store.head("no")).toBeUndefined();
      expect(await store.getRange("no", 0, 1)).toBeUndefined();
      expect(await listed(store, "")).toEqual([]);
      await store.delete(["no", "nor/this"]);
    });

    it("reads ranges exactly", async () => {
      const store = bench.make("ranges");
      await store.put("r", pattern(1000));
      sameBytes(await store.getRange("r", 0, 1000), pattern(1000));
      sameBytes(await store.getRange("r", 999, 1), pattern(1000).subarray(999));
      expect(await store.getRange("r", 5, 0)).toHaveLength(0);
      expect(await codeOf(store.getRange("r", 999, 2))).toBe("short-read");
      expect(await codeOf(store.getRange("r", 2000, 2))).toBe("short-read");
      expect(await codeOf(store.getRange("r", -1, 2))).toBe("invalid");
    });

    it("reads parts of one version, from the end too", async () => {
      const store = bench.make("parts");
      await store.put("p", pattern(1000));
      const end = await store.getPart("p", { last: 10 });
      sameBytes(end?.bytes, pattern(1000).subarray(990));
      expect(end?.version?.size).toBe(1000);
      const { version } = end ?? {};
      const part = await store.getPart("p", { offset: 3, length: 4 }, { version });
      sameBytes(part?.bytes, pattern(1000).subarray(3, 7));
      expect(part?.version).toEqual(version);
      sameBytes((await store.getPart("p", { last: 5000 }))?.bytes, pattern(1000));
      expect((await store.getPart("p", { last: 0 }))?.bytes).toHaveLength(0);
      expect(await codeOf(store.getPart("p", { offset: 999, length: 2 }))).toBe("short-read");
      expect(await codeOf(store.getPart("p", { last: -1 }))).toBe("invalid");
      expect(await store.getPart("no", { last: 10 })).toBeUndefined();
      await store.put("empty", new Uint8Array(0));
      expect(await store.getPart("empty", { last: 10 })).toMatchObject({ version: { size: 0 } });

      // Of equal length, a file's version is its time, which the system counts in steps of some milliseconds.
      await sleep(30);
      await store.put("p", pattern(1001).subarray(1));
      expect(await codeOf(store.getPart("p", { offset: 3, length: 4 }, { version }))).toBe("changed");
      await store.put("p", pattern(5));
      expect(await codeOf(store.getPart("p", { offset: 3, length: 4 }, { version }))).toBe("changed");
      expect(await codeOf(store.getPart("p", { last: 4 }, { version }))).toBe("changed");
      await store.delete(["p"]);
      expect(await store.getPart("p", { offset: 3, length: 4 }, { version })).toBeUndefined();
    });

    it("takes keys with anything a file name may hold", async () => {
      const store = bench.make("keys");
      const keys = [
        "a b",
        "a+b",
        "100%",
        "ä/ö",
        "c/0/0",
        "x=1&y=2",
        "#?",
        "(1)!*'",
        "~t",
        "<&>",
        "%2F",
        "dot.",
        "日本",
      ];
      for (const key of keys) await store.put(key, Buffer.from(key));
      for (const key of keys) expect(Buffer.from((await store.get(key)) ?? []).toString()).toBe(key);
      expect(await keysOf(store, "")).toEqual([...keys].sort());
      await store.delete(keys);
      expect(await keysOf(store, "")).toEqual([]);
    });

    it.each(["", "/a", "a/", "a//b", "../a", "a/../../b", ".", "a\\b"])("refuses the key %j", async (key) => {
      const store = bench.make("refused");
      expect(await codeOf(store.put(key, pattern(1)))).toBe("invalid");
      expect(await codeOf(Promise.resolve().then(() => store.get(key)))).toBe("invalid");
    });

    it("lists by prefix in ascending order, at every depth", async () => {
      const store = bench.make("listing");
      for (const key of ["a/z", "a-b", "a/b/c", "ab", "b", "a/b/d"])
        await store.put(key, pattern(key.length));
      expect(await keysOf(store, "")).toEqual(["a-b", "a/b/c", "a/b/d", "a/z", "ab", "b"]);
      expect(await keysOf(store, "a/")).toEqual(["a/b/c", "a/b/d", "a/z"]);
      expect(await keysOf(store, "a/b")).toEqual(["a/b/c", "a/b/d"]);
      expect(await keysOf(store, "a")).toEqual(["a-b", "a/b/c", "a/b/d", "a/z", "ab"]);
      expect(await keysOf(store, "c")).toEqual([]);
      expect((await listed(store, "ab"))[0]).toMatchObject({ key: "ab", size: 2 });
    });

    it(`lists and deletes ${manyKeys} keys`, async () => {
      const store = bench.make("many");
      const keys = Array.from(
        { length: manyKeys },
        (_, i) => `d${i % 3}/${String(i).padStart(5, "0")}`,
      ).sort();
      await Promise.all(keys.map((key) => store.put(key, pattern(1))));
      expect(await keysOf(store, "")).toEqual(keys);
      await store.delete(keys.slice(1));
      expect(await keysOf(store, "")).toEqual(keys.slice(0, 1));
    });

    it("lets one of 32 conditional puts win", async () => {
      const store = bench.make("race");
      const racers = Array.from({ length: 32 }, (_, i) =>
        codeOf(store.put("records/one", Uint8Array.of(i), { ifNoneMatch: "*" })),
      );
      const codes = await Promise.all(racers);
      expect(codes.filter((code) => code === "no error")).toHaveLength(1);
      expect(codes.filter((code) => code === "exists")).toHaveLength(31);
      sameBytes(await store.get("records/one"), Uint8Array.of(codes.indexOf("no error")));
    });

    it("replaces one version, and no other", async () => {
      const store = bench.make("replaced");
      const versionOf = async () => (await store.getPart("k", { last: 0 }))?.version;
      await store.put("k", pattern(10));
      const ifMatch = await versionOf();
      expect(ifMatch?.size).toBe(10);
      await store.put("k", pattern(20), { ifMatch });
      sameBytes(await store.get("k"), pattern(20));
      expect(await codeOf(store.put("k", pattern(30), { ifMatch }))).toBe("changed");
      sameBytes(await store.get("k"), pattern(20));
      const last = await versionOf();
      await store.delete(["k"]);
      expect(await codeOf(store.put("k", pattern(30), { ifMatch: last }))).toBe("changed");
      expect(await store.get("k")).toBeUndefined();
    });

    it("survives puts and deletes in one folder at once", async () => {
      const store = bench.make("churn");
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          await store.put(`deep/er/${i}`, pattern(10));
          await store.delete([`deep/er/${i}`]);
        }),
      );
      expect(await keysOf(store, "")).toEqual([]);
    });

    it("stops a put before it begins", async () => {
      const store = bench.make("aborted");
      const signal = AbortSignal.abort();
      expect(await codeOf(store.put("k", pattern(1), { signal }))).toBe("aborted");
      expect(await store.get("k")).toBeUndefined();
    });

    it("stops a read before it begins", async () => {
      const store = bench.make("unread");
      await store.put("k", pattern(10));
      const signal = AbortSignal.abort();
      expect(await codeOf(store.get("k", { signal }))).toBe("aborted");
      expect(await codeOf(store.getRange("k", 0, 2, { signal }))).toBe("aborted");
    });

    it("refuses an object that is longer than the caller takes", async () => {
      const store = bench.make("bounded");
      await store.put("k", pattern(1000));
      sameBytes(await store.get("k", { maxBytes: 1000 }), pattern(1000));
      expect(await codeOf(store.get("k", { maxBytes: 999 }))).toBe("invalid");
    });
  });
}
