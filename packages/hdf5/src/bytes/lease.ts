import type { Extent } from "./extent.js";
import type { Requests } from "./requests.js";

/** The buffers that one reader of chunks looks into: none of them is freed before the lease is given back. */
export class Lease {
  readonly #extents = new Set<Extent>();
  /** Those that nobody else knows. */
  readonly #own: Uint8Array[] = [];

  /** Looks into an extent. */
  take(extent: Extent): void {
    if (this.#extents.has(extent)) return;
    this.#extents.add(extent);
    extent.hold();
  }

  /** Takes over a buffer that was fetched for this reader alone. */
  keep(bytes: Uint8Array): Uint8Array {
    this.#own.push(bytes);
    return bytes;
  }

  /** Nobody looks into these buffers any more: frees those that nobody else looks into. */
  giveBack(requests: Requests): void {
    const idle = [...this.#extents].flatMap((extent) => extent.letGo() ?? []);
    requests.free([...this.#own, ...idle]);
  }
}
