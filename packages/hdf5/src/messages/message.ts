/** Types of the header messages that matter here. */
export const MessageType = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFillValue: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  sharedTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  treeSizes: 0x13,
  driverInfo: 0x14,
  attributeInfo: 0x15,
  freeSpace: 0x17,
  cacheImage: 0x18,
} as const;

/** One message of an object header, as it is stored. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly address: number;
}

/** Flag of a message that only points to where its bytes are. */
export const SHARED = 0b10;

/** Flag of a message without which the rest of the object means something else. */
export const FAIL_IF_UNKNOWN = 0x80;

/** Whether HDF5 2.0 knows such messages, whether or not this reader needs them. Type 9 was only ever used in tests. */
export function isKnown(type: number): boolean {
  return type <= MessageType.cacheImage && type !== 9;
}

/** Flag of a message that a writer who did not know it left as it was. */
export const WAS_UNKNOWN = 0x20;

/** The first message of a type. */
export function findMessage(messages: readonly Message[], type: number): Message | undefined {
  return messages.find((message) => message.type === type);
}

export function isShared(message: Message): boolean {
  return (message.flags & SHARED) !== 0;
}
