import { corrupt } from "../error.js";
import type { Metadata } from "./metadata.js";

/** The names of an old-style group: reads the NUL-terminated text at an offset of the heap. */
export async function openLocalHeap(
  metadata: Metadata,
  address: number,
): Promise<(offset: number) => string> {
  const { offsetSize, lengthSize } = metadata.widths;
  const head = await metadata.read(address, 8 + 2 * lengthSize + offsetSize);
  head.expectSignature("HEAP");
  head.expectVersion("a local heap", 0);
  head.skip(3);
  const size = head.length();
  head.lengthOrUnlimited(); // head of the free list
  const data = head.offset();
  if (data === undefined) throw corrupt("a local heap without data", address);
  const { bytes } = await metadata.read(data, size);
  return (offset) => {
    if (offset >= size) throw corrupt(`offset ${offset} in a local heap of ${size} bytes`, data);
    const cursor = metadata.cursor(bytes, data);
    cursor.skip(offset);
    return cursor.terminatedText();
  };
}
