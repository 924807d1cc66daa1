import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import type { CostEstimate } from "@zagg/aws";
import {
  applyBounds,
  type Catalog,
  type Config,
  defined,
  estimateRun,
  granuleOpener,
  granuleProbe,
  loadCatalog,
  loadConfig,
  localBackend,
  type ModeOptions,
  makePlan,
  ontoShardsOf,
  openStores,
  type Plan,
  planProduct,
  type RunEstimate,
  type RunOptions,
  type RunSummary,
  resolveGrid,
  runPlan,
  type Selection,
  type ShardsTaken,
  selectShards,
  storeHost,
  ZaggError,
} from "@zagg/core";
import { openProduct } from "@zagg/product";
import { redactUrl } from "@zagg/storage";
import { estimateOnLambda, type LambdaOptions, type LambdaSummary, runOnLambda } from "./agg-lambda.js";
import { readStore } from "./read-store.js";

/** Bound of `cacheDir`: room for what a few hundred shards fetch. */
const CACHE_BYTES = 20e9;

/** How a run behaves; see {@link RunOptions} for those taken over from it. */
export interface AggOptions
  extends Selection,
    ModeOptions,
    LambdaOptions,
    Pick<
      RunOptions,
      "retryFailed" | "allowPartial" | "signal" | "onPhase" | "onStart" | "onRead" | "onProgress" | "onMend"
    > {
  /** Path of a catalog, or one that is loaded. Default: the config's `catalog`. */
  readonly catalog?: string | Catalog;
  /** Where the product goes. Default: the config's `output.store`. */
  readonly store?: string;
  /**
   * A product whose frozen shard list this one takes over, so that both align chunk by chunk. Default: the catalog's
   * shards.
   */
  readonly shardsFrom?: string;
  /** Default: `local`, threads of this machine. `lambda`: a function that `zagg deploy` made; see `LambdaOptions`. */
  readonly backend?: "local" | "lambda";
  /** Where granules are read from. Default: the config's, else `auto`. */
  readonly driver?: Config["dataSource"]["driver"];
  /** Threads, by default one per core; with `lambda` invocations at a time, by default 1700. */
  readonly maxWorkers?: number;
  /** Folder that keeps what is fetched of remote granules, so that a byte is downloaded once. Default: none. */
  readonly cacheDir?: string;
  /**
   * Folder that keeps the points of every granule that is read, for later runs and other products: what it holds is not
   * read again. Default: beside the product, and only until all its shards are done.
   */
  readonly extracts?: string;
  /**
   * Configs of other products of this catalog that are to be made from the same `extracts`: what they need is read with this
   * one's, as far as filters, groups and latitude are the same. See `aggEach`.
   */
  readonly alongside?: readonly (Config | string)[];
  /** Told what the caller should know but what is no error. */
  readonly onNotice?: (notice: string) => void;
}

/** What a run would take; with what it would cost on Lambda. */
export type AggEstimate = RunEstimate & { readonly lambda?: CostEstimate };

/** What a run comes to; with what Lambda did where it ran there. */
export type AggSummary = RunSummary & { readonly lambda?: LambdaSummary };

/**
 * Makes a product: every shard of the catalog, aggregated as the config says, written to one Zarr store.
 * `config` is the name of a built-in, a file, or a loaded config. With `dryRun` nothing is written and the
 * estimate is returned.
 *
 * Shards that fail are named in the summary. Throws `ZaggError` where the run as a whole cannot go on.
 *
 * @example
 * const summary = await agg("atl06", { catalog: "catalog.json", store: "./output.zarr" });
 * console.log(summary.written, summary.failed);
 */
