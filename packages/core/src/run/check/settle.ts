import { blockOf, blocksOf, type ProductSpec, writeTemplate } from "@zagg/product";
import { findPlace } from "../plan/granule-place.js";
import type { Plan } from "../plan/plan.js";
import { shardKeys } from "../plan/plan-product.js";
import type { ShardState } from "../record/outcome.js";
import { readPackReceipts, unpackedBlocks } from "../record/pack-receipt.js";
import { readRecords, type ShardRecords } from "../record/run-record.js";
import { nextAttempts, recordedStates } from "../record/todo.js";
import { writeStates } from "../record/write-states.js";
import { notKept } from "../stores/not-kept.js";
import { onlyPutting } from "../stores/only-putting.js";
import type { ProductStores } from "../stores/open-store.js";
import type { GranuleProbe } from "../task/open-granule.js";
import { packBlock } from "../task/pack-block.js";
import { changedGranules } from "./changed-granules.js";
import { compareStore, type Difference, type Digests, digestsOf, withBytes } from "./compare.js";
import { stampGranules } from "./granule-stamps.js";
import { recordedObjects } from "./recorded-objects.js";
import { removeResults } from "./remove-results.js";

/** How often what is not as it should be is put right, before it is taken for what the store does to it. */
const ROUNDS = 5;

/** A shard that is not what its record says, or not of the granules as they are now. */
export interface Flaw {
  /** Position of the shard. */
  readonly index: number;
  /** Of a chunk: not there, or other bytes. Of a record: not there. Of a granule: two versions of it were read. */
  readonly kind: "missing" | "differs" | "no-record" | "changed-granule";
  /** Key of the chunk or record, or id of the granule. */
  readonly what: string;
}

export interface Settled {
  readonly states: readonly ShardState[];
  /** Number of the next attempt at every shard. */
  readonly attempts: readonly number[];
  /** Shards to be done again, each once. */
  readonly flaws: readonly Flaw[];
  /** Keys of metadata and coordinates that were missing or changed and have been written again. */
  readonly mended: readonly string[];
}

/**
 * Makes the whole store agree with the plan and the records: writes metadata and coordinates again that are missing or
 * changed, packs the blocks that are not what the records of their shards say, removes the chunks of shards whose last record
 * says `failed`, and of those without a record (an attempt was cut short), and finds the shards whose chunks are not those of
 * their record and nowhere to be had. Results that lie in their blocks go.
 *
 * Two runs of one store may overlap, and one may fail or have yet to write a shard that the other writes meanwhile. So
 * after each change the records are read anew and everything is compared once more; then the last to end leaves a store
 * in which each shard is what its record says. Throws `ZaggError` of kind `store` (`not-kept`) for a store that does not
 * keep what is put.
 */
export async function settleStores(
  plan: Plan,
  product: ProductSpec,
  stores: ProductStores,
  template: Digests,
  probe?: GranuleProbe,
): Promise<Settled & { readonly records: ShardRecords }> {
  const { product: store, run } = stores;
  const inBlocks = plan.shardsPerObject > 1;
  const blockAt = new Map(
    plan.shards.flatMap((_, index) => {
      const { block } = blockOf(plan, index);
      return shardKeys(plan, index).map((key) => [key, block]);
    }),
  );
  const { driver } = plan.config.dataSource;
  const files = new Set(
    plan.granules.filter((granule) => findPlace(granule, driver) === "file").map(({ id }) => id),
  );
  const mended = new Set<string>();
  /** Shards whose chunks are in no block and no result. */
  const lost = new Set<number>();
  for (let round = 1; ; round++) {
    const records = await readRecords(run, plan);
    const states = recordedStates(plan, records);
    const changing = await digestsOf((to) => writeStates(plan, product, to, states, records));
    const planned = [...template].filter(([key]) => !changing.has(key)); // the run's last words follow
    const expected = new Map([...withBytes(planned), ...recordedObjects(product, records)]);
    const differences = (await compareStore(store, expected)).filter(({ key }) => !changing.has(key));
    const broken = differences.filter(({ key, kind }) => kind !== "unrecorded" && !blockAt.has(key));
    const stale = differences.filter(({ key, kind }) => kind === "unrecorded" && blockAt.has(key));
    const unpacked = unpackedBlocks(plan, records, await readPackReceipts(run, plan), lost);
    const dirty = new Set([...unpacked, ...(inBlocks ? dirtyBlocks(differences, blockAt, lost) : [])]);
    if (broken.length > 0 && round === ROUNDS) throw notKept(store.url, ...keysOf(broken));
    if (broken.length > 0) await writeTemplate(onlyPutting(store, keysOf(broken)), product);
    if (stale.length > 0) await store.delete(keysOf(stale));
    for (const { key } of broken) mended.add(key);
    for (const block of dirty) {
      const { slots } = await packBlock({ plan, stores, product }, block);
      for (const [slot, index] of (blocksOf(plan)[block] ?? []).entries()) if (!slots[slot]) lost.add(index);
    }
    if (broken.length + stale.length + dirty.size > 0 && round < ROUNDS) continue;

    const chunks = differences.flatMap(({ key, kind, shards }) =>
      shards.map((index): Flaw => ({ index, kind: kind as "missing" | "differs", what: key })),
    );
    const changes = await changedGranules(
      records,
      (ids) => stampGranules(plan, ids, probe),
      (id) => files.has(id),
    );
    const mixed = changes.flatMap(({ granule, shards }) =>
      shards.map((index): Flaw => ({ index, kind: "changed-granule", what: granule })),
    );
    const flaws = [...new Map([...mixed, ...chunks].map((flaw) => [flaw.index, flaw])).values()];
    if (inBlocks) await removeResults(run, records, chunks);
    return { states, attempts: nextAttempts(plan, records), flaws, mended: [...mended], records };
  }
}

/** Blocks with an object that packing may put right: that lacks more than what is lost. */
function dirtyBlocks(
  differences: readonly Difference[],
  blockAt: ReadonlyMap<string, number>,
  lost: ReadonlySet<number>,
): readonly number[] {
  return differences.flatMap(({ key, kind, shards }) => {
    const block = kind === "unrecorded" ? undefined : blockAt.get(key);
    const isLost = shards.length > 0 && shards.every((index) => lost.has(index));
    return block === undefined || isLost ? [] : [block];
  });
}

function keysOf(differences: readonly Difference[]): string[] {
  return differences.map(({ key }) => key);
}
