import { corrupt } from "../error.js";
import { CacheImage, type ImageEntry } from "./cache-image.js";
import type { Metadata } from "./metadata.js";

/** Type, flags, ring, age, three counts of dependencies and the rank, before address and length. */
const ENTRY_HEAD_BYTES = 4 + 3 * 2 + 4;

/** More than libhdf5's largest cache (128 MiB) holds of real structures; what is kept of each takes some 200 bytes here. */
const MAX_ENTRIES = 2 ** 18;

/** Reads the image from its block of `length` bytes. */
export async function readCacheImage(
  metadata: Metadata,
  address: number,
  length: number,
): Promise<CacheImage> {
  const { offsetSize } = metadata.widths;
  const cursor = await metadata.checked(address, length, "MDCI");
  cursor.expectVersion("a metadata cache image", 0);
  cursor.skip(1); // whether the cache's size is kept
  if (cursor.length() !== length)
    throw corrupt("a metadata cache image of another length than told", address);
  const count = cursor.u32();
  if (count > MAX_ENTRIES) throw corrupt(`a metadata cache image of ${count} entries`, address);
  const entries: ImageEntry[] = [];
  for (let i = 0; i < count; i++) {
    const head = cursor.sub(ENTRY_HEAD_BYTES);
    head.skip(4 + 2 * 2); // type, flags, ring, age; children and dirty children
    const parents = head.u16();
    const place = cursor.offset();
    const bytes = cursor.length();
    cursor.skip(parents * offsetSize);
    if (place === undefined || bytes === 0 || bytes > metadata.room(place))
      throw corrupt(
        "an entry of the metadata cache image is empty, or lies outside the file",
        cursor.address,
      );
    entries.push({ address: place, bytes: cursor.take(bytes) });
  }
  return new CacheImage(entries);
}
