/// <reference types="node" />
import { createHash } from "node:crypto";
import type { ByteSource } from "../bytes/source.js";
import { isHdf5Error } from "../error.js";
import { type Hdf5File, openHdf5 } from "../file.js";

/** What reading a file gave: per dataset of numbers a digest of its values, or `error`. */
export interface Findings {
  readonly datasets: Readonly<Record<string, string>>;
  /** Set where a group or the file itself could not be read, so that datasets may be missing. */
  readonly failed: boolean;
}

/** Objects of one file that are looked at; enough for every structure of it, and few enough for many rounds. */
const MAX_OBJECTS = 60;
/** Values of one dataset; the memory of a round stays a small multiple of it. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** Reads listings, attributes and values of a file. Throws only what must not happen: an error of another kind. */
export async function exercise(source: ByteSource): Promise<Findings> {
  const datasets: Record<string, string> = {};
  let failed = false;
  let objects = 0;

  const unlessBroken = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isHdf5Error(error)) throw error;
      return false;
    }
  };

  const walk = async (file: Hdf5File, path: string): Promise<void> => {
    await unlessBroken(async () => void (await file.attributes(path)));
    for (const { name, kind } of await file.list(path)) {
      if (objects++ >= MAX_OBJECTS) return;
      const child = path === "/" ? `/${name}` : `${path}/${name}`;
      if (kind === "group") {
        if (!(await unlessBroken(() => walk(file, child)))) failed = true;
      } else if (kind === "dataset" && !(await unlessBroken(() => readOne(file, child, datasets)))) {
        datasets[child] = "error";
      }
    }
  };

  const whole = await unlessBroken(async () => {
    await walk(await openHdf5(source, { maxReadBytes: MAX_VALUE_BYTES }), "/");
  });
  return { datasets, failed: failed || !whole };
}

async function readOne(file: Hdf5File, path: string, datasets: Record<string, string>): Promise<void> {
  const dataset = await file.dataset(path);
  const values = await dataset.read();
  if (ArrayBuffer.isView(values)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    datasets[path] = `${dataset.shape.join("x")} ${createHash("sha1").update(bytes).digest("hex")}`;
  }
  await dataset.attributes();
}

/** Datasets of the whole file that the broken one gives otherwise without saying that anything is wrong. */
export function silentDifferences(whole: Findings, broken: Findings): readonly string[] {
  return Object.entries(whole.datasets).flatMap(([path, digest]) => {
    const found = broken.datasets[path];
    if (digest === "error" || found === digest || found === "error") return [];
    return found === undefined && broken.failed ? [] : [path];
  });
}
