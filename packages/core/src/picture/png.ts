import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
/** Of the zlib stream: above 6 the time grows faster than the file shrinks. */
const LEVEL = 6;

/**
 * An 8-bit RGB PNG (ISO/IEC 15948) of `pixels`: r, g, b, row-major from the top, `3 * width * height` bytes. `text`
 * becomes its tEXt chunks.
 *
 * @example encodePng(1, 1, Uint8Array.of(255, 0, 0)).subarray(1, 4); // => [80, 78, 71]
 */
export function encodePng(
  width: number,
  height: number,
  pixels: Uint8Array,
  text: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits per sample
  header.setUint8(9, 2); // truecolour
  const comments = Object.entries(text).map(([key, value]) =>
    chunk("tEXt", Buffer.from(`${key}\0${value}`, "latin1")),
  );
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    ...comments,
    chunk("IDAT", deflateSync(filtered(width, height, pixels), { level: LEVEL })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Filter type 2 (difference to the row above): maps repeat down the page. */
function filtered(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const stride = 3 * width;
  const out = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++) {
    const from = row * stride;
    const to = row * (stride + 1);
    out[to] = row === 0 ? 0 : 2;
    for (let i = 0; i < stride; i++) {
      out[to + 1 + i] =
        (pixels[from + i] as number) - (row === 0 ? 0 : (pixels[from - stride + i] as number));
    }
  }
  return out;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
