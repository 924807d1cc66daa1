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
  const { lengthSize } = metadata.widths;
  const head = await metadata.read(address, 8 + lengthSize);
  head.expectSignature("GCOL");
  head.expectVersion("a global heap collection", 1);
  head.skip(3);
  const size = head.length();
  if (size < head.bytes.length) throw corrupt(`a global heap collection of ${size} bytes`, address);
  const cursor = await metadata.read(address, size);
  cursor.skip(head.bytes.length);
  const objects = new Map<number, Uint8Array>();
  while (cursor.remaining >= 8 + lengthSize) {
    const index = cursor.u16();
    cursor.skip(6); // reference count, reserved
    const length = cursor.length();
    if (index === 0) break; // the rest is free
    const bytes = cursor.take(length);
    cursor.skip(Math.min(Math.ceil(length / 8) * 8 - length, cursor.remaining));
    if (objects.has(index)) throw corrupt(`object ${index} twice in a global heap collection`, address);
    objects.set(index, bytes);
  }
  return objects;
}
