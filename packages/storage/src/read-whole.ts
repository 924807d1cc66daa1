import type { ByteSource, ReadOptions } from "./source.js";
import { checkLength } from "./store.js";

/** An object no longer than this is read whole in one request, before its length is known. */
const ONE_REQUEST_BYTES = 2 * 1024 * 1024;

/** All bytes of an object. */
export async function readWhole(source: ByteSource, options?: ReadOptions): Promise<Uint8Array> {
  if (source.readFront === undefined) return source.read(0, await source.size(), options);
  const { bytes: first, size } = await source.readFront(ONE_REQUEST_BYTES, options);
  if (first.length === size) return first;
  checkLength(source.url, size);
  const bytes = new Uint8Array(size);
  bytes.set(first);
  bytes.set(await source.read(first.length, size - first.length, options), first.length);
  return bytes;
}
