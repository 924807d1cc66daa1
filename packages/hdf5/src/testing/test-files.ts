import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { bytesSource } from "../bytes/source.js";
import { type Hdf5File, openHdf5 } from "../file.js";

/** What libhdf5 reads in one object of one of our files (`oracle/hdf5_test_files.py`). */
export interface ExpectedObject {
  readonly file: string;
  readonly path: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a group: names with their kinds. */
  readonly members?: readonly (readonly [name: string, kind: string])[];
  /** Of a dataset; `null` where it has no value. */
  readonly shape?: readonly number[] | null;
  readonly chunks?: readonly number[];
  readonly values?: readonly unknown[];
  /** In place of many values: of their little-endian bytes. */
  readonly sha256?: string;
  /** What this reader leaves out, as it names it. */
  readonly unsupported?: string;
}

const path = (name: string) => fileURLToPath(new URL(`../../test-files/${name}`, import.meta.url));

/** The bytes of one of our files; one that is mostly zeros is kept compressed. */
export function testFile(name: string): Uint8Array {
  const zipped = path(`${name}.gz`);
  return new Uint8Array(existsSync(zipped) ? gunzipSync(readFileSync(zipped)) : readFileSync(path(name)));
}

export function openTestFile(name: string): Promise<Hdf5File> {
  return openHdf5(bytesSource(testFile(name), name));
}

export function expectedObjects(): readonly ExpectedObject[] {
  const lines = new TextDecoder().decode(testFile("expected.jsonl")).trim().split("\n");
  return lines.map((line): ExpectedObject => JSON.parse(line));
}
