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
import { compareStore, type Difference, type Digests, digestsOf, recordedDigests } from "./compare.js";
import { stampGranules } from "./granule-stamps.js";

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
 * changed, removes the chunks of shards whose last record says `failed`, and of those without a record (an attempt was
 * cut short), and finds the shards whose chunks are not those of their record.
 *
 * Two runs of one store may overlap, and one may fail or have yet to write a shard that the other writes meanwhile. So
 * after each change the records are read anew and everything is compared once more; then the last to end leaves a store
 * in which each shard is what its record says. Throws `ZaggError` of kind `store` (`not-kept`) for a store that does not
 * keep what is put.
 */
export async function settleStores(
  plan: Plan,
  product: ProductSpec,
  { product: store, run }: ProductStores,
  template: Digests,
  probe?: GranuleProbe,
): Promise<Settled & { readonly records: ShardRecords }> {
  const shardOf = new Map(
    plan.shards.flatMap((_, index) => shardKeys(plan, index).map((key) => [key, index])),
  );
  const { driver } = plan.config.dataSource;
  const files = new Set(
    plan.granules.filter((granule) => findPlace(granule, driver) === "file").map(({ id }) => id),
  );
  const mended = new Set<string>();
  for (let round = 1; ; round++) {
    const records = await readRecords(run, plan);
    const states = recordedStates(plan, records);
    const changing = await digestsOf((to) => writeStates(plan, product, to, states, records));
    const planned = [...template].filter(([key]) => !changing.has(key)); // the run's last words follow
    const expected = new Map([...planned, ...recordedDigests(records)]);
    const differences = (await compareStore(store, expected)).filter(({ key }) => !changing.has(key));
    const broken = differences.filter(({ key, kind }) => kind !== "unrecorded" && !shardOf.has(key));
    const stale = differences.filter(({ key, kind }) => kind === "unrecorded" && shardOf.has(key));
    if (broken.length > 0 && round === ROUNDS) throw notKept(store.url, ...keysOf(broken));
    if (broken.length > 0) await writeTemplate(onlyPutting(store, keysOf(broken)), product);
    if (stale.length > 0) await store.delete(keysOf(stale));
    for (const { key } of broken) mended.add(key);
    if (broken.length + stale.length > 0 && round < ROUNDS) continue;

    const chunks = differences.flatMap(({ key, kind }): Flaw[] => {
      const index = shardOf.get(key);
      return index === undefined || kind === "unrecorded" ? [] : [{ index, kind, what: key }];
    });
    const changes = await changedGranules(
      records,
      (ids) => stampGranules(plan, ids, probe),
      (id) => files.has(id),
    );
    const mixed = changes.flatMap(({ granule, shards }) =>
      shards.map((index): Flaw => ({ index, kind: "changed-granule", what: granule })),
    );
    const flaws = [...new Map([...mixed, ...chunks].map((flaw) => [flaw.index, flaw])).values()];
    return { states, attempts: nextAttempts(plan, records), flaws, mended: [...mended], records };
  }
}

function keysOf(differences: readonly Difference[]): string[] {
  return differences.map(({ key }) => key);
}
