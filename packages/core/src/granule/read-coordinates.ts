import type { Hdf5File } from "@zagg/hdf5";
import type { DataSourceConfig } from "../terms/index.js";
import { decodeDoubles, type StoredValues } from "./decode.js";
import { type AbsentGroup, openTrack, readEncoding } from "./open-track.js";

/** Where the points of a group lie, row by row: degrees, latitude geodetic; NaN where the file has none. */
export interface Coordinates {
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
}

/** The coordinates of a whole group (beam), as a run understands them. Throws as `openTrack` does. */
export async function readCoordinates(
  file: Hdf5File,
  { coordinates }: Pick<DataSourceConfig, "coordinates">,
  group: string,
): Promise<Coordinates | AbsentGroup> {
  const track = await openTrack(file, { ...coordinates, filters: [], columns: [] }, group);
  if ("missing" in track) return track;
  const both = [track.latitude, track.longitude];
  const [values, encodings] = await Promise.all([
    file.readMany(both.map(({ dataset }) => ({ dataset }))),
    Promise.all(both.map(readEncoding)),
  ]);
  const [latitude, longitude] = encodings.map((encoding, i) =>
    decodeDoubles(values[i] as StoredValues, encoding),
  ) as [Float64Array, Float64Array];
  return { latitude, longitude };
}
