import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPath, runZagg, SAMPLE_FOLDER, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
let granule: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-inspect-"));
  const [first] = (await readdir(SAMPLE_FOLDER)).filter((name) => name.endsWith(".h5")).sort();
  granule = join(SAMPLE_FOLDER, first as string);
});
afterAll(() => rm(folder, { recursive: true }));

const inspect = (...args: string[]) => runZagg(["inspect", ...args], folder);

test("a tree, with what reading it took on stderr", () => {
  const { status, stdout, stderr } = inspect(granule, "--path", "/gt1l");
  expect(status, stderr).toBe(0);
  const lines = stdout.split("\n");
  expect(lines.slice(0, 3)).toEqual([granule, "/gt1l", "  land_ice_segments/"]);
  expect(stdout).toMatch(/^ {4}h_li +float32 {2}\[\d+\] {2}chunks \[64\] {2}deflate {2}= /m);
  expect(stderr).toMatch(/ranges, .* of .*B/);
});

test("attributes, each in a line", () => {
  expect(inspect(granule, "--path", "/", "--attributes").stdout).toMatch(/^ {4}@short_name = ATL06$/m);
});

test("--json: every object by its path", () => {
  const { format, file, objects } = JSON.parse(inspect(granule, "--json", "--values", "1").stdout);
  expect({ format, file }).toEqual({ format: "zagg-inspect/1", file: granule });
  const height = objects.find(({ path }: { path: string }) => path === "/gt1l/land_ice_segments/h_li");
  expect(height).toMatchObject({ kind: "dataset", dtype: "float32", first: [expect.any(Number)] });
});

test("what is no file, no HDF5, or has no such path, in one line", async () => {
  await writeFile(join(folder, "x.h5"), "text ".repeat(500));
  for (const [args, message] of [
    [["none.h5"], "none.h5"],
    [["x.h5"], "x.h5"],
    [[granule, "--path", "/gt9"], "/gt9 does not exist"],
  ] as const) {
    const { status, stdout, stderr } = inspect(...args);
    expect(status).toBeGreaterThan(1);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(message)]);
  }
});

describe.skipIf(!sharedData.present)(`broken files (${sharedData.reason})`, () => {
  test("end in one line, or are shown", async () => {
    const broken = (await readdir(dataPath("hdf5/hdf5_official"))).filter((name) =>
      /loop|bogus|bad/.test(name),
    );
    expect(broken.length).toBeGreaterThan(0);
    for (const name of broken) {
      const { status, stderr } = inspect(dataPath("hdf5/hdf5_official", name), "--quiet");
      expect([0, 2], name).toContain(status);
      expect(stderr.trim().split("\n").length, name).toBe(1);
    }
  });
});
