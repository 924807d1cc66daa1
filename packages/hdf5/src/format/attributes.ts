import { type Attribute, type OpenMessage, parseAttribute } from "../messages/attribute.js";
import { parseAttributeInfo } from "../messages/link.js";
import { findMessage, type Message, MessageType, SHARED } from "../messages/message.js";
import { readRecords } from "./btree-v2.js";
import { openFractalHeap } from "./fractal-heap.js";
import type { Metadata } from "./metadata.js";

const ATTRIBUTE_BY_NAME_RECORD = 8;
const HEAP_ID_BYTES = 8;

/** All attributes of an object, from its header or from dense storage, in the order of storage. */
export async function readAttributes(
  metadata: Metadata,
  open: OpenMessage,
  messages: readonly Message[],
): Promise<readonly Attribute[]> {
  const stored = messages.filter(({ type }) => type === MessageType.attribute);
  const all = [...stored, ...(await denseAttributes(metadata, messages))];
  return Promise.all(all.map((message) => parseAttribute(message, open)));
}

async function denseAttributes(
  metadata: Metadata,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const info = findMessage(messages, MessageType.attributeInfo);
  const dense = info && parseAttributeInfo(metadata.cursor(info.bytes, info.address));
  if (!dense) return [];
  const [heap, records] = await Promise.all([
    openFractalHeap(metadata, dense.heap),
    readRecords(metadata, dense.nameIndex, ATTRIBUTE_BY_NAME_RECORD),
  ]);
  return Promise.all(
    records.map(async (record) => {
      const id = record.take(HEAP_ID_BYTES);
      const flags = record.u8();
      // A shared attribute's heap id belongs to the table of shared messages.
      const shared = (flags & SHARED) !== 0;
      if (shared) return sharedMessage(id, record.address);
      const { bytes, address } = await heap.read(id);
      return { type: MessageType.attribute, flags: 0, bytes, address };
    }),
  );
}

function sharedMessage(heapId: Uint8Array, address: number): Message {
  const bytes = new Uint8Array(2 + heapId.length);
  bytes.set([3, 1]);
  bytes.set(heapId, 2);
  return { type: MessageType.attribute, flags: SHARED, bytes, address };
}
