import { StorageError } from "../errors.js";
import { checkLength, type GetOptions } from "../store.js";
import { wholeNumber } from "./content-range.js";
import type { HttpAnswer } from "./message.js";

/** Of an object that is read whole: what the time for an attempt is reckoned from before its size is known. */
export const WHOLE_OBJECT_BYTES = 32 * 1024 * 1024;

/** The body of an answer, which must be as long as its header says, and no longer than the caller takes. */
export async function wholeBody(answer: HttpAnswer, url: string, options?: GetOptions): Promise<Uint8Array> {
  const declared = answer.unpacks ? undefined : wholeNumber(answer.header("content-length"));
  checkLength(url, declared ?? 0, options);
  let bytes = new Uint8Array(declared ?? 0);
  let filled = 0;
  await answer.consume((piece) => {
    const length = filled + piece.length;
    checkLength(url, length, options);
    if (length > bytes.length) bytes = grown(bytes.subarray(0, filled), 2 * length);
    bytes.set(piece, filled);
    filled = length;
  });
  if (declared !== undefined && declared !== filled) {
    throw new StorageError("network", url, `the body ended ${declared - filled} bytes early`);
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled);
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
