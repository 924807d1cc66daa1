import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { watchWait } from "@zagg/storage";
import { decodeText } from "./decode-text.js";

/** Longest text that is read, unless the caller takes less: JavaScript holds no longer ones. */
const MOST_BYTES = 2 ** 29 - 24;
/** How long a pipe is held open for somebody to write into it, milliseconds. */
const WRITER_MS = 15_000;
/** Between looks at a pipe that has nothing to read, milliseconds. */
const LOOK_MS = 20;
const PIECE_BYTES = 65_536;

/**
 * The text of a file that people made: UTF-8, or UTF-16 as Windows PowerShell writes it. A pipe (`/dev/stdin`, `<(command)`)
 * is read to its end, and who waits for it is told. Throws what `refusal` makes of the reason why it cannot be read;
 * devices are refused, and what is longer than `maxBytes`, since they may never end.
 */
export async function readText(
  path: string,
  refusal: (what: string, cause?: Error & { readonly code?: string }) => Error,
  maxBytes = MOST_BYTES,
): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    // Else opening a pipe waits for its writer, and keeps the process from ending.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (found.isFIFO()) return decodeText(await readPipe(path, handle, maxBytes));
    if (!found.isFile())
      throw new Error(found.isDirectory() ? "a folder, not a file" : "a device, not a file");
    if (found.size > maxBytes) throw tooLong(maxBytes);
    return decodeText(await handle.readFile());
  } catch (cause) {
    const error = cause as Error & { readonly code?: string };
    throw refusal(error.code === "ENOENT" ? "no such file" : error.message, error);
  } finally {
    await handle?.close();
  }
}

async function readPipe(path: string, handle: FileHandle, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let isOpened = false;
  const opened = performance.now();
  const watch = watchWait(
    path,
    () => length,
    () => (isOpened ? "its writer says nothing" : "nobody writes into this pipe"),
  );
  try {
    for (;;) {
      const piece = await nextPiece(handle);
      if (piece === "nothing yet") isOpened = true;
      else if (piece.length > 0) {
        pieces.push(piece);
        length += piece.length;
        if (length > maxBytes) throw tooLong(maxBytes);
        continue;
      } else if (isOpened || length > 0) return Buffer.concat(pieces);
      else if (performance.now() - opened > WRITER_MS) {
        throw new Error(`a pipe into which nobody has written for ${WRITER_MS / 1000} s`);
      }
      await sleep(LOOK_MS);
    }
  } finally {
    watch.stop();
  }
}

/** What a pipe has now; of no length where nobody has it open for writing. */
async function nextPiece(handle: FileHandle): Promise<Uint8Array | "nothing yet"> {
  const room = new Uint8Array(PIECE_BYTES);
  try {
    const { bytesRead } = await handle.read(room, 0, room.length, null);
    return room.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return "nothing yet";
    throw error;
  }
}

function tooLong(maxBytes: number): Error {
  return new Error(`longer than ${maxBytes} bytes`);
}
