import type { Hdf5File } from "@zagg/hdf5";
import { decodeDoubles, type StoredValues } from "./decode.js";
import { selectedOf } from "./selection.js";
import { readEncoding, type TrackDataset } from "./track-column.js";

/** All values of some datasets as doubles, NaN where one is missing. */
export async function readWhole(file: Hdf5File, datasets: readonly TrackDataset[]): Promise<Float64Array[]> {
  const requests = datasets.map(({ dataset, selection: { firstRow, rows } }) => ({
    dataset,
    rows: [[firstRow, firstRow + rows] as const],
  }));
  const [values, encodings] = await Promise.all([
    file.readMany(requests),
    Promise.all(datasets.map(readEncoding)),
  ]);
  return datasets.map(({ selection }, i) => {
    const selected = selectedOf(values[i] as StoredValues, selection);
    return decodeDoubles(selected, encodings[i] as (typeof encodings)[number]);
  });
}
