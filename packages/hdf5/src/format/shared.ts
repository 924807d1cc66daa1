import { corrupt } from "../error.js";
import type { OpenMessage } from "../messages/attribute.js";
import { findMessage, isShared, type Message } from "../messages/message.js";
import type { Extension } from "./extension.js";
import type { Metadata } from "./metadata.js";
import { readObjectHeader } from "./object-header.js";
import { openSharedTable, type SharedTable } from "./shared-table.js";

const IN_SHARED_TABLE = 1;

/**
 * Opens messages, also those that only point to their bytes: in another object (a committed datatype), or in the table
 * of shared messages that the superblock extension names.
 */
export function messageOpener(metadata: Metadata, { sharedTable }: Extension): OpenMessage {
  const table = openSharedTable(metadata, sharedTable);
  return async (message) => {
    const { bytes, address } = isShared(message) ? await target(metadata, table, message) : message;
    return metadata.cursor(bytes, address);
  };
}

async function target(metadata: Metadata, table: SharedTable, message: Message): Promise<Message> {
  const cursor = metadata.cursor(message.bytes, message.address);
  const version = cursor.expectVersion("a shared message", 1, 2, 3);
  const kind = cursor.u8();
  if (version === 3 && kind === IN_SHARED_TABLE) return table(message.type, cursor.take(8));
  // Version 1 holds a symbol table's entry: the name's place in the heap comes before the address.
  if (version === 1) cursor.skip(6 + metadata.widths.lengthSize);
  const address = cursor.offset();
  if (address === undefined) throw corrupt("a shared message without an address", message.address);
  const messages = await readObjectHeader(
    metadata,
    address,
    (found) => findMessage(found, message.type) !== undefined,
  );
  const found = findMessage(messages, message.type);
  if (!found || isShared(found)) throw corrupt("a shared message that is not where it should be", address);
  return found;
}
