import { checkRange, pastTheEnd } from "./range.js";
import type { Part } from "./store.js";

/** Refuses what is no part at all, before any I/O. */
export function checkPart(url: string, part: Part): void {
  if ("last" in part) checkRange(url, 0, part.last);
  else checkRange(url, part.offset, part.length);
}

/** Where a part of an object of `size` bytes lies in it. Throws `short-read` where the object ends before it. */
export function rangeOf(
  url: string,
  part: Part,
  size: number,
): { readonly offset: number; readonly length: number } {
  if ("last" in part) return { offset: Math.max(0, size - part.last), length: Math.min(part.last, size) };
  if (part.offset + part.length > size) throw pastTheEnd(url, part.offset, part.length, size);
  return part;
}
