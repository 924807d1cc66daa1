import { createHash } from "node:crypto";
import { type Config, datasetSpec } from "@zagg/core";
import { type Hdf5File, isHdf5Error, openHdf5, type TypedArray } from "@zagg/hdf5";
import type { OpenSource } from "@zagg/storage";

/** One dataset as it was read. */
export interface Described {
  readonly shape: readonly number[];
  /** Numpy's name of the element type. */
  readonly dtype: string;
  /** Of the values: C order, little-endian. */
  readonly sha256: string;
}

/** Every dataset that a config names, in every group of it. */
export function pathsOf({ dataSource }: Config): string[] {
  const { coordinates, variables, filters, groups } = dataSource;
  const templates = [
    ...Object.values(coordinates),
    ...Object.values(variables),
    ...filters.flatMap((f) => ("expression" in f ? Object.values(f.columns) : f.dataset)),
  ].map((dataset) => datasetSpec(dataset).path);
  return groups.flatMap((group) => [...new Set(templates)].map((path) => path.replaceAll("{group}", group)));
}

/** Reads datasets by byte ranges, and tells what that took. Paths that the file does not have are left out. */
export async function readByRanges(source: OpenSource, paths: readonly string[]) {
  const file = await openHdf5(source);
  const found: Record<string, Described> = {};
  for (const path of paths) {
    const described = await describe(file, path);
    if (described) found[path] = described;
  }
  const { requests, bytes } = source.metrics();
  return { datasets: found, requests, bytes, version: await source.version() };
}

async function describe(file: Hdf5File, path: string): Promise<Described | undefined> {
  try {
    const dataset = await file.dataset(path);
    const [values] = (await file.readMany([{ dataset }])) as [TypedArray];
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return {
      shape: dataset.shape,
      dtype: values.constructor.name.replace(/^Big|Array$/g, "").toLowerCase(),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    };
  } catch (error) {
    if (isHdf5Error(error) && error.code === "not-found") return undefined;
    throw error;
  }
}
