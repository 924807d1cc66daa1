import {
  AUTHALIC_RADIUS,
  cellCentre,
  cellOf64,
  cellsPerShard,
  type LonLat,
  mortonOf,
  parentOf,
} from "@zagg/healpix";
import { hasData, type Product, SHARD_STATES, shardIndex } from "@zagg/product";
import { defined, ZaggError } from "../terms/index.js";
import { occupiedCellsOf, readColumns, type StatisticValue } from "./occupied-cells.js";

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
  /** Where no statistic has a value: the closest cell of the same shard where one has. */
  readonly nearest?: NearestCell;
}

/** Centre of a cell with values, and how far away it is. */
export interface NearestCell {
  readonly longitude: number;
  readonly latitude: number;
  readonly distance_km: number;
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
 *
 * @example
 * const { cell, statistics } = await cellAt(await openProduct(readStore("product.zarr")), -75.1, -100.2);
 * for (const { name, value } of statistics) console.log(cell.nested, name, value);
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
  const state = k < 0 ? undefined : (await product.states())?.[k];
  // A store of 0.1.0 does not say.
  const read = k >= 0 && (product.status === undefined || hasData(state));
  const columns = new Map(
    read ? (await readColumns(product, k)).columns.map((each) => [each.name, each]) : [],
  );
  const statistics = Object.entries(spec.variables).map(
    ([
      name,
      {
        attrs: { units, long_name },
      },
    ]) => ({
      name,
      value: columns.get(name)?.valueAt(rank) ?? null,
      ...(typeof units === "string" && { units }),
      ...(typeof long_name === "string" && { long_name }),
    }),
  );
  const empty = read && statistics.every(({ value }) => value === null);
  return defined({
    cell: { ...idsOf(childOrder, cell), longitude: lon, latitude: lat },
    shard: {
      ...idsOf(parentOrder, shard),
      position: k < 0 ? null : k,
      state: k < 0 ? "outside" : (SHARD_STATES[state ?? -1] ?? "unknown"),
    },
    statistics,
    nearest: empty ? await nearestCell(product, k, [lon, lat]) : undefined,
  });
}

/** The occupied cell of a shard whose centre is closest to a place; undefined where the shard has none. */
async function nearestCell(product: Product, k: number, place: LonLat): Promise<NearestCell | undefined> {
  let nearest: NearestCell | undefined;
  for await (const { longitude, latitude } of occupiedCellsOf(product, k)) {
    longitude.forEach((lon, i) => {
      const centre = [lon, latitude[i] as number] as const;
      const distance_km = greatCircleKm(place, centre);
      if (nearest && nearest.distance_km <= distance_km) return;
      nearest = { longitude: centre[0], latitude: centre[1], distance_km };
    });
  }
  return nearest;
}

/** Haversine formula, on a sphere as large as the Earth. */
function greatCircleKm([lon, lat]: LonLat, [toLon, toLat]: LonLat): number {
  const half = (degrees: number) => Math.sin((degrees * Math.PI) / 360) ** 2;
  const cosines = Math.cos((lat * Math.PI) / 180) * Math.cos((toLat * Math.PI) / 180);
  const a = half(toLat - lat) + cosines * half(toLon - lon);
  return (2 * AUTHALIC_RADIUS * Math.asin(Math.min(1, Math.sqrt(a)))) / 1000;
}

function idsOf(order: number, cell: bigint): CellIds {
  return { order, nested: String(cell), morton: String(mortonOf(order, cell)) };
}