export async function agg(
  config: Config | string,
  options: AggOptions & { readonly dryRun: true },
): Promise<AggEstimate>;
export async function agg(
  config: Config | string,
  options?: AggOptions & { readonly dryRun?: false },
): Promise<AggSummary>;
export async function agg(
  config: Config | string,
  options?: AggOptions & { readonly dryRun?: boolean },
): Promise<AggSummary | AggEstimate>;
export async function agg(
  config: Config | string,
  options: AggOptions & { readonly dryRun?: boolean } = {},
): Promise<AggSummary | AggEstimate> {
  checkOptions(options);
  const { plan, target } = await planRun(config, options);
  const select = selectShards(plan, options);
  if (options.dryRun) {
    if (options.backend !== "lambda") return estimateRun(plan, select);
    return { ...estimateRun(plan, select, "shard"), lambda: await estimateOnLambda(plan, target, select) };
  }

  if (options.backend === "lambda")
    return runOnLambda(
      plan,
      target,
      { ...options, select },
      { ...options, probe: granuleProbe(granuleOpener(plan.config.dataSource.driver)) },
    );
  const { extracts, maxWorkers = availableParallelism() } = options;
  const others = (options.alongside ?? []).map(async (other) => (await planRun(other, options)).plan);
  const alongside = await Promise.all(others);
  const local = defined({ cache: cacheOf(options), extracts, alongside });
  const backend = localBackend(plan, target, maxWorkers, local);
  let finished = false;
  try {
    const summary = await runPlan(plan, {
      ...options,
      backend,
      host: storeHost(openStores(target), granuleProbe(granuleOpener(plan.config.dataSource.driver))),
      select,
    });
    finished = summary.pending + summary.failed + summary.partial === 0;
    return summary;
  } finally {
    await backend.close(finished);
  }
}

/** Refuses what would mean nothing, or two things at once. */
function checkOptions({
  maxWorkers,
  overwrite,
  update,
  allowContraction,
  extracts,
  backend,
}: AggOptions): void {
  const refused = (code: string, message: string) => new ZaggError("config", code, message);
  if (maxWorkers !== undefined && !(Number.isInteger(maxWorkers) && maxWorkers > 0))
    throw refused("max-workers", `max-workers is ${maxWorkers}; it takes a whole number from 1 up`);
  if (overwrite && update)
    throw refused("update", "--overwrite makes the product anew, --update goes on with it: say one of them");
  if (allowContraction && !update)
    throw refused("allow-contraction", "--allow-contraction means something with --update only");
  if (extracts !== undefined && backend === "lambda")
    throw refused(
      "extracts",
      "--extracts means something on this machine only: on Lambda each shard reads for itself",
    );
  if (extracts !== undefined && (extracts.trim() === "" || extracts.includes("://")))
    throw refused("extracts", `extracts is "${redactUrl(extracts)}"; it takes a folder of this machine`);
}

/** The plan of a run, and the store of its product. */
export async function planRun(
  given: Config | string,
  options: AggOptions,
): Promise<{ plan: Plan; target: string }> {
  const config = withDriver(typeof given === "string" ? await loadConfig(given) : given, options.driver);
  const source = options.catalog ?? atHome(config.catalog);
  const target = options.store ?? atHome(config.output.store);
  if (source === undefined) throw missing("catalog", "--catalog FILE, or `catalog:` in the config");
  if (target === undefined) throw missing("store", "--store DIR, or `output.store` in the config");

  const whole = typeof source === "string" ? await loadCatalog(source) : source;
  const { grid, notices } = resolveGrid(config, whole);
  const bounded = applyBounds(whole, config.bounds);
  for (const notice of [...notices, ...bounded.notices]) options.onNotice?.(notice);
  const { catalog, shardsOutside } = await takeShards(bounded.catalog, options);
  const outside = {
    shards: bounded.shardsOutside + shardsOutside,
    granules: whole.granules.length - catalog.granules.length,
  };
  const plan = makePlan(config, catalog, grid, outside);
  planProduct(plan); // refuses what no store can hold, before anything is written
  return { plan, target };
}

async function takeShards(catalog: Catalog, { shardsFrom, onNotice }: AggOptions): Promise<ShardsTaken> {
  if (shardsFrom === undefined) return { catalog, shardsOutside: 0 };
  const taken = ontoShardsOf(await openProduct(readStore(shardsFrom)), catalog);
  if (taken.shardsOutside > 0) {
    onNotice?.(`${taken.shardsOutside} shards of the catalog are not in ${shardsFrom} and are left out`);
  }
  return taken;
}

function cacheOf({ cacheDir }: AggOptions) {
  return cacheDir === undefined ? undefined : { folder: cacheDir, maxBytes: CACHE_BYTES };
}

function withDriver(config: Config, driver: AggOptions["driver"]): Config {
  return driver === undefined ? config : { ...config, dataSource: { ...config.dataSource, driver } };
}

/** A path of a config in which `~/` is the user's folder, as where a shell would read it. */
function atHome<T extends string | undefined>(path: T): T | string {
  return path?.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

function missing(what: string, remedy: string): ZaggError {
  return new ZaggError("config", `no-${what}`, `no ${what} was given: say ${remedy}`);
}
