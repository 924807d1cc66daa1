import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** Whether two files hold the same bytes. A file that cannot be read is no copy of another: reading it will tell why. */
export async function sameBytes(a: string, b: string): Promise<boolean> {
  try {
    const [first, second] = await Promise.all([stat(a), stat(b)]);
    if (!first.isFile() || !second.isFile() || first.size !== second.size) return false;
    return (await digest(a)) === (await digest(b));
  } catch {
    return false;
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}
