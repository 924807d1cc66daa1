import { unzlibSync } from "fflate";

export function inflate(bytes: Uint8Array, maxLength: number): Uint8Array {
  return unzlibSync(bytes, { out: new Uint8Array(maxLength) });
}
