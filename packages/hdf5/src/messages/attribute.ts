import type { Cursor } from "../bytes/cursor.js";
import { corrupt } from "../error.js";
import { type Dataspace, parseDataspace } from "./dataspace.js";
import { type Datatype, parseDatatype } from "./datatype.js";
import { type Message, MessageType, SHARED } from "./message.js";

export interface Attribute {
  readonly name: string;
  readonly type: Datatype;
  readonly space: Dataspace;
  /** The values as stored. */
  readonly bytes: Uint8Array;
}

/** A cursor over the bytes of a message, wherever they are. */
export type OpenMessage = (message: Message) => Promise<Cursor>;

const SHARED_TYPE = 1;
const SHARED_SPACE = 2;

export async function parseAttribute(message: Message, open: OpenMessage): Promise<Attribute> {
  const cursor = await open(message);
  const version = cursor.expectVersion("an attribute", 1, 2, 3);
  const flags = cursor.u8();
  const nameBytes = cursor.u16();
  const typeBytes = cursor.u16();
  const spaceBytes = cursor.u16();
  if (version === 3) cursor.skip(1); // character set: ASCII is UTF-8
  // Version 1 pads each part to a multiple of 8.
  const padded = (length: number) => (version === 1 ? Math.ceil(length / 8) * 8 : length);
  const name = cursor.text(padded(nameBytes)).replace(/\0.*$/s, "");
  const part = (type: number, length: number, sharedFlag: number) => {
    const { bytes, address } = cursor.sub(padded(length));
    const shared = version > 1 && (flags & sharedFlag) !== 0;
    return open({ type, flags: shared ? SHARED : 0, bytes, address });
  };
  const type = parseDatatype(await part(MessageType.datatype, typeBytes, SHARED_TYPE));
  const space = parseDataspace(await part(MessageType.dataspace, spaceBytes, SHARED_SPACE));
  if (name === "") throw corrupt("an attribute without a name", cursor.address);
  return { name, type, space, bytes: cursor.take(cursor.remaining) };
}
