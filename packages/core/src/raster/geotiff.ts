import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { Crs, PixelGrid } from "@zagg/map";
import pMap from "p-map";

/** TIFF field types (TIFF 6.0, section 2). */
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const DOUBLE = 12;
const FIELD_BYTES: Readonly<Record<number, number>> = { [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [DOUBLE]: 8 };

/** Uncompressed size of a strip that readers like: large enough to deflate well, small enough to seek. */
const STRIP_BYTES = 256 * 1024;
const LEVEL = 6;
/** Strips compressed at the same time; zlib holds a quarter of a megabyte for each. */
const STRIPS_IN_FLIGHT = 8;

interface Field {
  readonly tag: number;
  readonly type: number;
  readonly values: readonly number[];
}

/**
 * A GeoTIFF 1.1 (OGC 19-008r4) of float32 bands over one grid, deflated, with NaN as its nodata value. Band names go
 * where GDAL and QGIS look for them. Files stay below 4 GB, the limit of classic TIFF, because rasters do.
 */
export async function encodeGeoTiff(
  grid: PixelGrid,
  bands: ReadonlyMap<string, Float32Array>,
): Promise<Uint8Array> {
  const { width, height, left, top, spacing } = grid;
  const names = [...bands.keys()];
  const rowsPerStrip = Math.max(1, Math.floor(STRIP_BYTES / (4 * width)));
  const strips = await pMap(
    [...bands.values()].flatMap((band) => stripsOf(band, width, height, rowsPerStrip)),
    (strip) => deflateAside(strip, { level: LEVEL }),
    { concurrency: STRIPS_IN_FLIGHT },
  );
  const each = (value: number) => names.map(() => value);
  const fields = (offsets: readonly number[]): Field[] => [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: each(32) }, // bits per sample
    { tag: 259, type: SHORT, values: [8] }, // compression: deflate
    { tag: 262, type: SHORT, values: [1] }, // photometric: black is zero
    { tag: 273, type: LONG, values: offsets },
    { tag: 277, type: SHORT, values: [names.length] },
    { tag: 278, type: LONG, values: [rowsPerStrip] },
    { tag: 279, type: LONG, values: strips.map((strip) => strip.length) },
    { tag: 284, type: SHORT, values: [names.length > 1 ? 2 : 1] }, // planes: bands one after the other
    { tag: 305, type: ASCII, values: ascii("zagg") },
    ...(names.length > 1 ? [{ tag: 338, type: SHORT, values: each(0).slice(1) }] : []), // extra samples
    { tag: 339, type: SHORT, values: each(3) }, // sample format: floating point
    { tag: 33550, type: DOUBLE, values: [spacing, spacing, 0] },
    { tag: 33922, type: DOUBLE, values: [0, 0, 0, left, top, 0] },
    { tag: 34735, type: SHORT, values: geoKeys(grid.crs) },
    { tag: 42112, type: ASCII, values: ascii(gdalMetadata(names)) },
    { tag: 42113, type: ASCII, values: ascii("nan") },
  ];
  return assemble(fields, strips);
}

/** Keys of GeoTIFF: version 1.1.0, then (id, 0, 1, value) in ascending order. */
function geoKeys(crs: Crs): number[] {
  const code = Number(crs.slice("EPSG:".length));
  const geographic = crs === "EPSG:4326";
  const keys = [
    [1024, geographic ? 2 : 1], // model type: geographic or projected
    [1025, 1], // a pixel is an area
    [geographic ? 2048 : 3072, code],
  ] as const;
  return [1, 1, 1, keys.length, ...keys.flatMap(([id, value]) => [id, 0, 1, value])];
}

function gdalMetadata(names: readonly string[]): string {
  const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const items = names.map(
    (name, i) => `<Item name="DESCRIPTION" sample="${i}" role="description">${escaped(name)}</Item>`,
  );
  return `<GDALMetadata>${items.join("")}</GDALMetadata>`;
}

function ascii(text: string): number[] {
  return [...Buffer.from(text, "utf8"), 0];
}

const deflateAside: (bytes: Uint8Array, options: { readonly level: number }) => Promise<Uint8Array> =
  promisify(deflate);

function stripsOf(band: Float32Array, width: number, height: number, rowsPerStrip: number): Uint8Array[] {
  const strips: Uint8Array[] = [];
  for (let row = 0; row < height; row += rowsPerStrip) {
    const rows = band.subarray(row * width, Math.min(row + rowsPerStrip, height) * width);
    strips.push(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
  }
  return strips;
}

/** Header, directory, its long values, then the strips. */
function assemble(
  fields: (offsets: readonly number[]) => Field[],
  strips: readonly Uint8Array[],
): Uint8Array {
  const directoryAt = 8;
  const draft = fields(strips.map(() => 0));
  const outsideAt = directoryAt + 2 + 12 * draft.length + 4;
  const outside = draft.reduce((sum, field) => sum + outsideBytes(field), 0);
  let end = outsideAt + outside;
  const offsets = strips.map((strip) => {
    const offset = end;
    end += strip.length;
    return offset;
  });

  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]); // little-endian TIFF
  view.setUint32(4, directoryAt, true);
  view.setUint16(directoryAt, draft.length, true);
  let free = outsideAt;
  fields(offsets).forEach((field, i) => {
    const at = directoryAt + 2 + 12 * i;
    view.setUint16(at, field.tag, true);
    view.setUint16(at + 2, field.type, true);
    view.setUint32(at + 4, field.values.length, true);
    const size = outsideBytes(field);
    if (size > 0) view.setUint32(at + 8, free, true);
    writeValues(view, size > 0 ? free : at + 8, field);
    free += size;
  });
  strips.forEach((strip, i) => {
    bytes.set(strip, offsets[i]);
  });
  return bytes;
}

/** Bytes a field takes outside the directory: none where its values fit the four bytes of its entry. */
function outsideBytes({ type, values }: Field): number {
  const size = values.length * (FIELD_BYTES[type] as number);
  return size <= 4 ? 0 : size + (size % 2);
}

function writeValues(view: DataView, at: number, { type, values }: Field): void {
  const size = FIELD_BYTES[type] as number;
  values.forEach((value, i) => {
    const to = at + i * size;
    if (type === ASCII) view.setUint8(to, value);
    else if (type === SHORT) view.setUint16(to, value, true);
    else if (type === LONG) view.setUint32(to, value, true);
    else view.setFloat64(to, value, true);
  });
}
