import { type Grid, MAX_MORTON_INT64_ORDER, type ShardGrid } from "@zagg/healpix";
import { type Config, DEFAULT_GRID } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";
import type { Catalog } from "./model.js";

/** The grid of a new catalog: options first, then the config, then {@link DEFAULT_GRID}. */
export function catalogGrid(config: Config, options: Partial<ShardGrid> = {}): ShardGrid {
  const { grid } = config.output;
  const parentOrder = options.parentOrder ?? grid.parentOrder ?? DEFAULT_GRID.parentOrder;
  const latitude = options.latitude ?? grid.latitude ?? DEFAULT_GRID.latitude;
  const finest = Math.min(grid.childOrder, MAX_MORTON_INT64_ORDER);
  if (!Number.isInteger(parentOrder) || parentOrder < 1 || parentOrder > finest) {
    throw new CatalogError(
      "option",
      `parent order ${parentOrder}: choose one from 1 to ${finest}. Shards cannot be smaller than the cells, whose ` +
        `order is ${grid.childOrder} in config ${config.name}.`,
      { key: "parent_order", value: parentOrder },
    );
  }
  return { parentOrder, latitude };
}

/** What {@link resolveGrid} found. */
export interface ResolvedGrid {
  readonly grid: Grid;
  /** What the user should be told: keys that the catalog decided in an unexpected way. */
  readonly notices: readonly string[];
}

/**
 * The grid of a run: keys that the config leaves out come from the catalog, the others must be the catalog's.
 * Throws CatalogError `grid`, naming the first key that differs.
 *
 * @example
 * const { grid } = resolveGrid(await loadConfig("atl06"), await loadCatalog("catalog.json"));
 * grid.childOrder; // => 12
 */
export function resolveGrid(config: Config, catalog: Pick<Catalog, "format" | "metadata">): ResolvedGrid {
  const wanted = config.output.grid;
  const found = catalog.metadata.grid;
  const legacy = catalog.format === "0.1.0";

  if (wanted.parentOrder !== undefined && wanted.parentOrder !== found.parentOrder) {
    throw differs(
      "parent_order",
      wanted.parentOrder,
      found.parentOrder,
      `Make a catalog with --parent-order ${wanted.parentOrder}, or leave parent_order out of the config.`,
    );
  }
  if (wanted.latitude !== undefined && wanted.latitude !== found.latitude) {
    throw differs(
      "latitude",
      wanted.latitude,
      found.latitude,
      legacy
        ? "A 0.1.0 catalog means geodetic latitude, and its shards would miss points along their edges: make " +
            "the catalog again, or say latitude: geodetic in the config."
        : "Make the catalog with this config, or leave latitude out of the config.",
    );
  }
  if (wanted.childOrder < found.parentOrder) {
    throw new CatalogError(
      "grid",
      `child_order is ${wanted.childOrder} in the config, but the catalog's shards have parent_order ` +
        `${found.parentOrder}: cells cannot be larger than shards. Make a catalog with a smaller --parent-order.`,
      { key: "child_order", config: wanted.childOrder, catalog: found.parentOrder },
    );
  }

  const notices =
    legacy && wanted.latitude === undefined
      ? [
          "a 0.1.0 catalog: running with latitude: geodetic, as 0.1.0 did; the store will declare no ellipsoid",
        ]
      : [];
  return { grid: { ...found, childOrder: wanted.childOrder }, notices };
}

function differs(key: string, config: unknown, catalog: unknown, remedy: string): CatalogError {
  return new CatalogError(
    "grid",
    `output.grid.${key} is ${config} in the config but ${catalog} in the catalog. ${remedy}`,
    { key, config, catalog },
  );
}
