/**
 * Undoes HDF5's shuffle filter: all first bytes of the elements, then all second ones, … become elements again. Bytes
 * that do not fill an element stay at the end.
 */
export function unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  if (elementSize < 2 || count < 2) return bytes;
  const out = new Uint8Array(bytes.length);
  if (elementSize === 4) words(bytes, new Uint32Array(out.buffer, 0, count), count, 0, 1, 0);
  else if (elementSize === 8) {
    const halves = new Uint32Array(out.buffer, 0, 2 * count);
    words(bytes, halves, count, 0, 2, 0);
    words(bytes, halves, count, 4 * count, 2, 1);
  } else {
    for (let b = 0; b < elementSize; b++) {
      const plane = b * count;
      for (let i = 0, o = b; i < count; i++, o += elementSize) out[o] = bytes[plane + i] as number;
    }
  }
  const whole = count * elementSize;
  if (whole < bytes.length) out.set(bytes.subarray(whole), whole);
  return out;
}

/** Composes 32-bit words from four planes of bytes: twice as fast as storing byte by byte. Little-endian machines. */
function words(
  bytes: Uint8Array,
  out: Uint32Array,
  count: number,
  plane: number,
  stride: number,
  first: number,
): void {
  const p0 = bytes.subarray(plane, plane + count);
  const p1 = bytes.subarray(plane + count, plane + 2 * count);
  const p2 = bytes.subarray(plane + 2 * count, plane + 3 * count);
  const p3 = bytes.subarray(plane + 3 * count, plane + 4 * count);
  for (let i = 0, o = first; i < count; i++, o += stride) {
    out[o] =
      (p0[i] as number) | ((p1[i] as number) << 8) | ((p2[i] as number) << 16) | ((p3[i] as number) << 24);
  }
}
