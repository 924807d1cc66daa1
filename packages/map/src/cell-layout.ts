import { cellsPerShard, type Grid } from "@zagg/healpix";

/**
 * Where the cells of a product lie in its arrays: shard k, the nested parent `shards[k]`, holds its children in
 * ascending nested order from position k * cellsPerShard on. A shard that is not known is -1.
 */
export interface CellLayout extends Grid {
  readonly shards: readonly number[];
}

/** Finds positions in the arrays of a product. */
export interface CellIndex {
  readonly layout: CellLayout;
  readonly cellsPerShard: number;
  readonly length: number;
  /** Positions of nested `cells` (-1: no cell), -1 where the product has no such shard. */
  positions(cells: Float64Array, out: Int32Array): void;
  /** Nested ids of shard `k`'s cells are those from `firstCell(k)` on. */
  firstCell(k: number): number;
}

/** Above this parent order a table of all parents would be larger than a map of those that exist. */
const TABLE_MAX_ORDER = 9;

/** Prepares the look-up of cells in a product of this layout. */
export function cellIndex(layout: CellLayout): CellIndex {
  const { parentOrder, shards } = layout;
  const perShard = cellsPerShard(layout);
  const rankOf = parentOrder <= TABLE_MAX_ORDER ? table(parentOrder, shards) : map(shards);
  return {
    layout,
    cellsPerShard: perShard,
    length: shards.length * perShard,
    positions(cells, out) {
      // Neighbouring pixels mostly lie in one shard, so the last answer is kept.
      let lastParent = -1;
      let lastRank = -1;
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i] as number;
        if (!(cell >= 0)) {
          out[i] = -1;
          continue;
        }
        const parent = Math.floor(cell / perShard);
        if (parent !== lastParent) {
          lastParent = parent;
          lastRank = rankOf(parent);
        }
        out[i] = lastRank < 0 ? -1 : lastRank * perShard + (cell - parent * perShard);
      }
    },
    firstCell: (k) => (shards[k] as number) * perShard,
  };
}

function table(parentOrder: number, shards: readonly number[]): (parent: number) => number {
  const ranks = new Int32Array(12 * 4 ** parentOrder).fill(-1);
  shards.forEach((parent, k) => {
    ranks[parent] = k;
  });
  return (parent) => ranks[parent] ?? -1;
}

function map(shards: readonly number[]): (parent: number) => number {
  const ranks = new Map(shards.map((parent, k) => [parent, k]));
  return (parent) => ranks.get(parent) ?? -1;
}
