import { cellCentre, cellOf, mortonOf } from "@zagg/healpix";
import type { CellIndex } from "@zagg/map";
import { SHARD_STATES } from "@zagg/product";
import type { ShownProduct } from "./data/shown-product.js";
import type { CellFacts } from "./ui/inspector.js";

/** Shards whose statistics are kept, all variables each. */
const KEPT_SHARDS = 24;

/** Looks up everything about one cell at a time, reading what is not there yet. */
export interface CellReader {
  /** The nested id of the cell at a place; undefined where the product has none. */
  cellAt(lon: number, lat: number): number | undefined;
  /** Whether the product has a cell of this nested id. */
  has(cell: number): boolean;
  /** Facts as far as they are known now; `onMore` is called when there are more. */
  factsOf(cell: number, onMore: () => void): CellFacts;
}

export function cellReader(product: ShownProduct, index: CellIndex): CellReader {
  const { childOrder: order, parentOrder, latitude, shards } = product.layout;
  const shardValues = new Map<number, Map<string, Float32Array | undefined>>();
  const asked = new Set<number>();

  async function readShard(k: number, onMore: () => void): Promise<void> {
    asked.add(k);
    const values = new Map<string, Float32Array | undefined>();
    shardValues.set(k, values);
    for (const [old] of [...shardValues].slice(0, -KEPT_SHARDS)) {
      shardValues.delete(old);
      asked.delete(old);
    }
    await Promise.all(
      product.variables.map(async (variable) => {
        values.set(variable.name, await product.readShard(variable, k).catch(() => undefined));
      }),
    );
    onMore();
  }

  function positionOf(cell: number): number {
    const out = new Int32Array(1);
    index.positions(Float64Array.of(cell), out);
    return out[0] as number;
  }

  return {
    cellAt(lon, lat) {
      const cell = cellOf(order, lon, lat, latitude);
      return cell >= 0 && positionOf(cell) >= 0 ? cell : undefined;
    },
    has: (cell) => positionOf(cell) >= 0,
    factsOf(cell, onMore) {
      const position = positionOf(cell);
      const k = Math.floor(position / index.cellsPerShard);
      const known = shardValues.get(k);
      if (!asked.has(k)) void readShard(k, onMore);
      const [lon, lat] = cellCentre(order, cell, latitude);
      const shard = shards[k] as number;
      return {
        cell,
        morton: String(mortonOf(order, cell)),
        lon,
        lat,
        shard: String(mortonOf(parentOrder, shard)),
        state: SHARD_STATES[product.states[k] as number] ?? "unknown",
        values: product.variables.map((variable) => ({
          variable,
          value: known?.has(variable.name)
            ? (known.get(variable.name)?.[position % index.cellsPerShard] ?? Number.NaN)
            : undefined,
        })),
      };
    },
  };
}
