import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import {
  bytesSource,
  type FetchedDataset,
  type Hdf5Dataset,
  type Hdf5File,
  Hdf5UnsupportedError,
  type Hdf5Value,
  type Hdf5Values,
  isHdf5Error,
  openHdf5,
  type TypedArray,
} from "./index.js";

interface DatasetEntry {
  readonly path: string;
  readonly shape?: readonly number[] | null;
  readonly chunks?: readonly number[] | null;
  readonly dtype?: unknown;
  readonly n_attrs: number;
  /** The first and last values, as libhdf5 reads them. */
  readonly first?: readonly unknown[];
  readonly last?: readonly unknown[];
  readonly sha256_le?: string;
  /** Bytes that an own library could not read either. */
  readonly read_error?: string;
}

interface GroupEntry {
  readonly path: string;
  readonly n_attrs: number;
  /** Absent for a committed datatype. */
  readonly n_links?: number;
}

interface FileEntry {
  readonly path: string;
  readonly inspect: {
    readonly open_error?: string;
    readonly visit_error?: string;
    readonly datasets?: readonly DatasetEntry[];
    readonly groups?: readonly GroupEntry[];
  };
}

const files: readonly FileEntry[] = sharedData.present
  ? JSON.parse(readFileSync(dataPath("hdf5/manifest.json"), "utf8"))
  : [];

/** Files that libhdf5 refuses as a whole or cannot walk, and what this reader says of their root group. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "jhdf/test_byteshuffle_compressed_datasets_latest.hdf5": /never closed/,
  "hdf5_official/3790_infinite_loop.h5": /a metadata structure of 4211081240 bytes/,
  "hdf5_official/bad_offset.h5": /offset 999 in a local heap/,
  "hdf5_official/h5clear_fsm_persist_noclose.h5": /"OHDR" was expected/,
};

/** What README.md lists as unsupported, as the errors name it. */
const UNSUPPORTED =
  /^(filter \d+ \(.+\)|the virtual layout|data in external files|the time datatype|a floating-point type of \d+ bits that is not IEEE 754|a region reference)$/;

function open(path: string): Promise<Hdf5File> {
  return openHdf5(bytesSource(new Uint8Array(readFileSync(dataPath("hdf5", path))), path));
}

describe.skipIf(!sharedData.present)(`HDF5 format files (${sharedData.reason})`, () => {
  for (const { path, inspect } of files) {
    const refusal = REFUSED[path];
    if (refusal) {
      it(`refuses ${path}`, async () => {
        const error = await open(path)
          .then((file) => file.list())
          .catch((error: unknown) => error);
        expect(isHdf5Error(error)).toBe(true);
        expect((error as Error).message).toMatch(refusal);
      });
      continue;
    }
    it(`reads ${path}`, async () => {
      const file = await open(path);
      for (const entry of inspect.datasets ?? []) await checkDataset(file, entry);
      for (const { path, n_attrs, n_links } of inspect.groups ?? []) {
        expect(Object.keys(await file.attributes(path)).length, `attributes of ${path}`).toBe(n_attrs);
        if (n_links !== undefined) expect((await file.list(path)).length, `members of ${path}`).toBe(n_links);
      }
    });
  }

  it("leaves out only what is documented", async () => {
    const features = new Map<string, number>();
    for (const { path, inspect } of files.filter(({ path }) => !REFUSED[path])) {
      const file = await open(path);
      for (const entry of inspect.datasets ?? []) {
        const feature = await unsupportedFeature(file, entry.path);
        if (feature !== undefined) features.set(feature, (features.get(feature) ?? 0) + 1);
      }
    }
    for (const feature of features.keys()) expect(feature).toMatch(UNSUPPORTED);
    expect(Object.fromEntries([...features].sort())).toMatchSnapshot();
  });
});

async function unsupportedFeature(file: Hdf5File, path: string): Promise<string | undefined> {
  try {
    const dataset = await file.dataset(path);
    // One row is enough to find out, and some datasets are larger than memory.
    await dataset.read((dataset.shape[0] ?? 0) > 0 ? { rows: [0, 1] } : {});
    return undefined;
  } catch (error) {
    if (error instanceof Hdf5UnsupportedError) return error.feature;
    if (isHdf5Error(error) && error.code === "too-large") return undefined;
    throw error;
  }
}

