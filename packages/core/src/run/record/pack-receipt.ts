import { blockOf, blocksOf } from "@zagg/product";
import type { Store } from "@zagg/storage";
import pMap from "p-map";
import * as z from "zod/mini";
import { decodeJson, encodeJson, firstProblem } from "../../terms/index.js";
import type { Plan } from "../plan/plan.js";
import { isInvalid } from "../stores/store-errors.js";
import type { ShardState } from "./outcome.js";
import type { ShardRecords } from "./run-record.js";
import type { ShardRecord } from "./shard-record.js";

/** Which attempt at each shard of a block lies in the store; put when the block's objects are. */
export interface PackReceipt {
  readonly format: "zagg-pack/1";
  readonly recipe: string;
  /** Its number: object `block` of every variable. */
  readonly block: number;
  /** By position in the block; null where the shard has nothing in it. */
  readonly slots: readonly (PackedSlot | null)[];
  /** When it was packed, ISO 8601. */
  readonly finished: string;
}

export interface PackedSlot {
  readonly attempt: number;
  /** Of its result. */
  readonly result: string;
}

const receipt = z.strictObject({
  format: z.literal("zagg-pack/1"),
  recipe: z.string(),
  block: z.int(),
  slots: z.array(z.nullable(z.strictObject({ attempt: z.int(), result: z.string() }))),
  finished: z.string(),
});

const READS_IN_FLIGHT = 16;
/** A slot takes some 100 bytes, and there are 4,096 at most. */
const MOST_RECEIPT_BYTES = 2 ** 20;

export function packKey(block: number): string {
  return `packs/${block}.json`;
}

export function isPackKey(key: string): boolean {
  return /^packs\/(0|[1-9]\d{0,6})\.json$/.test(key);
}

/** The receipt goes over an earlier one: the last to pack a block says what is in it. */
export async function putPackReceipt(run: Store, packed: PackReceipt): Promise<void> {
  await run.put(packKey(packed.block), encodeJson(packed));
}

/** What each block holds, by its number, as far as a receipt of this recipe says so. */
export async function readPackReceipts(run: Store, plan: Plan): Promise<ReadonlyMap<number, PackReceipt>> {
  if (plan.shardsPerObject === 1) return new Map();
  const found = await pMap(
    blocksOf(plan).keys(),
    async (block) => {
      const read = await readPackReceipt(run, block);
      return read?.recipe === plan.recipe ? read : undefined;
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return new Map(found.flatMap((each) => (each ? [[each.block, each]] : [])));
}

/** Undefined where there is none, or what lies there is none of this block: it is packed again. */
async function readPackReceipt(run: Store, block: number): Promise<PackReceipt | undefined> {
  try {
    const bytes = await run.get(packKey(block), { maxBytes: MOST_RECEIPT_BYTES });
    const document = bytes && decodeJson(bytes);
    if (firstProblem(receipt, document) !== undefined) return undefined;
    return (document as PackReceipt).block === block ? (document as PackReceipt) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isInvalid(error)) return undefined;
    throw error;
  }
}

/**
 * What readers of the product are told of each shard: as recorded, but nothing is there before its block holds it.
 * `states`: those that the records say.
 */
export function packedStates(
  plan: Plan,
  states: readonly ShardState[],
  records: ShardRecords,
  receipts: ReadonlyMap<number, PackReceipt>,
): readonly ShardState[] {
  if (plan.shardsPerObject === 1) return states;
  return plan.shards.map(({ id }, index): ShardState => {
    const state = states[index] as ShardState;
    const record = records.get(id);
    const { block, slot } = blockOf(plan, index);
    const isThere = record && isPacked(record, receipts.get(block)?.slots[slot]);
    return state === "failed" || isThere ? state : "pending";
  });
}

/** Blocks whose receipt does not name what the records do, but for shards whose chunks are `lost`. */
export function unpackedBlocks(
  plan: Plan,
  records: ShardRecords,
  receipts: ReadonlyMap<number, PackReceipt>,
  lost: ReadonlySet<number>,
): readonly number[] {
  if (plan.shardsPerObject === 1) return [];
  const unpacked = plan.shards.flatMap(({ id }, index) => {
    const record = records.get(id);
    const { block, slot } = blockOf(plan, index);
    const packed = receipts.get(block)?.slots[slot];
    const isRight = record?.result === undefined ? !packed : isPacked(record, packed);
    return isRight || lost.has(index) ? [] : [block];
  });
  return [...new Set(unpacked)];
}

/** Whether a slot is what a record says of it. */
function isPacked({ attempt, result }: ShardRecord, slot: PackedSlot | null | undefined): boolean {
  return slot?.attempt === attempt && slot.result === result;
}
