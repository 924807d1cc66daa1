import { at } from "../at.js";
import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";
import type { Metadata } from "./metadata.js";

/** Where a record lies relative to what is looked for: below (< 0), part of it (0), above (> 0). */
export type RecordOrder = (record: Cursor) => number;

/** A node of depth n holds at least two records per level: no file needs more levels than this. */
const MAX_DEPTH = 40;
/** Signature, version, type and checksum of a node. */
const NODE_OVERHEAD = 10;

interface Tree {
  readonly type: number;
  readonly nodeSize: number;
  readonly recordSize: number;
  /** By depth: the most records a node holds, and the bytes of the numbers in pointers to it. */
  readonly levels: readonly { readonly maxRecords: number; readonly totalBytes: number }[];
  readonly countBytes: number;
}

/**
 * The records of a version 2 B-tree in order; with `order`, only those for which it says 0, reading no node that cannot
 * hold one.
 */
export async function readRecords(
  metadata: Metadata,
  address: number,
  type: number,
  order: RecordOrder = () => 0,
): Promise<readonly Cursor[]> {
  const { offsetSize, lengthSize } = metadata.widths;
  const head = await metadata.checked(address, 22 + offsetSize + lengthSize, "BTHD");
  head.expectVersion("a B-tree", 0);
  if (head.u8() !== type) throw corrupt(`a B-tree of another type than ${type}`, address);
  const nodeSize = head.u32();
  const recordSize = head.u16();
  const depth = head.u16();
  head.skip(2); // split and merge percentages
  const root = head.offset();
  const rootRecords = head.u16();
  const total = head.length();
  if (root === undefined || total === 0) return [];
  if (depth > MAX_DEPTH) throw corrupt(`a B-tree of depth ${depth}`, address);
  const tree = describe(type, nodeSize, recordSize, depth, offsetSize, address);
  const seen = new Set<number>();

  async function walk(node: number, count: number, level: number): Promise<readonly Cursor[]> {
    if (seen.has(node)) throw corrupt("a B-tree that leads back to itself", node);
    seen.add(node);
    if (count > (tree.levels[level]?.maxRecords ?? 0))
      throw corrupt(`a B-tree node of ${count} records`, node);
    const cursor = await openNode(metadata, tree, node, count, level);
    const records = Array.from({ length: count }, () => cursor.sub(recordSize));
    const sides = records.map((record) => {
      const side = order(record);
      record.position = 0;
      return side;
    });
    const here = records.map((record, i) => (sides[i] === 0 ? [record] : []));
    if (level === 0) return here.flat();
    const below = Array.from({ length: count + 1 }, (_, i) => {
      const child = cursor.offset();
      const childRecords = cursor.uint(tree.countBytes);
      cursor.skip(level > 1 ? (tree.levels[level - 1]?.totalBytes ?? 0) : 0);
      if (child === undefined) throw corrupt("a B-tree node without a child", node);
      const outside = (i > 0 && at(sides, i - 1) > 0) || (i < count && at(sides, i) < 0);
      return outside ? [] : walk(child, childRecords, level - 1);
    });
    const children = await Promise.all(below);
    return children.flatMap((child, i) => [...child, ...(here[i] ?? [])]);
  }

  return walk(root, rootRecords, depth);
}

function describe(
  type: number,
  nodeSize: number,
  recordSize: number,
  depth: number,
  offsetSize: number,
  address: number,
): Tree {
  const leafRecords = recordSize === 0 ? 0 : Math.floor((nodeSize - NODE_OVERHEAD) / recordSize);
  if (leafRecords < 1)
    throw corrupt(`B-tree nodes of ${nodeSize} bytes for records of ${recordSize}`, address);
  const countBytes = bytesFor(leafRecords);
  const levels = [{ maxRecords: leafRecords, totalBytes: 0 }];
  let total = leafRecords;
  for (let level = 1; level <= depth; level++) {
    const below = levels[level - 1]?.totalBytes ?? 0;
    const pointer = offsetSize + countBytes + below;
    const maxRecords = Math.floor((nodeSize - NODE_OVERHEAD - pointer) / (recordSize + pointer));
    if (maxRecords < 1) throw corrupt(`B-tree nodes of ${nodeSize} bytes for depth ${depth}`, address);
    total = (maxRecords + 1) * total + maxRecords;
    levels.push({ maxRecords, totalBytes: Math.min(8, bytesFor(total)) });
  }
  return { type, nodeSize, recordSize, levels, countBytes };
}

function bytesFor(limit: number): number {
  return Math.floor(Math.log2(limit) / 8) + 1;
}

async function openNode(
  metadata: Metadata,
  tree: Tree,
  address: number,
  count: number,
  level: number,
): Promise<Cursor> {
  const belowTotal = level > 1 ? (tree.levels[level - 1]?.totalBytes ?? 0) : 0;
  const pointers =
    level === 0 ? 0 : (count + 1) * (metadata.widths.offsetSize + tree.countBytes + belowTotal);
  const used = NODE_OVERHEAD + count * tree.recordSize + pointers;
  const cursor = await metadata.checked(address, used, level === 0 ? "BTLF" : "BTIN");
  cursor.expectVersion("a B-tree node", 0);
  if (cursor.u8() !== tree.type) throw corrupt("a B-tree node of another type than its tree", address);
  return cursor;
}
