import { cellsPerShard } from "@zagg/healpix";
import {
  type ChunkRecord,
  type ProductSpec,
  packShard,
  placeIn,
  removeShard,
  writeShard,
} from "@zagg/product";
import { aggregate, type Statistics } from "@zagg/stats";
import type { Store } from "@zagg/storage";
import { asConfigErrors, configStatistics } from "../../config/index.js";
import { assemblePoints, type GranuleResult, type ReadSpec, readSpec } from "../../granule/index.js";
import { isZaggError, machineError, sha256Hex } from "../../terms/index.js";
import { sharedReading } from "../plan/extract-key.js";
import { type Plan, shardAt } from "../plan/plan.js";
import { planProduct } from "../plan/plan-product.js";
import { lostWorkerRecord } from "../record/lost-record.js";
import type { ShardCounts, ShardFailure } from "../record/outcome.js";
import { putRecord } from "../record/put-record.js";
import { putResult } from "../record/result.js";
import { readRecord } from "../record/run-record.js";
import { recordKey, type ShardRecord } from "../record/shard-record.js";
import type { ShardTask } from "../schedule/backend.js";
import { notKept } from "../stores/not-kept.js";
import type { ProductStores } from "../stores/open-store.js";
import { type GranuleOpener, granuleOpener } from "./open-granule.js";
import { readGranules } from "./read-granules.js";
import { countGranules, granuleFailures, granuleStamps } from "./shard-tally.js";

/** Others' records that a shard is written over, at most; beyond those it is the store that does not keep ours. */
const MORE_ATTEMPTS = 10;

/** What stays the same for all shards of a run: compiled once per worker. */
export interface ShardContext {
  readonly plan: Plan;
  readonly stores: ProductStores;
  readonly product: ProductSpec;
  readonly statistics: Statistics;
  readonly reading: ReadSpec;
  /** What is read of a granule into its extract: columns of other products as well. */
  readonly extracting: ReadSpec;
  readonly open: GranuleOpener;
  /** Where the points of granules are kept that were gone through for several shards. */
  readonly extracts?: Store | undefined;
}

/**
 * Compiles a plan for {@link processShard}. `open` defaults to what the config's driver says. `alongside`: plans of other
 * products that extracts are to serve, too.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * const context = shardContext(plan, openStores("output.zarr"));
 * console.log(context.reading.groups);
 */
export function shardContext(
  plan: Plan,
  stores: ProductStores,
  open = granuleOpener(plan.config.dataSource.driver),
  extracts?: Store,
  alongside: readonly Plan[] = [],
): ShardContext {
  const statistics = configStatistics(plan.config);
  const reading = readSpec(plan.config, statistics.columns);
  const others = alongside.map((other) => ({
    plan: other,
    reading: readSpec(other.config, configStatistics(other.config).columns),
  }));
  return {
    plan,
    stores,
    product: planProduct(plan),
    statistics,
    reading,
    extracting: sharedReading({ plan, reading }, others),
    open,
    extracts,
  };
}

/**
 * Processes one shard: takes what its granules hold for it, aggregates its cells, writes one chunk per array (or its result, of which a block is made), then the record.
 * The product of the same inputs is the same to the byte, whoever runs it and in whatever order.
 *
 * A granule that cannot be read makes the shard `failed`: nothing of it is written, and what an earlier attempt
 * left is removed. (With `allowPartial` the rest is written and the shard called `partial`.) Throws `ZaggError` of
 * kind `store` when the output cannot be written (where its stores are those of `openStores`), of kind `machine` when no
 * more files can be opened: no shard can then.
 *
 * When `signal` aborts while granules are read, the shard is `failed: timeout`, with the signal's reason.
 *
 * @example
 * const [config, catalog] = [await loadConfig("atl06"), await loadCatalog("catalog.json")];
 * const plan = makePlan(config, catalog, resolveGrid(config, catalog).grid);
 * const stores = openStores("output.zarr");
 * await writeTemplate(stores.product, planProduct(plan));
 * const record = await processShard(shardContext(plan, stores), { index: 0, attempt: 1, allowPartial: false });
 * console.log(record.state);
 */
