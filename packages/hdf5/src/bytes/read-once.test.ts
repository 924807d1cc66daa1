import { describe, expect, it } from "vitest";
import { countingSource } from "../testing/counting-source.js";
import { Extents } from "./extents.js";
import { Lease } from "./lease.js";
import { readOnce } from "./read-once.js";
import { Requests } from "./requests.js";

const SIZE = 10_000;
const file = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7) % 251);
const part = (offset: number, length: number) => file.slice(offset, offset + length);

/** What is here before: the front, and these extents. */
async function open(...held: [start: number, end: number][]) {
  const source = countingSource(file, "chunks");
  const freed: number[] = [];
  const free = (buffers: readonly Uint8Array[]) => void freed.push(...buffers.map(({ length }) => length));
  const extents = new Extents(new Requests({ ...source, free }), { bytes: part(0, 100), size: SIZE }, {});
  for (const [start, end] of held) await extents.fetch("ahead", start, end).bytes;
  const before = source.reads.length;
  return { extents, freed, reads: () => source.reads.slice(before) };
}

describe("readOnce", () => {
  it("fetches in one request and keeps nothing", async () => {
    const { extents, freed, reads } = await open();
    const lease = new Lease();
    expect(await readOnce(extents, 1000, 500, lease, {})).toEqual(part(1000, 500));
    expect(reads()).toEqual([[1000, 500]]);
    expect(extents.covering(1200)).toBeUndefined();
    lease.giveBack(extents.requests);
    expect(freed).toEqual([500]);
  });

  it.each<[string, [number, number][], [number, number][]]>([
    ["at its beginning", [[900, 1200]], [[1200, 300]]],
    ["at its end", [[1400, 1600]], [[1000, 400]]],
    [
      "at both ends, in two pieces each",
      [
        [900, 1100],
        [1100, 1150],
        [1350, 1400],
        [1400, 1600],
      ],
      [[1150, 200]],
    ],
    [
      "all over",
      [
        [900, 1250],
        [1250, 1600],
      ],
      [],
    ],
    ["in the middle, which is not spared", [[1200, 1300]], [[1000, 500]]],
  ])("takes what is here %s", async (_, held, expected) => {
    const { extents, freed, reads } = await open(...held);
    const lease = new Lease();
    expect(await readOnce(extents, 1000, 500, lease, {})).toEqual(part(1000, 500));
    expect(reads()).toEqual(expected);
    lease.giveBack(extents.requests);
    expect(freed).toEqual(expected.map(([, length]) => length));
  });

  it("holds what is on its way, though it is dropped meanwhile", async () => {
    const { extents, freed } = await open();
    const coming = extents.fetch("ahead", 1000, 2000);
    const lease = new Lease();
    const bytes = readOnce(extents, 1000, 1000, lease, {});
    extents.drop(coming);
    extents.drop(coming);
    expect(await bytes).toEqual(part(1000, 1000));
    expect(freed).toEqual([]);
    lease.giveBack(extents.requests);
    expect(freed).toEqual([1000]);
  });

  it("frees no metadata, whoever looked into them", async () => {
    const { extents, freed } = await open();
    const line = extents.fetch("line", 1000, 2000);
    const lease = new Lease();
    expect(await readOnce(extents, 50, 30, lease, {})).toEqual(part(50, 30));
    expect(await readOnce(extents, 1500, 30, lease, {})).toEqual(part(1500, 30));
    extents.drop(line);
    lease.giveBack(extents.requests);
    expect(freed).toEqual([]);
  });
});
