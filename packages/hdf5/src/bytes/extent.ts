/**
 * Why bytes are kept: the front of the file, where most metadata are, stays; a line of metadata goes when room is needed;
 * what was read ahead for its chunks goes when they have been read, and its memory with it.
 */
export type ExtentKind = "front" | "line" | "ahead";

/** Bytes `start` to `end` of the file, here or on their way, and how many look into them. */
export class Extent {
  readonly kind: ExtentKind;
  readonly start: number;
  readonly end: number;
  readonly bytes: Promise<Uint8Array>;
  /** The bytes once they are here, so that a hit costs no promise. */
  loaded: Uint8Array | undefined;
  #holders = 0;

  constructor(kind: ExtentKind, start: number, end: number, bytes: Promise<Uint8Array> | Uint8Array) {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.bytes = Promise.resolve(bytes);
    if (bytes instanceof Uint8Array) this.loaded = bytes;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** The part of `bytes`, which are this extent's, from `from` to `to`, offsets in the file. */
  part(bytes: Uint8Array, from: number, to: number): Uint8Array {
    return bytes.subarray(from - this.start, to - this.start);
  }

  hold(): void {
    this.#holders++;
  }

  /** One holder less. Returns the buffer that may be freed, if that was the last one. */
  letGo(): Uint8Array | undefined {
    this.#holders--;
    return this.#holders === 0 && this.kind === "ahead" ? this.loaded : undefined;
  }
}
