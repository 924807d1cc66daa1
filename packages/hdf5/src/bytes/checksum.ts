/**
 * Bob Jenkins' lookup3 ("hashlittle", initial value 0), the checksum of HDF5's version 2 structures and the hash of
 * link and attribute names. Source: burtleburtle.net/bob/c/lookup3.c and the HDF5 format specification.
 */
export function lookup3(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let length = end - start;
  let a = (0xdeadbeef + length) | 0;
  let b = a;
  let c = a;
  let p = start;
  while (length > 12) {
    a = (a + word(bytes, p)) | 0;
    b = (b + word(bytes, p + 4)) | 0;
    c = (c + word(bytes, p + 8)) | 0;
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
    p += 12;
    length -= 12;
  }
  if (length === 0) return c >>> 0;
  // The last block counts missing bytes as zero.
  a = (a + word(bytes, p, end)) | 0;
  b = (b + word(bytes, p + 4, end)) | 0;
  c = (c + word(bytes, p + 8, end)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

/**
 * Fletcher-32 as HDF5's filter computes it: over big-endian 16-bit words, an odd last byte being the high half of a
 * word, sums modulo 65535.
 */
export function fletcher32(bytes: Uint8Array, length = bytes.length): number {
  let sum1 = 0;
  let sum2 = 0;
  const even = length & ~1;
  for (let i = 0; i < even; ) {
    // 360 words are as many as fit before the second sum leaves 32 bits.
    const stop = Math.min(even, i + 720);
    for (; i < stop; i += 2) {
      sum1 += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
      sum2 += sum1;
    }
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  }
  if (length & 1) {
    sum1 += (bytes[even] as number) << 8;
    sum2 += sum1;
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  }
  sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
  sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  return ((sum2 << 16) | sum1) >>> 0;
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function word(bytes: Uint8Array, p: number, end = p + 4): number {
  if (p + 4 <= end) {
    return (
      (bytes[p] as number) |
      ((bytes[p + 1] as number) << 8) |
      ((bytes[p + 2] as number) << 16) |
      ((bytes[p + 3] as number) << 24)
    );
  }
  let value = 0;
  for (let i = 0; p + i < end; i++) value |= (bytes[p + i] as number) << (8 * i);
  return value;
}
