import { blockObject, blockOf, type ProductSpec } from "@zagg/product";
import { blockIndexBytes } from "@zagg/zarr";
import { sha256Hex } from "../../terms/index.js";
import type { ShardRecords } from "../record/run-record.js";
import { blockSlots } from "../task/block-slots.js";
import type { Digest, ExpectedObject, ExpectedObjects } from "./compare.js";

/** The chunk of a shard in an object of a variable. */
interface RecordedChunk extends Digest {
  /** Position of the shard. */
  readonly index: number;
}

/** An object of a variable, by slot; undefined: nothing may be there. */
interface RecordedObject {
  readonly variable: string;
  readonly block: number;
  readonly slots: (RecordedChunk | undefined)[];
}

/** The objects that the records name: of a block what each of its shards has in it, in its slot, and nothing besides. */
export function recordedObjects(product: ProductSpec, records: ShardRecords): ExpectedObjects {
  const names = Object.keys(product.variables);
  const objects = new Map<string, RecordedObject>();
  for (const { index, chunks } of records.values()) {
    const { block, slot } = blockOf(product, index);
    for (const [i, { key, length, sha256 }] of chunks.entries()) {
      const variable = names[i] as string;
      const object = objects.get(key) ?? {
        variable,
        block,
        slots: Array<RecordedChunk | undefined>(product.shardsPerObject).fill(undefined),
      };
      object.slots[slot] = { index, length, sha256 };
      objects.set(key, object);
    }
  }
  return new Map([...objects].map(([key, object]) => [key, expectedOf(product, object)]));
}

function expectedOf(product: ProductSpec, object: RecordedObject): ExpectedObject {
  const chunks = object.slots.flatMap((slot) => slot ?? []);
  const index = product.shardsPerObject === 1 ? 0 : blockIndexBytes(product.shardsPerObject);
  return {
    length: chunks.reduce((sum, { length }) => sum + length, index),
    shards: chunks.map((chunk) => chunk.index),
    wrong: (bytes) => wrongShards(product, object, bytes),
  };
}

function wrongShards(
  product: ProductSpec,
  { variable, block, slots }: RecordedObject,
  bytes: Uint8Array,
): readonly number[] | undefined {
  const found = blockSlots(product, variable, bytes);
  const wrong = slots.flatMap((slot, i) => {
    const chunk = found[i];
    return slot && !(chunk && sha256Hex(chunk) === slot.sha256) ? [slot.index] : [];
  });
  if (wrong.length > 0) return wrong;
  // All is there; but there may be more, or it may lie otherwise than it is packed.
  const due = blockObject(
    product,
    variable,
    block,
    slots.map((slot, i) => slot && found[i]),
  );
  return Buffer.compare(due.bytes, bytes) === 0 ? undefined : [];
}
