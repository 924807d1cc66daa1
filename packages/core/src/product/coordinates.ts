import { mortonOf } from "@zagg/healpix";
import type { ChunkValues } from "@zagg/zarr";
import { cellsPerShard, type ProductGrid } from "./spec.js";

/** Values of one coordinate for the cells of one shard (its nested id), in ascending nested order. */
export type CoordinateKernel = (name: string, shard: number) => ChunkValues;

/** Prepares what all shards share, so that thousands of shards are quick. */
export function coordinateKernel(grid: ProductGrid): CoordinateKernel {
  const cells = cellsPerShard(grid);
  const depth = grid.childOrder - grid.parentOrder;
  const ranks = BigUint64Array.from({ length: cells }, (_, rank) => BigInt(rank));
  let suffixes: BigInt64Array | undefined;

  return (name, shard) => {
    switch (name) {
      case "cell_ids": {
        const first = BigInt(shard) << BigInt(2 * depth);
        return ranks.map((rank) => first + rank);
      }
      case "morton": {
        suffixes ??= mortonSuffixes(cells, depth);
        // Decimal ids grow away from zero: children of a negative id have smaller ids.
        const parent = BigInt(mortonOf(grid.parentOrder, shard)) * 10n ** BigInt(depth);
        return parent < 0n
          ? suffixes.map((suffix) => parent - suffix)
          : suffixes.map((suffix) => parent + suffix);
      }
      default:
        throw new RangeError(`no coordinate is called ${name}`);
    }
  };
}

/** For each rank its `depth` base-4 digits plus one, read as a decimal number. */
function mortonSuffixes(cells: number, depth: number): BigInt64Array {
  return BigInt64Array.from({ length: cells }, (_, rank) => {
    let suffix = 0n;
    for (let digit = depth - 1; digit >= 0; digit--)
      suffix = suffix * 10n + BigInt((Math.floor(rank / 4 ** digit) % 4) + 1);
    return suffix;
  });
}
