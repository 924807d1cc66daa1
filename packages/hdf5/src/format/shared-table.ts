import { corrupt } from "../error.js";
import { findMessage, type Message, MessageType } from "../messages/message.js";
import { openFractalHeap } from "./fractal-heap.js";
import type { Metadata } from "./metadata.js";
import { readObjectHeader } from "./object-header.js";

/** Finds the bytes of a message in the file's table of shared messages. */
export type SharedTable = (messageType: number, heapId: Uint8Array) => Promise<Message>;

/** Bytes of one index in the table: version, storage, type flags, sizes and counts, then two addresses. */
const INDEX_FIXED_BYTES = 1 + 1 + 2 + 4 + 2 + 2 + 2;

/**
 * The file's table of shared messages: for each set of message types, a fractal heap with their bytes. Its place is in
 * the superblock extension; a file without one has no shared messages.
 */
export function openSharedTable(metadata: Metadata, extension: number | undefined): SharedTable {
  return async (messageType, heapId) => {
    if (extension === undefined) throw corrupt("a shared message in a file without a table of them");
    const message = findMessage(await readObjectHeader(metadata, extension), MessageType.sharedTable);
    if (!message) throw corrupt("a shared message in a file without a table of them", extension);
    const place = metadata.cursor(message.bytes, message.address);
    place.skip(1);
    const address = place.offset();
    const count = place.u8();
    if (address === undefined) throw corrupt("a table of shared messages without an address", extension);
    const { offsetSize } = metadata.widths;
    const table = await metadata.checked(
      address,
      4 + count * (INDEX_FIXED_BYTES + 2 * offsetSize) + 4,
      "SMTB",
    );
    for (let i = 0; i < count; i++) {
      table.skip(2); // version, storage of the index
      const types = table.u16();
      table.skip(INDEX_FIXED_BYTES - 4);
      table.skip(offsetSize); // the index; a message is found by its heap id alone
      const heap = table.offset();
      if ((types & (1 << messageType)) === 0 || heap === undefined) continue;
      const cursor = await (await openFractalHeap(metadata, heap)).read(heapId);
      return { type: messageType, flags: 0, bytes: cursor.bytes, address: cursor.address };
    }
    throw corrupt(`no shared messages of type ${messageType}`, address);
  };
}
