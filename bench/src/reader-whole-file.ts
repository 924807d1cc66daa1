import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShardTarget } from "@zagg/core";
import type { ByteSource } from "@zagg/hdf5";
import {
  BEAMS,
  COORDINATES,
  pathOf,
  rowsIn,
  summary,
  total,
  VARIABLES,
  type Wanted,
} from "./reader-beams.js";

/** Reads a dataset of a file that is here as a whole. */
type Read = (path: string) => ArrayLike<number>;

/** h5wasm (libhdf5 in WebAssembly): needs the file on disk. */
export async function readWithH5wasm(source: ByteSource, target: ShardTarget): Promise<Wanted> {
  const { default: h5wasm } = await import("h5wasm/node");
  await h5wasm.ready;
  const path = join(tmpdir(), `zagg-bench-${process.pid}.h5`);
  writeFileSync(path, await source.read(0, await source.size()));
  try {
    const file = new h5wasm.File(path, "r");
    const wanted = readAll((name) => (file.get(name) as { value: ArrayLike<number> }).value, target);
    file.close();
    return wanted;
  } finally {
    rmSync(path);
  }
}

/** jsfive: plain JavaScript over one buffer, gives plain arrays. */
export async function readWithJsfive(source: ByteSource, target: ShardTarget): Promise<Wanted> {
  const module = "jsfive"; // it has no types
  const { File } = (await import(module)) as { File: new (bytes: ArrayBuffer, name: string) => JsfiveFile };
  const bytes = await source.read(0, await source.size());
  const file = new File(bytes.buffer as ArrayBuffer, "granule.h5");
  return readAll((name) => file.get(name.slice(1)).value, target);
}

interface JsfiveFile {
  get(path: string): { readonly value: readonly number[] };
}

function readAll(read: Read, target: ShardTarget): Wanted {
  return total(
    BEAMS.map((beam) => {
      const [lat, lon] = COORDINATES.map((name) => Float64Array.from(read(pathOf(beam, name))));
      const [, h] = VARIABLES.map((name) => read(pathOf(beam, name)));
      const rows = rowsIn(target, lon as Float64Array, lat as Float64Array);
      return summary(rows.map((row) => h?.[row] as number));
    }),
  );
}