async function checkDataset(file: Hdf5File, entry: DatasetEntry): Promise<void> {
  const dataset = await file.dataset(entry.path);
  const virtual = (await unsupportedFeature(file, entry.path)) === "the virtual layout";
  if (entry.shape && !virtual) expect(dataset.shape, entry.path).toEqual(entry.shape);
  expect(Object.keys(await dataset.attributes()).length, `attributes of ${entry.path}`).toBe(entry.n_attrs);
  let values: Hdf5Values;
  try {
    values = await dataset.read();
  } catch (error) {
    if (error instanceof Hdf5UnsupportedError) return;
    // Two datasets of 2^61 bytes and the like: never a hang, never an allocation.
    if (isHdf5Error(error) && error.code === "too-large" && entry.sha256_le === undefined) return;
    throw error;
  }
  if (entry.shape === null) expect(values.length).toBe(0);
  if (NUMBERS.has(dataset.dtype.class)) await checkFetched(file, dataset, values);
  if (entry.sha256_le !== undefined && ArrayBuffer.isView(values) && entry.dtype !== "float16") {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    expect(createHash("sha256").update(bytes).digest("hex"), entry.path).toBe(entry.sha256_le);
  } else if (entry.first) {
    const all = listed(dataset, values);
    expect(all.slice(0, entry.first.length), entry.path).toEqual(entry.first.map(expected));
    if (entry.last)
      expect(all.slice(all.length - entry.last.length), entry.path).toEqual(entry.last.map(expected));
  }
}

/** Datatypes that become typed arrays. */
const NUMBERS: ReadonlySet<string> = new Set(["integer", "float", "bitfield", "enum"]);

/** Fetched first and decoded in parts, the values are the same: asked for whole, and cut at places that suit no chunk. */
async function checkFetched(file: Hdf5File, dataset: Hdf5Dataset, values: Hdf5Values): Promise<void> {
  const [fetched] = (await file.fetchMany([{ dataset }])) as [FetchedDataset];
  const whole = bytesOf(values as TypedArray);
  expect(Buffer.compare(bytesOf(fetched.read()), whole), `${dataset.path}, fetched`).toBe(0);
  const [rows = 0] = dataset.shape;
  if (rows < 2) return;
  const cut = Math.ceil(rows / 3);
  const starts = [0, cut, 2 * cut].filter((start) => start < rows);
  const parts = starts.map((start) => bytesOf(fetched.read([start, Math.min(rows, start + cut)])));
  expect(Buffer.compare(Buffer.concat(parts), whole), `${dataset.path}, in parts`).toBe(0);
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The values as the manifest lists them: a scalar sequence by its elements, opaque values as text in a list. */
function listed({ shape, dtype }: Hdf5Dataset, values: Hdf5Values): readonly unknown[] {
  if (dtype.class === "opaque")
    return Array.from(values as readonly Uint8Array[], (bytes) => [Buffer.from(bytes).toString()]);
  const all = Array.from(values as ArrayLike<Hdf5Value>, plain);
  return dtype.class === "sequence" && shape.length === 0 ? (all[0] as readonly unknown[]) : all;
}

/** Our values as the manifest writes them: compounds as lists of their members' values. */
function plain(value: Hdf5Value): unknown {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? value : String(value).replace("Infinity", "inf").toLowerCase();
  const parts =
    ArrayBuffer.isView(value) || Array.isArray(value)
      ? Array.from(value as ArrayLike<Hdf5Value>)
      : Object.values(value);
  return parts.map(plain);
}

/** The manifest's values as {@link plain} gives ours: strings and opaque values are bytes there. */
function expected(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value === "object" && value !== null && "bytes" in value)
    return Buffer.from(String(value.bytes), "hex").toString();
  if (value === "<HDF5 object reference (null)>") return null;
  if (value === "<HDF5 object reference>") return expect.any(Number);
  return value;
}
