import type { StoredValues } from "./decode.js";

/** The values at `positions`, behind each other. */
export function pick<T extends StoredValues>(values: T, positions: Uint32Array): T {
  const gathered = new (values.constructor as new (length: number) => T)(positions.length);
  for (let i = 0; i < positions.length; i++) gathered[i] = values[positions[i] as number] as T[number];
  return gathered;
}

/** The positions 0..length − 1. */
export function allPositions(length: number): Uint32Array {
  const positions = new Uint32Array(length);
  for (let i = 0; i < length; i++) positions[i] = i;
  return positions;
}
