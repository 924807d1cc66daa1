import { cellOfMorton, type Grid } from "@zagg/healpix";
import { type Codecs, usualShardsPerObject } from "@zagg/product";
import { type Catalog, type CatalogMetadata, type TimeSpan, timeSpan } from "../../catalog/index.js";
import { type Config, defined } from "../../terms/index.js";
import { canonicalHash } from "./canonical-json.js";

/**
 * Raised whenever the same inputs give other results than before (another kernel, another rule for missing
 * values), so that no run continues a store of the old kind.
 */
export const KERNEL_EPOCH = 2;

/** Where one granule lies; at least one of `file`, `s3`, `https` is set. */
export interface PlanGranule {
  /** File name. */
  readonly id: string;
  /** Path on this machine, absolute. */
  readonly file?: string;
  readonly s3?: string;
  readonly https?: string;
  /** Bytes. */
  readonly size?: number;
  /** What `https` had of secrets, a password or a signed query, is not kept here: it cannot be read by this plan. */
  readonly withheld?: true;
}

/** One shard; its position in the plan is its chunk's. */
export interface PlanShard {
  /** Decimal morton id. */
  readonly id: string;
  /** Nested id at the parent order. */
  readonly nested: number;
  /** Positions in the plan's granules, ascending, which is ascending order of granule id. */
  readonly granules: readonly number[];
}

/**
 * Everything a worker needs to know, as plain JSON: what a product consists of and where its inputs lie. Made
 * once, never changed.
 */
export interface Plan {
  readonly format: "zagg-plan/2";
  /** Names what is computed from which granules, wherever these lie; equal identities give equal products. */
  readonly identity: string;
  /** As `identity`, without the granules: names the shape and the meaning of the product. */
  readonly recipe: string;
  readonly config: Config;
  readonly grid: Grid;
  /** What the catalog says of its region; absent where the granules decided it. */
  readonly region?: RegionNote;
  /** When the data were taken; absent where nothing tells. */
  readonly time?: TimeSpan;
  readonly granules: readonly PlanGranule[];
  /** In ascending nested order. */
  readonly shards: readonly PlanShard[];
  /** Consecutive shards that lie side by side in one object of each array. */
  readonly shardsPerObject: number;
  /** Shards and granules of the catalog that bounds, or another product's shard list, left out; absent where none. */
  readonly outside?: Outside;
}

export interface Outside {
  readonly shards: number;
  readonly granules: number;
}

/** The area, polygon file or box that a catalog was made for. */
export type RegionNote = Pick<CatalogMetadata, "area" | "polygon" | "bbox">;

/** The shard at a position of a plan's. Throws `RangeError` for a position that it does not have. */
export function shardAt(plan: Pick<Plan, "shards">, index: number): PlanShard {
  const shard = plan.shards[index];
  if (shard) return shard;
  throw new RangeError(`the plan has ${plan.shards.length} shards, none at ${index}`);
}

/** The granule at a position of a plan's. Throws `RangeError` for a position that it does not have. */
export function granuleAt(plan: Pick<Plan, "granules">, position: number): PlanGranule {
  const granule = plan.granules[position];
  if (granule) return granule;
  throw new RangeError(`the plan has ${plan.granules.length} granules, none at ${position}`);
}

/**
 * The plan of a run: a pure function of config, catalog and the grid that both agreed on.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * console.log(plan.identity, plan.shards.length);
 */
export function makePlan(
  config: Config,
  catalog: Catalog,
  grid: Grid,
  outside: Outside = { shards: 0, granules: 0 },
): Plan {
  const byId = catalog.granules.map((granule, position) => ({ granule, position }));
  byId.sort((a, b) => (a.granule.id < b.granule.id ? -1 : 1));
  const sorted = new Map(byId.map(({ position }, index) => [position, index]));

  const shards = catalog.shards
    .map(({ id, granules }) => ({
      id,
      nested: Number(cellOfMorton(id).cell),
      granules: granules.map((position) => sorted.get(position) as number).sort((a, b) => a - b),
    }))
    .sort((a, b) => a.nested - b.nested);

  const granules = byId.map(({ granule: { id, file, s3, https, size } }) =>
    defined({ id, file, s3, https, size }),
  );
  const { codecs, shardsPerObject = usualLayout(codecs, grid) } = config.output;
  const recipe = canonicalHash(recipeOf({ config, grid, shards, shardsPerObject }));
  const identity = canonicalHash({
    recipe,
    granules: shards.map((s) => s.granules.map((g) => granules[g]?.id)),
  });
  const region = regionOf(catalog.metadata);
  const time = timeSpan(catalog);
  return defined({
    format: "zagg-plan/2" as const,
    identity,
    recipe,
    config,
    grid,
    region,
    time,
    granules,
    shards,
    shardsPerObject,
    outside: outside.shards + outside.granules > 0 ? outside : undefined,
  });
}

/** What decides a product besides its granules; drivers, paths, URLs, sizes and workers are not in it. */
export function recipeOf({
  config,
  grid,
  shards,
  shardsPerObject,
}: Pick<Plan, "config" | "grid" | "shards" | "shardsPerObject">): unknown {
  const { groups, coordinates, variables, filters } = config.dataSource;
  return {
    epoch: KERNEL_EPOCH,
    grid,
    shards: shards.map((shard) => shard.id),
    source: { groups, coordinates, variables, filters },
    aggregation: config.aggregation,
    output: { codecs: config.output.codecs, shardsPerObject, attrs: config.attrs },
  };
}

/** Chunks that are not compressed are those of 0.1.0, each an object of its own. */
function usualLayout(codecs: Codecs, grid: Grid): number {
  return codecs === "none" ? 1 : usualShardsPerObject(grid);
}

function regionOf({ area, polygon, bbox }: CatalogMetadata): RegionNote | undefined {
  const region = defined({ area, polygon, bbox });
  return Object.keys(region).length > 0 ? region : undefined;
}
