import { corrupt } from "../error.js";
import type { Link } from "../messages/link.js";
import { readTree } from "./btree-v1.js";
import { openLocalHeap } from "./local-heap.js";
import type { Metadata } from "./metadata.js";

/** An entry of a symbol table that is a soft link; its scratch space holds the target's offset in the heap. */
const SOFT_LINK = 2;

/** All links of an old-style group, by the addresses in its symbol table message. */
export async function readSymbolTable(
  metadata: Metadata,
  tree: number,
  heap: number,
): Promise<readonly Link[]> {
  const [nameAt, nodes] = await Promise.all([
    openLocalHeap(metadata, heap),
    readTree(metadata, tree, "group", metadata.widths.lengthSize),
  ]);
  const links = await Promise.all(nodes.map(({ child }) => readNode(metadata, child, nameAt)));
  return links.flat();
}

async function readNode(
  metadata: Metadata,
  address: number,
  nameAt: (offset: number) => string,
): Promise<readonly Link[]> {
  const { offsetSize } = metadata.widths;
  const head = await metadata.read(address, 8);
  head.expectSignature("SNOD");
  head.expectVersion("a symbol table node", 1);
  head.skip(1);
  const count = head.u16();
  const cursor = await metadata.read(address + 8, count * (2 * offsetSize + 24));
  return Array.from({ length: count }, (): Link => {
    const name = nameAt(cursor.uint(offsetSize));
    const header = cursor.offset();
    const kind = cursor.u32();
    cursor.skip(4);
    const scratch = cursor.sub(16);
    if (kind === SOFT_LINK) return { kind: "soft", name, target: nameAt(scratch.u32()) };
    if (header === undefined) throw corrupt(`link ${name} leads nowhere`, address);
    return { kind: "hard", name, address: header };
  });
}