export async function processShard(
  context: ShardContext,
  task: ShardTask,
  signal?: AbortSignal,
): Promise<ShardRecord> {
  const { plan, stores } = context;
  const shard = shardAt(plan, task.index);
  // Another run may have been first.
  const earlier = await readRecord(stores.run, plan, task);
  if (earlier) return earlier;

  const started = performance.now();
  let results: readonly GranuleResult[];
  try {
    results = await readGranules(context, task, signal);
  } catch (error) {
    const failure = signal?.aborted ? outOfTime(signal) : outOfMemory(error);
    if (!failure) throw error;
    return giveUp(context, task, failure, performance.now() - started);
  }
  const read = performance.now();

  const counts = countGranules(results);
  const failures = granuleFailures(results, context.reading.groups);
  const readable = results.filter((result) => !result.failure);
  const writable = failures.length === 0 || (task.allowPartial && readable.length > 0);
  const computed = writable ? compute(context, readable, counts, failures) : undefined;
  const aggregated = performance.now();

  for (let attempt = task.attempt; ; attempt++) {
    const written = await write(context, { ...task, attempt }, computed);
    const record: ShardRecord = {
      format: "zagg-shard/2",
      identity: plan.identity,
      recipe: plan.recipe,
      shard: shard.id,
      index: task.index,
      attempt,
      state: stateOf(computed, failures),
      granules: granuleStamps(results),
      counts,
      phases: {
        readMs: read - started,
        aggregateMs: aggregated - read,
        writeMs: performance.now() - aggregated,
      },
      finished: new Date().toISOString(),
      peakMemory: process.memoryUsage.rss(),
      failures,
      ...written,
    };
    const standing = await putRecord(stores.run, plan, record);
    // Another run was first, with other bytes: its chunks may be mixed with ours now, so ours go again, with a record.
    if (!computed || sameChunks(standing, record)) return standing;
    if (attempt === task.attempt + MORE_ATTEMPTS) throw notKept(stores.run.url, recordKey(shard.id, attempt));
  }
}

function sameChunks(a: ShardRecord, b: ShardRecord): boolean {
  const digests = (record: ShardRecord) =>
    record.chunks.map(({ key, sha256 }) => `${key} ${sha256}`).join("\n");
  return digests(a) === digests(b);
}

function stateOf(computed: Computed | undefined, failures: readonly ShardFailure[]): ShardRecord["state"] {
  if (!computed) return "failed";
  if (failures.length > 0) return "partial";
  return computed.arrays ? "written" : "empty";
}

/** Removes what an earlier attempt left, as for any failure, and says so in the record. */
async function giveUp(
  context: ShardContext,
  task: ShardTask,
  failure: ShardFailure,
  readMs: number,
): Promise<ShardRecord> {
  await clearShard(context, task.index);
  const record = lostWorkerRecord(context.plan, task, failure);
  return putRecord(context.stores.run, context.plan, {
    ...record,
    phases: { ...record.phases, readMs },
    peakMemory: process.memoryUsage.rss(),
  });
}

function outOfTime({ reason }: AbortSignal): ShardFailure {
  const message = reason instanceof Error ? reason.message : String(reason);
  return { kind: "timeout", code: "deadline", message };
}

/** A shard that takes more memory than there is fails alone: others may take less. */
function outOfMemory(error: unknown): ShardFailure | undefined {
  const limit = machineError(error);
  if (limit?.code !== "out-of-memory") return undefined;
  return { kind: "memory", code: limit.code, message: limit.message };
}

type Computed = { readonly arrays: Parameters<typeof writeShard>[3] };

/**
 * Arrays of the shard's cells; `arrays` is undefined where no point was kept. What cannot be computed is this
 * shard's failure (a value that does not fit its dtype, a mistake of ours), and the run goes on.
 */
function compute(
  context: ShardContext,
  results: readonly GranuleResult[],
  counts: ShardCounts,
  failures: ShardFailure[],
): Computed | undefined {
  try {
    const { points, ranks } = assemblePoints(results, context.reading);
    counts.pointsKept = points.length;
    if (points.length === 0) return { arrays: undefined };
    const { arrays, leftOut, occupied } = asConfigErrors(() =>
      aggregate(points, ranks, cellsPerShard(context.plan.grid), context.statistics),
    );
    counts.leftOut = leftOut as ShardCounts["leftOut"];
    counts.occupiedCells = occupied;
    return { arrays };
  } catch (error) {
    failures.push(outOfMemory(error) ?? mistake(error as Error));
    return undefined;
  }
}

function mistake(error: Error): ShardFailure {
  const { message } = error;
  if (isZaggError(error)) return { kind: "unsupported", code: error.code, message };
  return { kind: "internal", code: "internal", message };
}

/** Chunks that are objects are put; others become a result, which waits for its block. */
async function write(
  context: ShardContext,
  { index, attempt }: ShardTask,
  computed: Computed | undefined,
): Promise<Pick<ShardRecord, "chunks" | "result">> {
  const { plan, stores, product } = context;
  if (!computed) {
    await clearShard(context, index);
    return { chunks: [] };
  }
  if (plan.shardsPerObject === 1) {
    return { chunks: await writeShard(stores.product, product, index, computed.arrays) };
  }
  const packed = packShard(product, index, computed.arrays);
  const chunks = [...packed].map(
    ([name, bytes]): ChunkRecord => ({
      key: placeIn(product, name, index).key,
      length: bytes.length,
      sha256: sha256Hex(bytes),
    }),
  );
  const of = { shard: shardAt(plan, index).id, attempt };
  return { chunks, result: await putResult(stores.run, of, [...packed.values()]) };
}

/** Removes the chunks of an earlier attempt; those in a block go when it is packed. */
export async function clearShard({ plan, stores, product }: ShardContext, index: number): Promise<void> {
  if (plan.shardsPerObject === 1) await removeShard(stores.product, product, index);
}
