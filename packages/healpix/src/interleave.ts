/** The 8 bits of an index, moved to the even bits of 16. */
const SPREAD = Uint16Array.from({ length: 256 }, (_, v) => {
  let s = v;
  s = (s | (s << 4)) & 0x0f0f;
  s = (s | (s << 2)) & 0x3333;
  return (s | (s << 1)) & 0x5555;
});

/** The low 16 bits of v, moved to the even bits of a 32-bit integer. */
export function spread(v: number): number {
  return (SPREAD[v & 0xff] as number) | ((SPREAD[(v >>> 8) & 0xff] as number) << 16);
}

/** The even bits of v, gathered into 16: the inverse of `spread`. */
export function gather(v: number): number {
  let s = v & 0x55555555;
  s = (s | (s >>> 1)) & 0x33333333;
  s = (s | (s >>> 2)) & 0x0f0f0f0f;
  s = (s | (s >>> 4)) & 0x00ff00ff;
  return (s | (s >>> 8)) & 0xffff;
}
