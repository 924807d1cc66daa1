import { corrupt } from "../error.js";
import type { Metadata } from "./metadata.js";

/** Objects of one collection by their index. */
type Collection = ReadonlyMap<number, Uint8Array>;

/** The file's global heap: values of variable length. Collections are read once. */
export class GlobalHeap {
  readonly #metadata: Metadata;
  readonly #collections = new Map<number, Collection>();

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
  }

  has(address: number): boolean {
    return this.#collections.has(address);
  }

  async load(addresses: Iterable<number>): Promise<void> {
    await Promise.all(
      Array.from(addresses, async (address) => {
        this.#collections.set(address, await readCollection(this.#metadata, address));
      }),
    );
  }

  /** An object of a loaded collection. */
  get(address: number, index: number): Uint8Array {
    const object = this.#collections.get(address)?.get(index);
    if (!object) throw corrupt(`object ${index} is not in the global heap`, address);
    return object;
  }
}

async function readCollection(metadata: Metadata, address: number): Promise<Collection> {
  // The heads of a collection and of an object are both as long, up to a multiple of 8.
  const headBytes = align(8 + metadata.widths.lengthSize);
  const head = await metadata.read(address, headBytes);
  head.expectSignature("GCOL");
  head.expectVersion("a global heap collection", 1);
  head.skip(3);
  const size = head.length();
  if (size < headBytes) throw corrupt(`a global heap collection of ${size} bytes`, address);
  const cursor = await metadata.read(address, size);
  cursor.skip(headBytes);
  const objects = new Map<number, Uint8Array>();
  while (cursor.remaining >= headBytes) {
    const object = cursor.sub(headBytes);
    const index = object.u16();
    object.skip(6); // reference count, reserved
    const length = object.length();
    if (index === 0) break; // the rest is free
    const bytes = cursor.take(length);
    cursor.skip(Math.min(align(length) - length, cursor.remaining));
    if (objects.has(index)) throw corrupt(`object ${index} twice in a global heap collection`, address);
    objects.set(index, bytes);
  }
  return objects;
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
