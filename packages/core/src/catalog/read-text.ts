import { readFile, stat } from "node:fs/promises";
import { decodeText } from "../terms/index.js";

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
  return decodeText(bytes);
}
