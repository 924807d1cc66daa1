import type { Hdf5File } from "@zagg/hdf5";
import { type AbsentGroup, openTrack, type TrackSpec } from "./open-track.js";
import { readWhole } from "./read-whole.js";

/** Where the points of a group lie, row by row: degrees, latitude geodetic; NaN where the file has none. */
export interface Coordinates {
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
}

/** The coordinates of a whole group (beam), as a run understands them. Throws as `openTrack` does. */
export async function readCoordinates(
  file: Hdf5File,
  spec: Pick<TrackSpec, "groups" | "latitude" | "longitude">,
  group: string,
): Promise<Coordinates | AbsentGroup> {
  const track = await openTrack(file, { ...spec, filters: [], columns: [] }, group);
  if ("missing" in track) return track;
  const [latitude, longitude] = (await readWhole(file, [track.latitude, track.longitude])) as [
    Float64Array,
    Float64Array,
  ];
  return { latitude, longitude };
}
