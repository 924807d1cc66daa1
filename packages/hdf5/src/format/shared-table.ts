import { corrupt } from "../error.js";
import type { Message } from "../messages/message.js";
import type { Extension } from "./extension.js";
import { openFractalHeap } from "./fractal-heap.js";
import type { Metadata } from "./metadata.js";

/** Finds the bytes of a message in the file's table of shared messages. */
export type SharedTable = (messageType: number, heapId: Uint8Array) => Promise<Message>;

/** Bytes of one index in the table: version, storage, type flags, sizes and counts, then two addresses. */
const INDEX_FIXED_BYTES = 1 + 1 + 2 + 4 + 2 + 2 + 2;

/**
 * The file's table of shared messages: for each set of message types, a fractal heap with their bytes. Its place is in
 * the superblock extension; a file without one has no shared messages.
 */
export function openSharedTable(metadata: Metadata, place: Extension["sharedTable"]): SharedTable {
  return async (messageType, heapId) => {
    if (!place) throw corrupt("a shared message in a file without a table of them");
    const { address, indexes } = place;
    const { offsetSize } = metadata.widths;
    const bytes = 4 + indexes * (INDEX_FIXED_BYTES + 2 * offsetSize) + 4;
    const table = await metadata.checked(address, bytes, "SMTB");
    for (let i = 0; i < indexes; i++) {
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
