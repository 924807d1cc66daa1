import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";
import type { Metadata } from "./metadata.js";

/** What a tree leads to: symbol table nodes of a group, or the chunks of a dataset. */
export type TreeKind = "group" | "chunks";

export interface TreeEntry {
  /** The key before the child; for chunks, it describes the child itself. */
  readonly key: Cursor;
  readonly child: number;
}

const KIND_CODES: Readonly<Record<TreeKind, number>> = { group: 0, chunks: 1 };

/**
 * All entries of a version 1 B-tree's leaves, in order. These trees carry no checksum: levels must fall by one from
 * parent to child and no node may come twice, so that a broken tree ends.
 */
export async function readTree(
  metadata: Metadata,
  root: number,
  kind: TreeKind,
  keyBytes: number,
): Promise<readonly TreeEntry[]> {
  const seen = new Set<number>();

  async function walk(address: number, level: number | undefined): Promise<readonly TreeEntry[]> {
    if (seen.has(address)) throw corrupt("a tree that leads back to itself", address);
    seen.add(address);
    const node = await readNode(metadata, address, kind, keyBytes);
    if (level !== undefined && node.level !== level) {
      throw corrupt(`a tree node of level ${node.level} where ${level} was expected`, address);
    }
    if (node.level === 0) return node.entries;
    const below = await Promise.all(node.entries.map(({ child }) => walk(child, node.level - 1)));
    return below.flat();
  }

  return walk(root, undefined);
}

async function readNode(
  metadata: Metadata,
  address: number,
  kind: TreeKind,
  keyBytes: number,
): Promise<{ readonly level: number; readonly entries: readonly TreeEntry[] }> {
  const { offsetSize } = metadata.widths;
  const head = await metadata.read(address, 8 + 2 * offsetSize);
  head.expectSignature("TREE");
  if (head.u8() !== KIND_CODES[kind]) throw corrupt(`a tree of another kind than ${kind}`, address);
  const level = head.u8();
  const count = head.u16();
  const body = await metadata.read(address + head.bytes.length, count * (keyBytes + offsetSize) + keyBytes);
  const entries = Array.from({ length: count }, () => {
    const key = body.sub(keyBytes);
    const child = body.offset();
    if (child === undefined) throw corrupt("a tree node without a child", address);
    return { key, child };
  });
  return { level, entries };
}
