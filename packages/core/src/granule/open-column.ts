import type { Hdf5File, Hdf5Value } from "@zagg/hdf5";
import { suggestion } from "@zagg/stats";
import {
  type DatasetConfig,
  type DatasetIndex,
  datasetSpec,
  groupPath,
  parseDatasetPath,
} from "../terms/index.js";
import type { StoredValues } from "./decode.js";
import { encodingOf, PLAIN, type Purpose } from "./encoding.js";
import { MisfitError } from "./granule-error.js";
import { select } from "./selection.js";
import { readEncoding, type TrackConstant, type TrackDataset } from "./track-column.js";

/**
 * Opens what a config calls a dataset, for one group. Throws what HDF5 says, and {@link MisfitError}.
 *
 * @param texts of an attribute that a filter compares with these: its value is 1 where it is one of them, else 0
 */
export async function openColumn(
  file: Hdf5File,
  named: DatasetConfig,
  group: string,
  purpose: Purpose,
  texts: readonly string[] = [],
): Promise<TrackDataset | TrackConstant> {
  const { path: text, join: _, ...decoding } = datasetSpec(named);
  const parsed = parseDatasetPath(text);
  if (!("path" in parsed)) throw new MisfitError(parsed.message);
  const path = groupPath(parsed.path, group);
  if (parsed.attribute !== undefined) {
    const found = await attributeValue(file, path, parsed.attribute, parsed.index ?? []);
    if (texts.length > 0)
      return { value: Float64Array.of(texts.includes(String(found)) ? 1 : 0), encoding: PLAIN };
    const value = numberOf(found, `${path}@${parsed.attribute}`);
    const stored = { dtype: { class: "float", size: 8, littleEndian: true } } as const;
    return { value: Float64Array.of(value), encoding: encodingOf(stored, {}, decoding, purpose) };
  }
  const dataset = await file.dataset(path);
  const selection = select(path, dataset.shape, parsed.index);
  const opened = { dataset, decoding, purpose, selection };
  const one = dataset.shape.length === 0 || parsed.index?.length === dataset.shape.length;
  const isOne = one && (parsed.index ?? []).every((each) => typeof each === "number");
  return isOne ? constant(file, opened) : opened;
}

/** A dataset of which one value is meant. */
async function constant(file: Hdf5File, opened: TrackDataset): Promise<TrackConstant> {
  const { dataset, selection } = opened;
  const { firstRow, places = [0] } = selection;
  const rows = dataset.shape.length === 0 ? {} : { rows: [[firstRow, firstRow + 1] as const] };
  const [[values], encoding] = await Promise.all([
    file.readMany([{ dataset, ...rows }]) as Promise<[StoredValues]>,
    readEncoding(opened),
  ]);
  const at = places[0] as number;
  if (at >= values.length) throw new MisfitError(`${dataset.path} holds no value`); // a null dataspace
  return { value: values.slice(at, at + 1) as StoredValues, encoding };
}

/** What an attribute is, alone or at a position of several. */
async function attributeValue(
  file: Hdf5File,
  path: string,
  name: string,
  index: DatasetIndex,
): Promise<unknown> {
  const attributes = await file.attributes(path);
  const where = `${path}@${name}`;
  if (!Object.hasOwn(attributes, name)) {
    const hint = suggestion(name, Object.keys(attributes));
    throw new MisfitError(`${path} has no attribute ${name}.${hint}`);
  }
  const values = listOf(attributes[name]);
  const [position = 0, another] = index;
  if (typeof position !== "number" || another !== undefined)
    throw new MisfitError(`${where} is a list of ${values.length}; one position says which is meant`);
  if (index.length === 0 && values.length !== 1)
    throw new MisfitError(`${where} has ${values.length} values; name one of them, as in ${where}[0]`);
  const value = values.at(position);
  if (value !== undefined) return value;
  throw new MisfitError(`${where} has ${values.length} values, none at ${position}`);
}

/** A number, binary or as text. */
function numberOf(value: unknown, where: string): number {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (!Number.isNaN(number)) return number;
  throw new MisfitError(`${where} is ${JSON.stringify(value).slice(0, 60)}, which is no number`);
}

function listOf(value: unknown): readonly unknown[] {
  if (typeof value === "bigint") return [Number(value)];
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, Number);
  if (Array.isArray(value)) return value.flatMap((each: Hdf5Value) => listOf(each));
  return value === null || value === undefined ? [] : [value];
}
