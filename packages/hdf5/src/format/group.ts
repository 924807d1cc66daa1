import { at } from "../at.js";
import { lookup3 } from "../bytes/checksum.js";
import { corrupt } from "../error.js";
import { type DenseStorage, type Link, parseLink, parseLinkInfo } from "../messages/link.js";
import { findMessage, type Message, MessageType } from "../messages/message.js";
import { remember } from "../remember.js";
import { readRecords } from "./btree-v2.js";
import { openFractalHeap } from "./fractal-heap.js";
import type { Metadata } from "./metadata.js";
import { readSymbolTable } from "./symbol-table.js";

/** The links of one group. */
export interface Group {
  find(name: string): Promise<Link | undefined>;
  /** All links, ordered by name (by UTF-8 bytes). */
  list(): Promise<readonly Link[]>;
}

const LINK_BY_NAME_RECORD = 5;

/** The group that these messages describe; `undefined` if they are no group's. */
export function openGroup(metadata: Metadata, messages: readonly Message[]): Group | undefined {
  const cursorOf = (message: Message) => metadata.cursor(message.bytes, message.address);
  const table = findMessage(messages, MessageType.symbolTable);
  if (table) {
    const cursor = cursorOf(table);
    const tree = cursor.offset();
    const heap = cursor.offset();
    if (tree === undefined || heap === undefined)
      throw corrupt("a symbol table without addresses", table.address);
    return loadedGroup(() => readSymbolTable(metadata, tree, heap));
  }
  const info = findMessage(messages, MessageType.linkInfo);
  const compact = messages.filter(({ type }) => type === MessageType.link);
  if (!info && compact.length === 0) return undefined;
  const dense = info && parseLinkInfo(cursorOf(info));
  return dense
    ? denseGroup(metadata, dense)
    : loadedGroup(async () => compact.map((link) => parseLink(cursorOf(link))));
}

function loadedGroup(load: () => Promise<readonly Link[]>): Group {
  const loaded = remember(async () => new Map((await load()).map((link) => [link.name, link])));
  return {
    find: async (name) => (await loaded()).get(name),
    list: async () => inOrder([...(await loaded()).values()]),
  };
}

/**
 * Dense links are read through the index by name alone: the heap's blocks still hold links that were deleted, and free
 * space that looks like links.
 */
function denseGroup(metadata: Metadata, storage: DenseStorage): Group {
  const heap = remember(() => openFractalHeap(metadata, storage.heap));
  const linksOf = async (hash?: number) => {
    const records = await readRecords(metadata, storage.nameIndex, LINK_BY_NAME_RECORD, (record) =>
      hash === undefined ? 0 : record.u32() - hash,
    );
    const objects = await heap();
    return Promise.all(
      records.map(async (record) => {
        const stored = record.u32();
        const link = parseLink(await objects.read(record.take(record.remaining)));
        if (lookup3(UTF8.encode(link.name)) !== stored)
          throw corrupt(`the hash of link ${link.name} is wrong`, record.address);
        return link;
      }),
    );
  };
  return {
    find: async (name) => (await linksOf(lookup3(UTF8.encode(name)))).find((link) => link.name === name),
    list: async () => inOrder(await linksOf()),
  };
}

const UTF8 = new TextEncoder();

function inOrder(links: Link[]): readonly Link[] {
  const keys = new Map(links.map((link) => [link, UTF8.encode(link.name)]));
  return links.sort((a, b) => compareBytes(keys.get(a) ?? EMPTY, keys.get(b) ?? EMPTY));
}

const EMPTY = new Uint8Array();

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = at(a, i) - at(b, i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
