import { type Attributes, type Hdf5Dataset, type Hdf5File, isHdf5Error, openHdf5 } from "@zagg/hdf5";
import type { OpenSource } from "@zagg/storage";
import pMap from "p-map";
import { defined, ZaggError } from "../terms/index.js";
import { dtypeName } from "./dtype-name.js";
import { type Plain, plainValue } from "./plain-value.js";

export interface InspectOptions {
  /** The group or dataset to look at, with all that lies in it. Default: the root. */
  readonly path?: string | undefined;
  /** How many first values of a dataset are shown; 0 reads none. Default 3. */
  readonly values?: number | undefined;
}

/** What lies at a path of a file. */
export interface InspectedObject {
  readonly path: string;
  readonly kind: "group" | "dataset" | "datatype" | "soft-link" | "external-link" | "user-defined-link";
  /** Of a dataset: extents, and the type of a value as numpy names it. */
  readonly shape?: readonly number[];
  readonly dtype?: string;
  /** Extents of a chunk, and what was done to it before it was stored. */
  readonly chunks?: readonly number[];
  readonly filters?: readonly string[];
  /** HDF5's own fill value, where the file's maker chose one. */
  readonly fill?: Plain;
  readonly attributes?: Readonly<Record<string, Plain>>;
  /** The first values as they are stored, in C order. */
  readonly first?: readonly Plain[];
  /** Why something of it cannot be read by this reader, where that is so. */
  readonly unsupported?: string;
}

/** A file as {@link inspectFile} finds it: every object of it, a group before what lies in it, by name. */
export interface InspectedFile {
  readonly format: "zagg-inspect/1";
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly objects: readonly InspectedObject[];
  /** What finding this out took. */
  readonly requests: number;
  readonly bytes: number;
}

/** More objects than any product has: a file whose groups lead back to themselves has no end. */
export const MOST_OBJECTS = 20_000;
const MOST_DEPTH = 64;
const IN_FLIGHT = 32;
/** A dataset whose first row takes more, with the chunk around it, shows no values: they would be half of the file. */
const MOST_VALUE_BYTES = 4 * 2 ** 20;
const FIRST_VALUES = 3;

/**
 * Looks into an HDF5 or NetCDF-4 file by byte ranges: groups, datasets, shapes, types, filters, attributes, first values.
 * Throws ZaggError `not-readable` where the file is broken or none, or where nothing lies at the path; what the source
 * throws.
 *
 * @example
 * const { objects } = await inspectFile(fileSource("granule.h5"), { path: "/gt1l" });
 * for (const { path, shape, dtype } of objects) console.log(path, dtype, shape);
 */
export async function inspectFile(
  source: OpenSource,
  { path = "/", values = FIRST_VALUES }: InspectOptions = {},
): Promise<InspectedFile> {
  try {
    const file = await openHdf5(source);
    const start = `/${path.split("/").filter(Boolean).join("/")}`;
    const objects = await below(file, start, values);
    const { requests, bytes } = source.metrics();
    const size = await source.size();
    return { format: "zagg-inspect/1", file: source.url, size, objects, requests, bytes };
  } catch (error) {
    if (!isHdf5Error(error)) throw error;
    throw new ZaggError("config", "not-readable", error.message, { code: error.code }, { cause: error });
  }
}

/** A path and all that lies below it. */
async function below(file: Hdf5File, start: string, values: number): Promise<InspectedObject[]> {
  const members = await file.list(start).catch((error: unknown) => {
    if (isHdf5Error(error) && error.code === "wrong-kind") return undefined;
    throw error;
  });
  if (!members) return [await datasetAt(file, start, values)];

  const objects = new Map<string, InspectedObject>();
  objects.set(start, { path: start, kind: "group", ...(await attributesAt(file, start)) });
  // Level by level: what lies side by side is asked for together.
  let level = members.map((member) => ({ ...member, path: inside(start, member.name) }));
  for (let depth = 0; level.length > 0; depth++) {
    if (objects.size + level.length > MOST_OBJECTS || depth > MOST_DEPTH) {
      const message = `${MOST_OBJECTS} objects are not all of this file, or a group of it leads back to itself; look at a part of it`;
      throw new ZaggError("config", "too-many", message);
    }
    const next = await pMap(
      level,
      async ({ path, kind }) => {
        if (kind === "dataset") objects.set(path, await datasetAt(file, path, values));
        else if (kind !== "group") objects.set(path, { path, kind });
        else {
          objects.set(path, { path, kind, ...(await attributesAt(file, path)) });
          return (await file.list(path)).map((each) => ({ ...each, path: inside(path, each.name) }));
        }
        return [];
      },
      { concurrency: IN_FLIGHT },
    );
    level = next.flat();
  }
  return [...objects.values()].sort((a, b) => inOrder(a.path, b.path));
}

function inside(group: string, name: string): string {
  return group === "/" ? `/${name}` : `${group}/${name}`;
}

/** A group before what lies in it, else by name. */
function inOrder(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [one, other] = [left[i] as string, right[i] as string];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

async function datasetAt(file: Hdf5File, path: string, values: number): Promise<InspectedObject> {
  const kind = "dataset";
  try {
    const dataset = await file.dataset(path);
    const { shape, dtype, chunkShape, filters, fillValue } = dataset;
    const [attributes, first] = await Promise.all([
      attributesAt(file, path),
      unlessUnsupported(() => firstValues(dataset, values)),
    ]);
    return defined({
      path,
      kind,
      shape,
      dtype: dtypeName(dtype),
      chunks: chunkShape,
      filters: filters.length > 0 ? filters : undefined,
      fill: fillValue === undefined ? undefined : plainValue(fillValue),
      ...attributes,
      ...first,
    });
  } catch (error) {
    if (isHdf5Error(error) && error.code === "unsupported") return { path, kind, unsupported: error.problem };
    throw error;
  }
}

/** The first values of a dataset, without decoding much of it. */
async function firstValues(dataset: Hdf5Dataset, count: number): Promise<{ first?: readonly Plain[] }> {
  const { shape, dtype, chunkShape } = dataset;
  const [rows = 1, ...others] = shape;
  const rowValues = others.reduce((product, extent) => product * extent, 1);
  const total = rows * rowValues;
  if (count === 0 || total === 0) return {};
  const wanted = Math.min(rows, Math.ceil(count / rowValues));
  const decoded = Math.max(wanted, chunkShape?.[0] ?? 1) * rowValues * dtype.size;
  if (decoded > MOST_VALUE_BYTES) return {};
  const values = await dataset.read(shape.length === 0 ? {} : { rows: [0, wanted] });
  if (values.length === 0) return {}; // a null dataspace
  return { first: plainValue(values.slice(0, count)) as readonly Plain[] };
}

async function attributesAt(
  file: Hdf5File,
  path: string,
): Promise<Pick<InspectedObject, "attributes" | "unsupported">> {
  return unlessUnsupported(async () => {
    const attributes: Attributes = await file.attributes(path);
    const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
    if (entries.length === 0) return {};
    return {
      attributes: Object.fromEntries(entries.map(([name, value]) => [name, plainValue(value ?? null)])),
    };
  });
}

/** What this reader does not know is told, and does not hide the rest. */
async function unlessUnsupported<T extends object>(
  work: () => Promise<T>,
): Promise<T | { unsupported: string }> {
  try {
    return await work();
  } catch (error) {
    if (isHdf5Error(error) && error.code === "unsupported") return { unsupported: error.problem };
    throw error;
  }
}
