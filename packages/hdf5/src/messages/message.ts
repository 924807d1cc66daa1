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
  attributeInfo: 0x15,
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

/** The first message of a type. */
export function findMessage(messages: readonly Message[], type: number): Message | undefined {
  return messages.find((message) => message.type === type);
}

export function isShared(message: Message): boolean {
  return (message.flags & SHARED) !== 0;
}
