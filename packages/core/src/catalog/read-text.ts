import { readFile, stat } from "node:fs/promises";

/**
 * The text of a file that people made: UTF-8, or UTF-16 as Windows PowerShell writes it. Throws what `refusal` makes of
 * the reason why it cannot be read; pipes and devices are refused, since they may never end.
 */
export async function readText(
  path: string,
  refusal: (what: string, cause?: NodeJS.ErrnoException) => Error,
): Promise<string> {
  const told = (error: NodeJS.ErrnoException): never => {
    throw refusal(error.code === "ENOENT" ? "no such file" : error.message, error);
  };
  const found = await stat(path).catch(told);
  if (!found.isFile())
    throw refusal(found.isDirectory() ? "a folder, not a file" : "a pipe or device, not a file");
  const bytes = await readFile(path).catch(told);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** By the mark of byte order, which decoding leaves out. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
