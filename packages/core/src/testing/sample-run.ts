import { fileSource, memoryStore, type OpenSource, StorageError, type StorageErrorCode } from "@zagg/storage";
import { sampleGranules } from "@zagg/testing";
import { type Catalog, catalogFromGranules } from "../catalog/index.js";
import { defaultConfig } from "../config/index.js";
import { storeHost } from "../run/host/run-host.js";
import { type RunOptions, runPlan } from "../run/host/run-plan.js";
import { makePlan, type Plan } from "../run/plan/plan.js";
import type { Backend } from "../run/schedule/backend.js";
import type { ProductStores } from "../run/stores/open-store.js";
import type { GranuleOpener } from "../run/task/open-granule.js";
import { processShard, shardContext } from "../run/task/process-shard.js";
import type { Config } from "../terms/index.js";

const GRID = { parentOrder: 6, childOrder: 8, latitude: "authalic" } as const;
const built = defaultConfig();

/** The built-in config on a coarse grid, so that a run takes a moment. */
export const config: Config = {
  ...built,
  output: {
    ...built.output,
    grid: { type: "healpix", indexingScheme: "nested", childOrder: GRID.childOrder },
  },
};

/** Of the sample granules: five shards, the first one empty. */
export const catalog: Catalog = await catalogFromGranules(
  sampleGranules.map(({ path }) => path),
  config,
);

export const planOf = (given = catalog, change: Partial<Config> = {}): Plan =>
  makePlan({ ...config, ...change }, given, GRID);

/** Each shard an object by itself, as in 0.1.0. */
export const ALONE: Partial<Config> = { output: { ...config.output, shardsPerObject: 1 } };

/** Two shards to a block: the five of the sample have three. */
export const IN_PAIRS: Partial<Config> = { output: { ...config.output, shardsPerObject: 2 } };

export const newStores = (): ProductStores => ({ product: memoryStore(), run: memoryStore() });

export const files: GranuleOpener = ({ file = "" }) => fileSource(file);

function backendOf(plan: Plan, stores: ProductStores, open: GranuleOpener): Backend & { ran: number[] } {
  const context = shardContext(plan, stores, open);
  const ran: number[] = [];
  return {
    ran,
    async *run(tasks, { signal }) {
      for (const task of tasks) {
        if (signal?.aborted) return;
        ran.push(task.index);
        yield await processShard(context, task);
      }
    },
    close: async () => undefined,
  };
}

/** A run in this process, one shard at a time; `ran` has the shards in the order in which they were begun. */
export async function run(
  plan: Plan,
  stores: ProductStores,
  { open = files, ...options }: Partial<RunOptions> & { readonly open?: GranuleOpener } = {},
) {
  const backend = backendOf(plan, stores, open);
  const summary = await runPlan(plan, { backend, host: storeHost(stores), ...options });
  return { summary, ran: backend.ran };
}

/** A source that fails in this way whenever it is asked. */
export function failing(code: StorageErrorCode, url = "https://archive/x"): OpenSource {
  const fail = async () => {
    throw new StorageError(code, url, "refused by the test");
  };
  return {
    url,
    size: fail,
    read: fail,
    version: fail,
    metrics: () => ({ requests: 1, bytes: 0, retries: 0, waitMs: 0 }),
    close: async () => undefined,
  };
}
