import { type ProductSpec, writeTemplate } from "@zagg/product";
import { findPlace } from "../plan/granule-place.js";
import type { Plan } from "../plan/plan.js";
import { shardKeys } from "../plan/plan-product.js";
import type { ShardState } from "../record/outcome.js";
import { readRecords, type ShardRecords } from "../record/run-record.js";
import { nextAttempts, recordedStates } from "../record/todo.js";
import { writeStates } from "../record/write-states.js";
import { notKept } from "../stores/not-kept.js";
import { onlyPutting } from "../stores/only-putting.js";
import type { ProductStores } from "../stores/open-store.js";
import type { GranuleProbe } from "../task/open-granule.js";
import { changedGranules } from "./changed-granules.js";
import { compareStore, type Difference, type Digests, digestsOf, withBytes } from "./compare.js";
import { stampGranules } from "./granule-stamps.js";
import { dirtyBlocks } from "./pack-dirty.js";
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
  /** Keys of metadata, coordinates and packed blocks that were missing or changed and have been written again. */
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
  const keys = new Set(plan.shards.flatMap((_, index) => shardKeys(plan, index)));
  const { driver } = plan.config.dataSource;
  const files = new Set(
    plan.granules.filter((granule) => findPlace(granule, driver) === "file").map(({ id }) => id),
  );
  const packDirty = dirtyBlocks({ plan, stores, product });
  const mended = new Set<string>();
  /** What was wrong with a shard when it was first seen. */
  const seen = new Map<number, Flaw>();
  for (let round = 1; ; round++) {
    const records = await readRecords(run, plan);
    const states = recordedStates(plan, records);
    const changing = await digestsOf((to) => writeStates(plan, product, to, states, records));
    const planned = [...template].filter(([key]) => !changing.has(key)); // the run's last words follow
    const expected = new Map([...withBytes(planned), ...recordedObjects(product, records)]);
    const differences = (await compareStore(store, expected)).filter(({ key }) => !changing.has(key));
    const broken = differences.filter(({ key, kind }) => kind !== "unrecorded" && !keys.has(key));
    const stale = differences.filter(({ key, kind }) => kind === "unrecorded" && keys.has(key));
    const flawed = flawsIn(differences);
    for (const flaw of flawed) if (!seen.has(flaw.index)) seen.set(flaw.index, flaw);
    if (broken.length > 0 && round === ROUNDS) throw notKept(store.url, ...keysOf(broken));
    if (broken.length > 0) await writeTemplate(onlyPutting(store, keysOf(broken)), product);
    if (stale.length > 0) await store.delete(keysOf(stale));
    const { blocks, damaged } = await packDirty(differences, records);
    for (const key of [...keysOf(broken), ...damaged]) mended.add(key);
    if (broken.length + stale.length + blocks > 0 && round < ROUNDS) continue;

    for (const { what } of flawed) mended.delete(what);
    const chunks = flawed.map(({ index }) => seen.get(index) as Flaw);
    const changes = await changedGranules(
      records,
      (ids) => stampGranules(plan, ids, probe),
      (id) => files.has(id),
    );
    const mixed = changes.flatMap(({ granule, shards }) =>
      shards.map((index): Flaw => ({ index, kind: "changed-granule", what: granule })),
    );
    const flaws = [...new Map([...mixed, ...chunks].map((flaw) => [flaw.index, flaw])).values()];
    await removeResults(run, records, chunks);
    return { states, attempts: nextAttempts(plan, records), flaws, mended: [...mended], records };
  }
}

/** Each shard that a difference concerns, as often as one does. */
function flawsIn(differences: readonly Difference[]): Flaw[] {
  return differences.flatMap(({ key, kind, shards }) =>
    kind === "unrecorded" ? [] : shards.map((index): Flaw => ({ index, kind, what: key })),
  );
}

function keysOf(differences: readonly Difference[]): string[] {
  return differences.map(({ key }) => key);
}
