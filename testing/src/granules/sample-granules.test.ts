import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SAMPLE_FOLDER, sampleGranules } from "./sample-granules.js";
import { writeGranule } from "./write.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-granules-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("the granules are there, in ascending order, and no others", async () => {
  expect((await readdir(SAMPLE_FOLDER)).sort()).toEqual(sampleGranules.map(({ id }) => id));
});

test.each(sampleGranules)("$id is what the script makes, and small", async ({ path, ...rows }) => {
  await writeGranule(join(folder, rows.id), rows);
  const committed = await readFile(path);
  expect(committed.equals(await readFile(join(folder, rows.id)))).toBe(true);
  expect(committed.length).toBeLessThan(100_000);
});
