import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeWhole } from "./write-whole.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-whole-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a write that breaks off leaves what was there, and nothing beside it", async () => {
  const path = join(folder, "map.png");
  await writeFile(path, "before");
  async function* brokenOff() {
    yield Uint8Array.of(1, 2, 3);
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  }
  const refused = expect.objectContaining({ kind: "store", message: expect.stringContaining(path) });
  await expect(writeWhole(path, brokenOff())).rejects.toEqual(refused);
  expect([await readFile(path, "utf8"), await readdir(folder)]).toEqual(["before", ["map.png"]]);
  await writeWhole(path, Uint8Array.of(97));
  expect(await readFile(path, "utf8")).toBe("a");
});

test.each(["no/such/folder.png", "map.png/map.png", "."])("%s: an error of the output", async (name) => {
  await expect(writeWhole(join(folder, name), "x")).rejects.toMatchObject({ kind: "store" });
});

test.runIf(existsSync("/dev/full"))("a device is written to, not replaced", async () => {
  const refused = {
    kind: "store",
    message: expect.stringContaining("/dev/full could not be written: ENOSPC"),
  };
  await expect(writeWhole("/dev/full", "x")).rejects.toMatchObject(refused);
  await writeWhole("/dev/null", "x");
  expect((await readdir("/dev")).filter((name) => name.endsWith(".part"))).toEqual([]);
});
