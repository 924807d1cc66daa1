import { crc32 } from "node:zlib";
import type { Store } from "@zagg/storage";
import { bytesPerValue, valuesOf } from "@zagg/zarr";
import type { StoredPoints, StoredValues } from "../granule/index.js";
import { type ExtractGroup, type ExtractSlice, type GranuleSlices, paddedLength } from "./receipt.js";

/**
 * The points of a granule that lie in one shard, in the order of groups and rows, with the wanted columns; undefined where
 * the extract is not there any more, or not what its receipt says.
 */
export async function readSlices(store: Store, granule: GranuleSlices): Promise<StoredPoints[] | undefined> {
  const points: StoredPoints[] = [];
  for (const slice of granule.slices) {
    const key = granule.parts[slice.part] as string;
    const bytes = await store.getRange(key, slice.offset, slice.length).catch(() => undefined);
    if (!bytes || crc32(bytes) !== slice.crc) return undefined;
    points.push(...pointsIn(bytes, slice, granule));
  }
  return points.sort((a, b) => a.group - b.group); // stable: stretches of a group stay in the order of their parts
}

function pointsIn(
  bytes: Uint8Array,
  slice: ExtractSlice,
  { groups, columns }: GranuleSlices,
): StoredPoints[] {
  let at = 0;
  const take = (length: number): Uint8Array => {
    const own = bytes.subarray(at, at + length);
    at += paddedLength(length);
    return own;
  };
  return slice.groups.map(({ group, rows }) => {
    const stored = groupAt(groups, group).columns;
    const ranks = valuesOf("uint32", take(4 * rows)) as Uint32Array;
    const values = stored.map(({ dtype }) => valuesOf(dtype, take(rows * bytesPerValue(dtype))));
    return { group, ranks, columns: columns.map((column) => values[column] as StoredValues) };
  });
}

/** A group of an extract's. */
export function groupAt(groups: readonly ExtractGroup[], group: number): ExtractGroup {
  const found = groups.find((each) => each.group === group);
  if (found) return found;
  throw new RangeError(`the extract has no group ${group}`);
}
