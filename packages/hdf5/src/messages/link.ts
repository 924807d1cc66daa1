import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";

/** Where a name in a group leads. */
export type Link =
  | { readonly kind: "hard"; readonly name: string; readonly address: number }
  | { readonly kind: "soft"; readonly name: string; readonly target: string }
  /** Into another file. */
  | { readonly kind: "external"; readonly name: string; readonly file: string; readonly target: string }
  /** Of a kind that an application defined. */
  | { readonly kind: "user-defined"; readonly name: string };

/** Addresses of the dense storage of links or attributes: the heap with the messages, and its index by name. */
export interface DenseStorage {
  readonly heap: number;
  readonly nameIndex: number;
}

const SOFT = 1;
const EXTERNAL = 64;

export function parseLink(cursor: Cursor): Link {
  cursor.expectVersion("a link", 1);
  const flags = cursor.u8();
  const kind = flags & 8 ? cursor.u8() : 0;
  if (flags & 4) cursor.skip(8); // creation order
  if (flags & 16) cursor.skip(1); // character set: ASCII is UTF-8
  const name = cursor.text(cursor.uint(1 << (flags & 3)));
  if (kind === 0) {
    const address = cursor.offset();
    if (address === undefined) throw corrupt(`link ${name} leads nowhere`, cursor.address);
    return { kind: "hard", name, address };
  }
  const value = cursor.sub(cursor.u16());
  if (kind === SOFT) return { kind: "soft", name, target: value.text(value.remaining) };
  if (kind !== EXTERNAL) return { kind: "user-defined", name };
  value.skip(1); // version and flags
  return { kind: "external", name, file: value.terminatedText(), target: value.terminatedText() };
}

/** The dense storage that a link info message names; `undefined` while all links are messages of the header. */
export function parseLinkInfo(cursor: Cursor): DenseStorage | undefined {
  cursor.expectVersion("link info", 0);
  const flags = cursor.u8();
  if (flags & 1) cursor.skip(8); // highest creation order
  return denseStorage(cursor);
}

/** As {@link parseLinkInfo}, of an attribute info message. */
export function parseAttributeInfo(cursor: Cursor): DenseStorage | undefined {
  cursor.expectVersion("attribute info", 0);
  const flags = cursor.u8();
  if (flags & 1) cursor.skip(2);
  return denseStorage(cursor);
}

function denseStorage(cursor: Cursor): DenseStorage | undefined {
  const heap = cursor.offset();
  const nameIndex = cursor.offset();
  if (heap === undefined) return undefined;
  if (nameIndex === undefined) throw corrupt("dense storage without an index by name", cursor.address);
  return { heap, nameIndex };
}
