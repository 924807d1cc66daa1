import type { ByteSource } from "@zagg/hdf5";

/** Line of h5coro 0.0.x, which reads metadata and data alike through it. */
export const LINE_BYTES = 4 * 1024 * 1024;

/** The strategy of whole cache lines: whatever is asked for is read in lines of 4 MiB, each once. */
export function inLines(source: ByteSource): ByteSource {
  const lines = new Map<number, Promise<Uint8Array>>();
  const line = async (index: number) => {
    const start = index * LINE_BYTES;
    const read = lines.get(index) ?? source.read(start, Math.min(LINE_BYTES, (await source.size()) - start));
    lines.set(index, read);
    return read;
  };
  return {
    url: source.url,
    size: () => source.size(),
    async read(offset, length) {
      const first = Math.floor(offset / LINE_BYTES);
      const last = Math.floor((offset + length - 1) / LINE_BYTES);
      const parts = await Promise.all(Array.from({ length: last - first + 1 }, (_, i) => line(first + i)));
      const out = new Uint8Array(length);
      parts.forEach((bytes, i) => {
        const start = (first + i) * LINE_BYTES;
        const from = Math.max(offset, start);
        out.set(bytes.subarray(from - start, offset + length - start), from - offset);
      });
      return out;
    },
  };
}
