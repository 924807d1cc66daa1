import { describe, expect, it } from "vitest";
import { countingSource } from "../testing/counting-source.js";
import { Extents, KEPT_BYTES } from "./extents.js";
import { LINE_BYTES, MetadataLines } from "./metadata-lines.js";
import { Requests } from "./requests.js";
import type { ByteSource } from "./source.js";

const FRONT = 1000;
const SIZE = 10 * LINE_BYTES + 500;
const file = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7) % 251);
const part = (offset: number, length: number) => file.subarray(offset, offset + length);

function linesOver(source: ByteSource, size: number, front: Uint8Array): MetadataLines {
  return new MetadataLines(new Extents(new Requests(source), { bytes: front, size }, {}));
}

function open() {
  const source = countingSource(file, "lines");
  return { source, lines: linesOver(source, SIZE, file.slice(0, FRONT)) };
}

describe("MetadataLines", () => {
  it("takes what lies in the front from there", async () => {
    const { source, lines } = open();
    expect(await lines.read(900, 100)).toEqual(part(900, 100));
    expect(source.reads).toEqual([]);
  });

  it("reads whole lines, once, however many ask at the same time", async () => {
    const { source, lines } = open();
    const at = 3 * LINE_BYTES + 10;
    const parts = await Promise.all([lines.read(at, 20), lines.read(at + 5, 20), lines.read(at - 10, 1)]);
    expect(parts).toEqual([part(at, 20), part(at + 5, 20), part(at - 10, 1)]);
    expect(await lines.read(at + 1000, 4)).toEqual(part(at + 1000, 4));
    expect(source.reads).toEqual([[3 * LINE_BYTES, LINE_BYTES]]);
  });

  it("fetches only what is missing between what is here", async () => {
    const { source, lines } = open();
    await lines.read(2 * LINE_BYTES, 1);
    expect(await lines.read(500, 4 * LINE_BYTES)).toEqual(part(500, 4 * LINE_BYTES));
    expect(source.reads).toEqual([
      [2 * LINE_BYTES, LINE_BYTES],
      [FRONT, 2 * LINE_BYTES - FRONT],
      [3 * LINE_BYTES, 2 * LINE_BYTES],
    ]);
  });

  it("ends with the file", async () => {
    const { source, lines } = open();
    expect(await lines.read(SIZE - 5, 5)).toEqual(part(SIZE - 5, 5));
    expect(source.reads).toEqual([[10 * LINE_BYTES, 500]]);
    await expect(lines.read(SIZE - 5, 6)).rejects.toMatchObject({ code: "truncated", address: SIZE - 5 });
  });

  it("asks again for what could not be read", async () => {
    const { source } = open();
    let dead = true;
    const read: ByteSource["read"] = (offset, length) =>
      dead ? Promise.reject(new Error("the line is dead")) : source.read(offset, length);
    const lines = linesOver({ ...source, read }, SIZE, file.slice(0, FRONT));
    await expect(lines.read(5000, 10)).rejects.toThrow("the line is dead");
    dead = false;
    expect(await lines.read(5000, 10)).toEqual(part(5000, 10));
  });

  it("lets the oldest lines go when there are too many, and keeps the front", async () => {
    const count = KEPT_BYTES / LINE_BYTES + 2;
    const source = countingSource(new Uint8Array(0), "zeros", count * LINE_BYTES);
    const lines = linesOver(source, count * LINE_BYTES, new Uint8Array(100));
    for (let i = 0; i < count; i++) await lines.read(i * LINE_BYTES + 200, 1);
    const before = source.reads.length;
    expect(before).toBe(count);
    await lines.read((count - 1) * LINE_BYTES, 1);
    await lines.read(50, 1);
    expect(source.reads.length).toBe(before);
    await lines.read(200, 1);
    expect(source.reads.length).toBe(before + 1);
  });
});
