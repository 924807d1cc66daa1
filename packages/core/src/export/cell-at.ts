import { cellCentre, cellOf64, cellsPerShard, mortonOf, parentOf } from "@zagg/healpix";
import { type Product, SHARD_STATES, shardIndex } from "@zagg/product";
import { ZaggError } from "../terms/index.js";
import { cellValue, type StatisticValue } from "./occupied-cells.js";

/** One cell of the grid, its ids as decimal digits: nested ids may exceed 2^53. */
export interface CellIds {
  readonly order: number;
  readonly nested: string;
  readonly morton: string;
}

/** What a product says of the cell at a place. Angles in degrees; latitudes are geodetic. */
export interface CellReport {
  readonly cell: CellIds & { readonly longitude: number; readonly latitude: number };
  readonly shard: CellIds & {
    /** Position in the product: the number of its chunks. Null: the product does not cover it. */
    readonly position: number | null;
    /** One of `SHARD_STATES`; "outside" the product; "unknown" where the store does not say (0.1.0). */
    readonly state: (typeof SHARD_STATES)[number] | "outside" | "unknown";
  };
  /** In the product's order. */
  readonly statistics: readonly CellStatistic[];
}

export interface CellStatistic {
  readonly name: string;
  /** Null: the cell has no such value. */
  readonly value: StatisticValue;
  readonly units?: string;
  readonly long_name?: string;
}

/**
 * The cell at a place and all its statistics, read from one chunk a variable.
 *
 * @param longitude degrees east, −360..360
 * @param latitude geodetic, degrees
 * Throws `ZaggError` (`config`, `bad-coordinates`) for coordinates that are no place.
 */
export async function cellAt(product: Product, latitude: number, longitude: number): Promise<CellReport> {
  const { spec } = product;
  const { parentOrder, childOrder } = spec.grid;
  const cell = cellOf64(childOrder, longitude, latitude, spec.grid.latitude);
  if (cell < 0n) {
    const message = `latitude ${latitude}, longitude ${longitude} is no place: -90 to 90 and -360 to 360 degrees`;
    throw new ZaggError("config", "bad-coordinates", message, { latitude, longitude });
  }
  const shard = parentOf(childOrder, cell, parentOrder);
  const k = shardIndex(spec, Number(shard));
  const [lon, lat] = cellCentre(childOrder, cell, spec.grid.latitude);
  const rank = Number(cell % BigInt(cellsPerShard(spec.grid)));
  const statistics = Object.entries(spec.variables).map(async ([name, variable]) => {
    const { units, long_name } = variable.attrs;
    return {
      name,
      value: k < 0 ? null : cellValue(await product.readChunk(name, k), rank, variable),
      ...(typeof units === "string" && { units }),
      ...(typeof long_name === "string" && { long_name }),
    };
  });
  return {
    cell: { ...idsOf(childOrder, cell), longitude: lon, latitude: lat },
    shard: {
      ...idsOf(parentOrder, shard),
      position: k < 0 ? null : k,
      state: k < 0 ? "outside" : (SHARD_STATES[(await product.states())?.[k] ?? -1] ?? "unknown"),
    },
    statistics: await Promise.all(statistics),
  };
}

function idsOf(order: number, cell: bigint): CellIds {
  return { order, nested: String(cell), morton: String(mortonOf(order, cell)) };
}
