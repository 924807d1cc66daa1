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
  const found = Object.entries(attributes).map(([name, expected]) => [
    name,
    asExpected(ours[name], expected),
  ]);
  expect(Object.fromEntries(found)).toEqual(attributes);
  expect(Object.keys(ours)).toHaveLength(found.length);
}

/** An attribute in the form in which its value is listed: as it is, or many numbers as their digest. */
function asExpected(value: Hdf5Value | undefined, expected: unknown): unknown {
  // Neither h5py nor we give a region.
  if (value === undefined) return { unreadable: true };
  const many = typeof expected === "object" && expected !== null && "sha256" in expected;
  return many ? { sha256: sha256(value as TypedArray) } : plain(value);
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
  const [fetched] = await file.fetchMany([{ dataset }]);
  expectSame(fetched?.read(), whole);
  const [rows = 0] = dataset.shape;
  if (rows < 4) return;
  const perRow = whole.length / rows;
  const [from, to] = [Math.floor(rows / 3), rows - 1] as const;
  const part = whole.subarray(from * perRow, to * perRow);
  expectSame(fetched?.read([from, to]), part);
  fetched?.release();
  const ends = [[0, 1] as const, [to, rows] as const];
  const [middle, both] = await file.readMany([
    { dataset, rows: [[from, to]] },
    { dataset, rows: ends },
  ]);
  expectSame(middle, part);
  expectSame(both?.subarray(0, perRow), whole.subarray(0, perRow));
  expectSame(both?.subarray(perRow), whole.subarray(to * perRow));
}

function expectSame(values: TypedArray | undefined, expected: TypedArray): void {
  expect(values?.constructor).toBe(expected.constructor);
  expect(values && Buffer.compare(bytesOf(values), bytesOf(expected))).toBe(0);
}

function sha256(values: TypedArray): string {
  return createHash("sha256").update(bytesOf(values)).digest("hex");
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
