import type { StoredValues } from "./decode.js";

/** Bits of so many bytes. V8 makes a loop that has met more than four types of arrays some thirty times slower. */
const BITS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** The values at `positions`, behind each other. */
export function pick<T extends StoredValues>(values: T, positions: Uint32Array): T {
  const gathered = new (values.constructor as new (length: number) => T)(positions.length);
  if (gathered instanceof Float64Array) pickDoubles(gathered, values as Float64Array, positions);
  else pickBits(bitsOf(gathered), bitsOf(values), positions);
  return gathered;
}

function bitsOf({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: StoredValues) {
  return new BITS[BYTES_PER_ELEMENT as keyof typeof BITS](buffer as ArrayBuffer, byteOffset, length);
}

function pickDoubles(to: Float64Array, from: Float64Array, positions: Uint32Array): void {
  for (let i = 0; i < positions.length; i++) to[i] = from[positions[i] as number] as number;
}

function pickBits<T extends ReturnType<typeof bitsOf>>(to: T, from: T, positions: Uint32Array): void {
  for (let i = 0; i < positions.length; i++) to[i] = from[positions[i] as number] as T[number];
}

/** The positions 0..length − 1. */
export function allPositions(length: number): Uint32Array {
  const positions = new Uint32Array(length);
  for (let i = 0; i < length; i++) positions[i] = i;
  return positions;
}
