import { corrupt } from "../error.js";
import type { Metadata } from "../metadata.js";
import { expectVersion } from "../metadata.js";
import { findMessage, isShared, type Message, readObjectHeader } from "../object-header.js";

/** Finds the bytes of a message in the file's table of shared messages. */
export type SharedTable = (messageType: number, heapId: Uint8Array) => Promise<Message>;

const IN_SHARED_TABLE = 1;

/**
 * The message itself where `message` only points to it: into another object (a committed datatype) or into the file's
 * table of shared messages.
 */
export async function resolveShared(
  metadata: Metadata,
  table: SharedTable,
  message: Message,
): Promise<Message> {
  if (!isShared(message)) return message;
  const cursor = metadata.cursor(message.bytes, message.address);
  const version = expectVersion(cursor, "a shared message", 1, 2, 3);
  const kind = cursor.u8();
  if (version === 3 && kind === IN_SHARED_TABLE) return table(message.type, cursor.take(8));
  if (version === 1) cursor.skip(6);
  const address = cursor.offset();
  if (address === undefined) throw corrupt("a shared message without an address", message.address);
  const messages = await readObjectHeader(
    metadata,
    address,
    (found) => findMessage(found, message.type) !== undefined,
  );
  const target = findMessage(messages, message.type);
  if (!target || isShared(target)) throw corrupt("a shared message that is not where it should be", address);
  return target;
}
