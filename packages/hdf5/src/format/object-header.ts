import type { Cursor } from "../bytes/cursor.js";
import { corrupt, Hdf5UnsupportedError } from "../error.js";
import { FAIL_IF_UNKNOWN, isKnown, type Message, MessageType } from "../messages/message.js";
import type { Metadata } from "./metadata.js";

interface Block {
  readonly address: number;
  readonly length: number;
}

/** Continuation blocks that one header may have; libhdf5's own headers need a handful. */
const MAX_BLOCKS = 4096;

/** Says that the messages needed are here. */
export type Enough = (messages: readonly Message[]) => boolean;

/**
 * The messages of an object. Attributes added late live in continuation blocks far away in the file, so these are
 * followed one by one and only until there are `enough`.
 *
 * @throws {Hdf5UnsupportedError} if one of them is unknown, and says that whoever does not know it must not go on.
 */
export async function readObjectHeader(
  metadata: Metadata,
  address: number,
  enough?: Enough,
): Promise<readonly Message[]> {
  const messages = await lookAtHeader(metadata, address, enough);
  const fatal = messages.find(({ type, flags }) => (flags & FAIL_IF_UNKNOWN) !== 0 && !isKnown(type));
  if (fatal) {
    const feature = `a header message of type ${fatal.type}, which a reader must know,`;
    throw new Hdf5UnsupportedError(feature, { address: fatal.address });
  }
  return messages;
}

/** As {@link readObjectHeader}, to see what kind of object this is: it may be one that cannot be read. */
export async function lookAtHeader(
  metadata: Metadata,
  address: number,
  enough: Enough = () => false,
): Promise<readonly Message[]> {
  const first = (await metadata.read(address, 1)).u8();
  const header = first === 1 ? await openOld(metadata, address) : await openNew(metadata, address);
  const messages: Message[] = [];
  const seen = new Set<number>();
  const pending: Block[] = [];
  collect(metadata, header.body, header.parse, messages, pending);
  for (let block = pending.shift(); block && !enough(messages); block = pending.shift()) {
    if (seen.has(block.address) || seen.size >= MAX_BLOCKS)
      throw corrupt("an endless object header", block.address);
    seen.add(block.address);
    collect(metadata, await header.continuation(block), header.parse, messages, pending);
  }
  return messages;
}

interface Header {
  readonly body: Cursor;
  readonly parse: (cursor: Cursor) => Message | undefined;
  readonly continuation: (block: Block) => Promise<Cursor>;
}

async function openOld(metadata: Metadata, address: number): Promise<Header> {
  const prefix = await metadata.read(address, 16);
  prefix.skip(1 + 1 + 2 + 4); // version, reserved, number of messages, reference count
  const size = prefix.u32();
  return {
    body: await metadata.read(address + 16, size),
    parse: oldMessage,
    continuation: ({ address, length }) => metadata.read(address, length),
  };
}

/** Without a checksum, these headers must at least be cut as a writer cuts them: in multiples of 8, without a gap. */
function oldMessage(cursor: Cursor): Message | undefined {
  if (cursor.remaining === 0) return undefined;
  if (cursor.remaining < 8) throw corrupt("a gap in an object header of version 1", cursor.address);
  const type = cursor.u16();
  const size = cursor.u16();
  if (size % 8 !== 0) throw corrupt(`a header message of ${size} bytes`, cursor.address);
  const flags = cursor.u8();
  cursor.skip(3);
  const address = cursor.address + cursor.position;
  return { type, flags, bytes: cursor.take(size), address };
}

async function openNew(metadata: Metadata, address: number): Promise<Header> {
  const prefix = await metadata.read(address, Math.min(34, metadata.room(address)));
  prefix.expectSignature("OHDR");
  prefix.expectVersion("an object header", 2);
  const flags = prefix.u8();
  if (flags & 0x20) prefix.skip(16); // times
  if (flags & 0x10) prefix.skip(4); // phase change of attribute storage
  const size = prefix.uint(1 << (flags & 3));
  const start = prefix.position;
  const body = await metadata.checked(address, start + size + 4, "OHDR");
  body.position = start;
  const ordered = (flags & 4) !== 0;
  return {
    body,
    parse: (cursor) => newMessage(cursor, ordered),
    continuation: ({ address, length }) => metadata.checked(address, length, "OCHK"),
  };
}

function newMessage(cursor: Cursor, ordered: boolean): Message | undefined {
  // What is too short for a message is a gap.
  if (cursor.remaining < (ordered ? 6 : 4)) return undefined;
  const type = cursor.u8();
  const size = cursor.u16();
  const flags = cursor.u8();
  if (ordered) cursor.skip(2);
  const address = cursor.address + cursor.position;
  return { type, flags, bytes: cursor.take(size), address };
}

function collect(
  metadata: Metadata,
  body: Cursor,
  parse: Header["parse"],
  messages: Message[],
  pending: Block[],
): void {
  for (let message = parse(body); message; message = parse(body)) {
    if (message.type === MessageType.continuation) {
      const cursor = metadata.cursor(message.bytes, message.address);
      const address = cursor.offset();
      if (address === undefined) throw corrupt("a continuation without an address", message.address);
      pending.push({ address, length: cursor.length() });
    } else if (message.type !== 0) {
      messages.push(message);
    }
  }
}
