import { corrupt } from "../error.js";
import { expectVersion, type Metadata } from "../metadata.js";
import { type Message, MessageType } from "../object-header.js";
import { type Dataspace, parseDataspace } from "./dataspace.js";
import { type Datatype, parseDatatype } from "./datatype.js";
import { resolveShared, type SharedTable } from "./shared.js";

export interface Attribute {
  readonly name: string;
  readonly type: Datatype;
  readonly space: Dataspace;
  /** The values as stored. */
  readonly bytes: Uint8Array;
}

const SHARED_TYPE = 1;
const SHARED_SPACE = 2;
/** The flag of a header message that is shared. */
const SHARED_MESSAGE = 2;

export async function parseAttribute(
  metadata: Metadata,
  table: SharedTable,
  message: Message,
): Promise<Attribute> {
  const cursor = metadata.cursor(message.bytes, message.address);
  const version = expectVersion(cursor, "an attribute", 1, 2, 3);
  const flags = cursor.u8();
  const nameBytes = cursor.u16();
  const typeBytes = cursor.u16();
  const spaceBytes = cursor.u16();
  if (version === 3) cursor.skip(1); // character set: ASCII is UTF-8
  // Version 1 pads each part to a multiple of 8.
  const padded = (length: number) => (version === 1 ? Math.ceil(length / 8) * 8 : length);
  const name = cursor.text(padded(nameBytes)).replace(/\0.*$/s, "");
  const part = async (type: number, length: number, shared: boolean) => {
    const { bytes, address } = cursor.sub(padded(length));
    const whole = { type, flags: shared ? SHARED_MESSAGE : 0, bytes, address };
    const resolved = await resolveShared(metadata, table, whole);
    return metadata.cursor(resolved.bytes, resolved.address);
  };
  const isShared = (flag: number) => version > 1 && (flags & flag) !== 0;
  const type = parseDatatype(await part(MessageType.datatype, typeBytes, isShared(SHARED_TYPE)));
  const space = parseDataspace(await part(MessageType.dataspace, spaceBytes, isShared(SHARED_SPACE)));
  if (name === "") throw corrupt("an attribute without a name", message.address);
  return { name, type, space, bytes: cursor.take(cursor.remaining) };
}
