import { concatenate } from "./concatenate.js";
import type { Extent } from "./extent.js";
import type { Extents } from "./extents.js";
import type { Lease } from "./lease.js";
import type { ReadOptions } from "./source.js";

/**
 * Bytes of chunks, which are decoded and then not needed again: what is here at both ends comes from there, the rest is
 * fetched in one request and not kept. Good until `lease` is given back.
 */
export async function readOnce(
  extents: Extents,
  offset: number,
  length: number,
  lease: Lease,
  options: ReadOptions,
): Promise<Uint8Array> {
  let [start, stop] = [offset, offset + length];
  const head: Promise<Uint8Array>[] = [];
  const tail: Promise<Uint8Array>[] = [];
  const partOf = (extent: Extent, from: number, to: number) => {
    lease.take(extent);
    return extent.bytes.then((bytes) => extent.part(bytes, from, to));
  };
  for (let held = extents.covering(start); held && start < stop; held = extents.covering(start)) {
    const to = Math.min(held.end, stop);
    head.push(partOf(held, start, to));
    start = to;
  }
  for (let held = extents.covering(stop - 1); held && start < stop; held = extents.covering(stop - 1)) {
    const from = Math.max(held.start, start);
    tail.unshift(partOf(held, from, stop));
    stop = from;
  }
  const middle =
    start < stop ? [extents.requests.read(start, stop, options).then((bytes) => lease.keep(bytes))] : [];
  return concatenate(await Promise.all([...head, ...middle, ...tail]));
}
