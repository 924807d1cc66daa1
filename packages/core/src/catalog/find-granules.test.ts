import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findGranules } from "./find-granules.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-granules-"));
  await mkdir(join(folder, "2024", "01"), { recursive: true });
  for (const name of ["b.h5", "a.h5", "notes.txt", ".hidden.h5", "2024/c+(1).H5", "2024/01/d.nc"]) {
    await writeFile(join(folder, name), "");
  }
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  [".", [".hidden.h5", "a.h5", "b.h5"]],
  ["a.h5", ["a.h5"]],
  ["notes.txt", ["notes.txt"]],
  ["*.h5", ["a.h5", "b.h5"]],
  ["?.h5", ["a.h5", "b.h5"]],
  ["2024/c+(1)*", ["2024/c+(1).H5"]],
  ["20*/*/*.nc", ["2024/01/d.nc"]],
  ["**/*", ["2024/01/d.nc", "2024/c+(1).H5", "a.h5", "b.h5", "notes.txt"]],
])("%s", async (pattern, expected) => {
  const found = await findGranules(join(folder, pattern));
  expect(found.map((path) => relative(folder, path))).toEqual(expected);
});

test.each(["none.h5", "2024/01/*.h5", "none/*"])("%s holds no granules", async (pattern) => {
  await expect(findGranules(join(folder, pattern))).rejects.toMatchObject({ code: "no-granules" });
});
