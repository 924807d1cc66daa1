import type { Latitude } from "./latitude.js";

/** Shards alone: cells of the parent order, drawn in a kind of latitude. */
export interface ShardGrid {
  /** HEALPix order of the shards. */
  readonly parentOrder: number;
  /** Which latitude the cells are drawn in. */
  readonly latitude: Latitude;
}

/** Shards and the cells in them, which are cells of the finer child order. */
export interface Grid extends ShardGrid {
  /** HEALPix order of the cells. */
  readonly childOrder: number;
}

/**
 * Cells of one shard: 4^(child order − parent order).
 *
 * @example
 * cellsPerShard({ parentOrder: 6, childOrder: 12 }); // 4096
 */
export function cellsPerShard({ parentOrder, childOrder }: Pick<Grid, "parentOrder" | "childOrder">): number {
  return 4 ** (childOrder - parentOrder);
}
