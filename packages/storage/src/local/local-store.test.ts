import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf } from "../conformance/sources.js";
import type { StoredObject } from "../store.js";
import { fileSource } from "./file-source.js";
import { localStore } from "./local-store.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-local-"));
});
afterEach(() => rm(folder, { recursive: true }));

it.skipIf(process.platform === "win32")("refuses pipes and devices, and waits for neither", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await symlink("/dev/zero", join(folder, "zero"));
  for (const key of ["pipe", "zero"]) {
    expect(await codeOf(localStore(folder).get(key))).toBe("invalid");
    expect(await codeOf(localStore(folder).getRange(key, 0, 8))).toBe("invalid");
    expect(await codeOf(fileSource(join(folder, key)).read(0, 8))).toBe("invalid");
  }
  // Yet they are there: what lists a store must see that their keys are taken.
  const listed: StoredObject[] = [];
  for await (const object of localStore(folder).list("")) listed.push(object);
  expect(listed).toEqual([
    { key: "pipe", size: 0 },
    { key: "zero", size: 0 },
  ]);
});

it("follows links, or those alone that stay inside", async () => {
  const root = join(folder, "store");
  await localStore(root).put("12/a", Uint8Array.of(1));
  await writeFile(join(folder, "secret"), "x");
  await symlink(join(root, "12"), join(root, "13"));
  await symlink(join(folder, "secret"), join(root, "out"));
  await symlink(folder, join(root, "up"));
  await symlink(root, join(folder, "linked"));
  const kept = localStore(join(folder, "linked"), { keepInside: true });
  expect(await kept.get("13/a")).toEqual(Uint8Array.of(1));
  expect(await kept.get("13/b")).toBeUndefined();
  for (const key of ["out", "up/secret"]) {
    expect(await localStore(root).get(key)).toHaveLength(1);
    expect(await codeOf(kept.get(key))).toBe("denied");
    expect(await codeOf(kept.getRange(key, 0, 1))).toBe("denied");
  }
});

it("takes a folder for no object", async () => {
  const store = localStore(folder);
  await store.put("12/zarr.json", Uint8Array.of(1));
  expect(await store.get("12")).toBeUndefined();
  expect(await store.getRange("12", 0, 1)).toBeUndefined();
  expect(await store.head("12")).toBeUndefined();
});

it("makes no room for a file that is longer than the caller takes", async () => {
  await writeFile(join(folder, "sparse"), "");
  await truncate(join(folder, "sparse"), 2 ** 41);
  expect(await codeOf(localStore(folder).get("sparse", { maxBytes: 1000 }))).toBe("invalid");
});

it("lists what can be got through links, and follows no circle", async () => {
  const root = join(folder, "store");
  const elsewhere = join(folder, "disk");
  const store = localStore(root);
  await store.put("12/b/c/0", Uint8Array.of(1));
  await store.put("12/b-c", Uint8Array.of(2));
  await localStore(elsewhere).put("c/0", Uint8Array.of(3, 4));
  await symlink(elsewhere, join(root, "12/a"));
  await symlink(root, join(root, "12/b/up"));
  await symlink(join(root, "12"), join(elsewhere, "back"));
  await symlink(join(folder, "nowhere"), join(root, "12/gone"));
  const listed: string[] = [];
  for await (const { key, size } of store.list("12/")) {
    listed.push(key);
    expect((await store.get(key))?.length, key).toBe(size);
  }
  expect(listed).toEqual(["12/a/c/0", "12/b-c", "12/b/c/0"]);
});

it("a file that is written over while it is read is no longer the one that was opened", async () => {
  const path = join(folder, "granule.h5");
  await writeFile(path, Uint8Array.of(1, 2, 3, 4));
  const source = fileSource(path);
  expect(await source.read(0, 2)).toEqual(Uint8Array.of(1, 2));
  await writeFile(path, Uint8Array.of(5, 6, 7, 8));
  const later = new Date(Date.now() + 5_000);
  await utimes(path, later, later);
  expect(await codeOf(source.read(2, 2))).toBe("changed");
  await source.close();
});

it("a folder that others remove, with what is being written in it, is made again", async () => {
  const root = join(folder, "removed");
  const store = localStore(root, { tmp: join(root, ".tmp") });
  let removing = true;
  const others = (async () => {
    while (removing) {
      await rm(root, { recursive: true, force: true }).catch(() => undefined); // written to meanwhile
      await sleep(1);
    }
  })();
  for (let i = 0; i < 500; i++) await store.put(`d/${i}`, Uint8Array.of(i));
  removing = false;
  await others;
  await store.put("d/last", Uint8Array.of(1));
  expect(await store.get("d/last")).toEqual(Uint8Array.of(1));
});
