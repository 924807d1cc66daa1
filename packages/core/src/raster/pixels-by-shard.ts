import type { CellIndex } from "@zagg/map";
import type { DrawnShard } from "./shard-values.js";

/**
 * What puts the values of a shard into the pixels that show its cells, given for every pixel the position of its cell in
 * the product (-1: none).
 */
export function pixelsByShard(
  positions: Int32Array,
  { layout, cellsPerShard }: CellIndex,
): (shard: DrawnShard, pixels: Float32Array) => void {
  // Sorted by counting: those of shard k lie from starts[k] up to starts[k + 1].
  const starts = new Int32Array(layout.shards.length + 1);
  const shardAt = (position: number) => Math.floor(position / cellsPerShard);
  for (const position of positions) if (position >= 0) count(starts, shardAt(position) + 1);
  for (let k = 1; k < starts.length; k++) starts[k] = (starts[k] as number) + (starts[k - 1] as number);
  const sorted = new Int32Array(starts.at(-1) as number);
  const next = starts.slice();
  positions.forEach((position, pixel) => {
    if (position >= 0) sorted[count(next, shardAt(position))] = pixel;
  });
  return ({ k, values }, pixels) => {
    for (let i = starts[k] as number; i < (starts[k + 1] as number); i++) {
      const pixel = sorted[i] as number;
      pixels[pixel] = values[(positions[pixel] as number) - k * cellsPerShard] as number;
    }
  };
}

/** Counts one more at `i`; what was there before. */
function count(counts: Int32Array, i: number): number {
  const before = counts[i] as number;
  counts[i] = before + 1;
  return before;
}
