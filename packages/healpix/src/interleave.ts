/** The low 16 bits of v, moved to the even bits of a 32-bit integer. */
export function spread(v: number): number {
  let s = v & 0xffff;
  s = (s | (s << 8)) & 0x00ff00ff;
  s = (s | (s << 4)) & 0x0f0f0f0f;
  s = (s | (s << 2)) & 0x33333333;
  return (s | (s << 1)) & 0x55555555;
}

/** The even bits of v, gathered into 16: the inverse of `spread`. */
export function gather(v: number): number {
  let s = v & 0x55555555;
  s = (s | (s >>> 1)) & 0x33333333;
  s = (s | (s >>> 2)) & 0x0f0f0f0f;
  s = (s | (s >>> 4)) & 0x00ff00ff;
  return (s | (s >>> 8)) & 0xffff;
}
