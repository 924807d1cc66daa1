import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Hdf5File, Hdf5Value, TypedArray } from "./index.js";
import { plain } from "./testing/plain.js";
import { type ExpectedObject, expectedObjects, openTestFile } from "./testing/test-files.js";

const objects = expectedObjects();
const files = [...new Set(objects.map(({ file }) => file))];

/** Types whose values are typed arrays. */
const NUMBERS: ReadonlySet<string> = new Set(["integer", "float", "bitfield", "enum"]);

describe.each(files)("%s is read as libhdf5 reads it", (name) => {
  const inFile = objects.filter(({ file }) => file === name);

  it.each(inFile)("$path", async (expected) => {
    const file = await openTestFile(name);
    await checkAttributes(file, expected);
    if (expected.members) await checkMembers(file, expected);
    if (expected.shape !== undefined) await checkDataset(file, expected);
  });
});

async function checkMembers(file: Hdf5File, { path, members }: ExpectedObject): Promise<void> {
  expect((await file.list(path)).map(({ name, kind }) => [name, kind])).toEqual(members);
}

async function checkAttributes(file: Hdf5File, { path, attributes }: ExpectedObject): Promise<void> {
  const ours = await file.attributes(path);
  const values = Object.entries(ours).map(([name, value]) => [
    name,
    value === undefined ? value : plain(value),
  ]);
  expect(Object.fromEntries(values)).toEqual(attributes);
}

async function checkDataset(file: Hdf5File, expected: ExpectedObject): Promise<void> {
  const dataset = await file.dataset(expected.path);
  if (expected.unsupported === undefined || expected.unsupported.startsWith("filter"))
    expect(dataset.shape).toEqual(expected.shape ?? []);
  expect(Object.keys(await dataset.attributes())).toEqual(Object.keys(await file.attributes(expected.path)));
  if (expected.unsupported !== undefined) {
    await expect(dataset.read()).rejects.toMatchObject({
      code: "unsupported",
      feature: expected.unsupported,
    });
    return;
  }
  expect(dataset.chunkShape).toEqual(expected.chunks);
  const values = await dataset.read();
  if (expected.sha256 !== undefined) expect(sha256(values as TypedArray)).toBe(expected.sha256);
  else if (expected.shape === null) expect(values).toHaveLength(0);
  else expect(Array.from(values as ArrayLike<Hdf5Value>, plain)).toEqual(listed(expected));
  if (NUMBERS.has(dataset.dtype.class)) await checkParts(file, expected.path, values as TypedArray);
}

/** Values of the manifest, element by element: an array of numbers is flattened. */
function listed({ shape, values }: ExpectedObject): readonly unknown[] {
  return shape?.length === 0 && Array.isArray(values?.[0]) ? values : (values ?? []);
}

/** Fetched and decoded in parts, or read by rows, the values are the same. */
async function checkParts(file: Hdf5File, path: string, whole: TypedArray): Promise<void> {
  const dataset = await file.dataset(path);
  const [fetched] = await file.fetchMany([dataset]);
  expect(fetched?.read()).toEqual(whole);
  const [rows = 0] = dataset.shape;
  if (rows < 4) return;
  const perRow = whole.length / rows;
  const [from, to] = [Math.floor(rows / 3), rows - 1] as const;
  const part = whole.subarray(from * perRow, to * perRow);
  expect(fetched?.read([from, to])).toEqual(part);
  fetched?.release();
  expect(await file.readMany([{ dataset, rows: [[from, to]] }])).toEqual([part]);
  const [ends] = await file.readMany([
    {
      dataset,
      rows: [
        [0, 1],
        [to, rows],
      ],
    },
  ]);
  expect(ends?.subarray(0, perRow)).toEqual(whole.subarray(0, perRow));
  expect(ends?.subarray(perRow)).toEqual(whole.subarray(to * perRow));
}

function sha256({ buffer, byteOffset, byteLength }: TypedArray): string {
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}
