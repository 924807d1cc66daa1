import { blockObject, blocksOf, mostBlockBytes, placeIn } from "@zagg/product";
import { isStorageError, type SourceVersion, type Store } from "@zagg/storage";
import pMap from "p-map";
import { sha256Hex } from "../../terms/index.js";
import { shardAt } from "../plan/plan.js";
import { type PackedSlot, type PackReceipt, putPackReceipt } from "../record/pack-receipt.js";
import { readResult } from "../record/result.js";
import { listAttempts, readRecords, type ShardRecords } from "../record/run-record.js";
import type { ShardRecord } from "../record/shard-record.js";
import { isInvalid } from "../stores/store-errors.js";
import { blockSlots } from "./block-slots.js";
import type { ShardContext } from "./process-shard.js";

/** What packing asks of a run's context. */
export type PackContext = Pick<ShardContext, "plan" | "stores" | "product">;

/** How often a block is packed anew because others changed it meanwhile. */
const ROUNDS = 10;
const RESULTS_IN_FLIGHT = 16;

/** An object of a block as it lies in the store. */
interface Present {
  readonly version: SourceVersion | undefined;
  readonly bytes: Uint8Array;
  readonly slots: readonly (Uint8Array | undefined)[];
}

/** What is packed of a shard. */
interface PackedShard {
  /** By variable; undefined: not to be had. */
  readonly chunks: readonly (Uint8Array | undefined)[];
  /** Null where anything is not to be had. */
  readonly slot: PackedSlot | null;
}

const NOTHING: PackedShard = { chunks: [], slot: null };

/**
 * Makes the objects of a block what the last records of its shards say: from their results, and for those whose result has
 * gone from the block as it is. Then its receipt is put. A chunk that is nowhere is left out, and its shard null in the receipt.
 *
 * Others may pack the same block, and record shards meanwhile: an object is put only in the place of the one that was
 * looked at, and when the records are others afterwards it is done anew. Undefined where that does not end: no receipt is put
 * then. Throws `ZaggError` of kind `store` when the output cannot be written.
 */
export async function packBlock(context: PackContext, block: number): Promise<PackReceipt | undefined> {
  const { plan, stores, product } = context;
  const shards = blocksOf(product)[block] ?? [];
  const names = Object.keys(product.variables);
  for (let round = 1; round <= ROUNDS; round++) {
    const records = await readRecords(stores.run, plan, shards);
    const present = await Promise.all(names.map((name) => presentObject(context, name, block)));
    const packed = await pMap(
      shards,
      async (index, at) => {
        const record = records.get(shardAt(plan, index).id);
        return record
          ? chunksOf(
              stores.run,
              record,
              present.map((object) => object?.slots[at]),
            )
          : NOTHING;
      },
      { concurrency: RESULTS_IN_FLIGHT },
    );
    const done = await Promise.all(
      names.map((name, i) =>
        putObject(
          context,
          name,
          block,
          packed.map(({ chunks }) => chunks[i]),
          present[i],
        ),
      ),
    );
    if (done.every(Boolean) && (await areLast(context, shards, records))) {
      const slots = packed.map(({ slot }) => slot);
      const receipt: PackReceipt = {
        format: "zagg-pack/1",
        recipe: plan.recipe,
        block,
        slots,
        finished: new Date().toISOString(),
      };
      await putPackReceipt(stores.run, receipt);
      return receipt;
    }
  }
  return undefined;
}

function keyOf({ product }: PackContext, name: string, block: number): string {
  return placeIn(product, name, block * product.shardsPerObject).key;
}

/** What lies there now; of an object that is damaged only its version is of use. */
async function presentObject(
  context: PackContext,
  name: string,
  block: number,
): Promise<Present | undefined> {
  const { stores, product } = context;
  const { dtype } = product.variables[name] as (typeof product.variables)[string];
  const part = await stores.product
    .getPart(keyOf(context, name, block), { last: mostBlockBytes(product, dtype) })
    .catch((error: unknown) => {
      if (!isInvalid(error)) throw error; // a pipe, a device
      return { bytes: new Uint8Array(), version: undefined };
    });
  return part && { ...part, slots: blockSlots(product, name, part.bytes) };
}

/** The chunks of a shard that has a record: those in the block that are its own, else its result's. */
async function chunksOf(
  run: Store,
  record: ShardRecord,
  inPlace: readonly (Uint8Array | undefined)[],
): Promise<PackedShard> {
  const { attempt, result, chunks } = record;
  if (result === undefined) return NOTHING; // it failed
  const own = chunks.map(({ sha256 }, i) => {
    const bytes = inPlace[i];
    return bytes && sha256Hex(bytes) === sha256 ? bytes : undefined;
  });
  const found = own.every(Boolean) ? own : ((await readResult(run, record)) ?? own);
  return { chunks: found, slot: found.every(Boolean) ? { attempt, result } : null };
}

/** Whether the object is now what it must be: false where another run has put one meanwhile. */
async function putObject(
  context: PackContext,
  name: string,
  block: number,
  slots: readonly (Uint8Array | undefined)[],
  present: Present | undefined,
): Promise<boolean> {
  const store = context.stores.product;
  const key = keyOf(context, name, block);
  if (slots.every((slot) => slot === undefined)) {
    if (present) await store.delete([key]);
    return true;
  }
  const { bytes } = blockObject(context.product, name, block, slots);
  if (present && Buffer.compare(bytes, present.bytes) === 0) return true;
  try {
    await store.put(key, bytes, present ? { ifMatch: present.version } : { ifNoneMatch: "*" });
    return true;
  } catch (error) {
    if (isStorageError(error, "changed", "exists")) return false;
    throw error;
  }
}

/** Whether nothing has been recorded meanwhile. */
async function areLast(
  { plan, stores }: PackContext,
  shards: readonly number[],
  records: ShardRecords,
): Promise<boolean> {
  const ids = shards.map((index) => shardAt(plan, index).id);
  const last = new Map(await listAttempts(stores.run, ids));
  return ids.every((id) => (last.get(id) ?? 0) <= (records.get(id)?.attempt ?? 0));
}
