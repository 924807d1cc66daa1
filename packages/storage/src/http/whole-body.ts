import { StorageError } from "../errors.js";
import { checkLength, type GetOptions } from "../store.js";
import type { HttpAnswer } from "./message.js";

/** Of an object that is read whole: what the time for an attempt is reckoned from before its size is known. */
export const WHOLE_OBJECT_BYTES = 32 * 1024 * 1024;

/** The body of an answer, which must be as long as its header says, and no longer than the caller takes. */
export async function wholeBody(answer: HttpAnswer, url: string, options?: GetOptions): Promise<Uint8Array> {
  const header = answer.header("content-length");
  const declared = header === undefined || answer.unpacks ? undefined : Number(header);
  checkLength(url, declared ?? 0, options);
  const pieces: Uint8Array[] = [];
  let length = 0;
  await answer.consume((piece) => {
    length += piece.length;
    checkLength(url, length, options);
    pieces.push(new Uint8Array(piece));
  });
  if (declared !== undefined && declared !== length) {
    throw new StorageError("network", url, `the body ended ${declared - length} bytes early`);
  }
  const bytes = new Uint8Array(length);
  let filled = 0;
  for (const piece of pieces) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes;
}
