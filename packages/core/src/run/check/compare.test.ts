import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localStore, StorageError, type Store, wrap } from "@zagg/storage";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { withStoreErrors } from "../stores/store-errors.js";
import { compareStore, digestsOf, type ExpectedObjects, withBytes } from "./compare.js";

const folder = await mkdtemp(join(tmpdir(), "zagg-compare-"));
afterAll(() => rm(folder, { recursive: true }));

let path: string;
let store: Store;
let expected: ExpectedObjects;
let count = 0;
beforeEach(async () => {
  path = join(folder, String(count++));
  store = withStoreErrors(localStore(path));
  const written = digestsOf(async (to) => {
    for (const key of ["a", "b", "c"]) await to.put(key, new TextEncoder().encode(`object ${key}`));
  }, store);
  expected = withBytes(await written);
});

describe.skipIf(process.platform === "win32")("what lies in the place of an object", () => {
  test.each([
    ["2 TB", () => truncate(join(path, "b"), 2 ** 41)],
    ["a byte more", () => truncate(join(path, "b"), 9)],
    ["a byte less", () => truncate(join(path, "b"), 7)],
    ["a device without an end", () => linked("/dev/zero")],
    [
      "a pipe",
      async () => {
        await rm(join(path, "b"));
        execFileSync("mkfifo", [join(path, "b")]);
      },
    ],
  ])("%s: another, and read no further than it should be", async (_, change) => {
    await change();
    let most = 0;
    const watched = wrap(store, {
      async get(key, options) {
        const bytes = await store.get(key, options);
        most = Math.max(most, bytes?.length ?? 0);
        return bytes;
      },
    });
    expect(await compareStore(watched, expected)).toEqual([{ kind: "differs", key: "b", shards: [] }]);
    expect(most).toBeLessThanOrEqual(8);
  });

  test("a link to nowhere, and to itself: missing", async () => {
    await linked("nowhere");
    expect(await compareStore(store, expected)).toEqual([{ kind: "missing", key: "b", shards: [] }]);
    await linked("b");
    expect(await compareStore(store, expected)).toEqual([{ kind: "missing", key: "b", shards: [] }]);
  });

  async function linked(target: string): Promise<void> {
    await rm(join(path, "b"), { force: true });
    await symlink(target, join(path, "b"));
  }
});

test("a store that breaks off is no difference: it is told", async () => {
  const broken = wrap(store, {
    get: async (key) => {
      throw new StorageError("invalid", key, "more bytes than announced");
    },
  });
  await expect(compareStore(broken, expected)).rejects.toThrow("more bytes than announced");
});
