import { type CellIndex, nearestPositions, type PixelGrid } from "@zagg/map";
import type { Product } from "@zagg/product";
import { pixelsByShard } from "./pixels-by-shard.js";
import { shardValues } from "./shard-values.js";

/** What is drawn, and onto what. */
export interface Drawing {
  readonly product: Product;
  readonly grid: PixelGrid;
  readonly index: CellIndex;
  /** Positions of the shards that hold data. */
  readonly shards: readonly number[];
}

/** Draws a variable: one value a pixel, NaN where there is none. */
export type Drawer = (name: string) => Promise<Float32Array>;

/** Rule `nearest`: each pixel shows the cell that holds its centre. */
export function nearestDrawer({ product, grid, index, shards }: Drawing): Drawer {
  const show = pixelsByShard(nearestPositions(grid, index, 0, grid.height), index);
  return async (name) => {
    const pixels = new Float32Array(grid.width * grid.height).fill(Number.NaN);
    for await (const shard of shardValues(product, name, shards)) show(shard, pixels);
    return pixels;
  };
}
