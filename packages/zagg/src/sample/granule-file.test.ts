import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHUNK_ELEMENTS, loadH5wasm, writeGranule } from "./granule-file.js";
import { type GranulePlan, planGranules } from "./granule-plan.js";
import { makeSample } from "./sample.js";
import { BEAMS } from "./segments.js";
import { FLOAT_FILL } from "./variables.js";

const plans = planGranules(12, 7, "small");
const plan = plans.find((each) => each.region === 11) as GranulePlan;
const h5wasm = await loadH5wasm();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-sample-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("granules have the product's names, in order of time, one for each track and region", () => {
  const names = plans.map((each) => each.fileName);
  for (const name of names) expect(name).toMatch(/^ATL06_\d{14}_\d{4}22(10|11|12)_007_01\.h5$/);
  expect(names).toEqual(names.toSorted());
  expect(new Set(names).size).toBe(12);
  expect(plans.filter((each) => each.absentBeam).length).toBe(2);
});

test("the same plan gives the same bytes at another time, another seed other bytes", async () => {
  const write = async (name: string, each: GranulePlan): Promise<Buffer> => {
    writeGranule(h5wasm, join(folder, name), each);
    return readFile(join(folder, name));
  };
  const first = await write("a.h5", plan);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // HDF5's time stamps count seconds
  expect((await write("b.h5", plan)).equals(first)).toBe(true);
  expect((await write("c.h5", { ...plan, seed: 8 })).equals(first)).toBe(false);
});

test("all object headers come before the first values, as in real granules", async () => {
  writeGranule(h5wasm, join(folder, "headers.h5"), plan);
  const bytes = await readFile(join(folder, "headers.h5"));
  expect(bytes.lastIndexOf("OHDR")).toBeGreaterThan(0);
  // Each dataset's chunk index is made with its first values.
  expect(bytes.lastIndexOf("OHDR")).toBeLessThan(bytes.indexOf("EAIB"));
});

test("a file that cannot be made is told in a word, and none is left", () => {
  const path = join(folder, "no-folder", "a.h5");
  expect(() => writeGranule(h5wasm, path, plan)).toThrow(/^No such file or directory$/);
});

test.runIf(existsSync("/dev/full"))("a disk that fills up while a granule is written", async () => {
  const path = join(folder, "full.h5");
  await symlink("/dev/full", path);
  expect(() => writeGranule(h5wasm, path, plan)).toThrow(/^No space left on device$/);
  expect(existsSync(path)).toBe(false);
});

test("a sample that cannot be written is an error of the output", async () => {
  await writeFile(join(folder, "a-file"), "");
  const refused = { kind: "store", message: expect.stringContaining("a-file/granules could not be written") };
  await expect(makeSample(join(folder, "a-file"))).rejects.toMatchObject(refused);
});

describe("structure", () => {
  test("beams, chunks, filters, unlimited rows, fills", () => {
    const path = join(folder, "structure.h5");
    const rows = writeGranule(h5wasm, path, { ...plan, absentBeam: "gt2r" });
    const file = new h5wasm.File(path, "r");
    const dataset = (name: string) => file.get(name) as InstanceType<typeof h5wasm.Dataset>;

    let total = 0;
    for (const beam of BEAMS) {
      if (beam === "gt2r") {
        expect(file.get(beam)).toBeNull();
        continue;
      }
      const height = dataset(`${beam}/land_ice_segments/h_li`);
      expect(height.metadata.chunks).toEqual([CHUNK_ELEMENTS]);
      expect(height.metadata.maxshape?.[0]).toBeGreaterThan(2 ** 62);
      expect(height.filters.map(({ name }) => name)).toEqual(["deflate"]);
      expect(height.attrs._FillValue?.value).toEqual(FLOAT_FILL);
      total += height.shape?.[0] as number;
    }
    expect(total).toBe(rows);

    const quality = dataset("gt1l/land_ice_segments/atl06_quality_summary").value as Int8Array;
    const heights = dataset("gt1l/land_ice_segments/h_li").value as Float32Array;
    const lost = heights.filter((value) => value === Math.fround(FLOAT_FILL));
    expect(quality.some((flag) => flag === 1)).toBe(true);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(heights.length / 10);
    expect(dataset("gt1l/land_ice_segments/fit_statistics/dh_fit_dx").shape).toEqual([heights.length]);
    file.close();
  });
});
