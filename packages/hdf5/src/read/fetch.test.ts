import { describe, expect, it } from "vitest";
import { Extents } from "../bytes/extents.js";
import { Lease } from "../bytes/lease.js";
import { Requests } from "../bytes/requests.js";
import type { ByteSource } from "../bytes/source.js";
import { countingSource } from "../testing/counting-source.js";
import { COALESCE_GAP_BYTES, type Stretch } from "./coalesce.js";
import { fetchPieces } from "./fetch.js";

const SIZE = 1_000_000;
const file = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7) % 251);
const part = (offset: number, length: number) => file.slice(offset, offset + length);

function open(change: Partial<ByteSource> = {}) {
  const source = countingSource(file, "pieces");
  const freed: number[] = [];
  const free = (buffers: readonly Uint8Array[]) => void freed.push(...buffers.map(({ length }) => length));
  const requests = new Requests({ ...source, free, ...change });
  const extents = new Extents(requests, { bytes: part(0, 100_000), size: SIZE }, {});
  return { source, freed, extents };
}

const pieces = (...places: [offset: number, length: number][]): Stretch[] =>
  places.map(([offset, length]) => ({ offset, length }));

describe("fetchPieces", () => {
  it("brings what is here, what is coming and what is missing, each once", async () => {
    const { source, freed, extents } = open();
    extents.fetch("ahead", 300_000, 310_000);
    const wanted = pieces([50, 20], [301_000, 500], [200_000, 1000], [202_000, 1000], [99_990, 20]);
    const brought: [number, Uint8Array][] = [];
    await fetchPieces(extents, wanted, {}, undefined, ({ offset }, bytes) =>
      brought.push([offset, bytes.slice()]),
    );
    expect(brought.sort(([a], [b]) => a - b)).toEqual(
      wanted.map(({ offset, length }) => [offset, part(offset, length)] as const).sort(([a], [b]) => a - b),
    );
    expect(source.reads).toEqual([
      [300_000, 10_000],
      [100_000, 10],
      [200_000, 3000],
    ]);
    expect(freed.sort()).toEqual([10, 3000]);
  });

  it("frees nothing before the lease is given back", async () => {
    const { freed, extents } = open();
    const lease = new Lease();
    const kept: Uint8Array[] = [];
    await fetchPieces(extents, pieces([200_000, 10], [50, 10]), {}, lease, (_, bytes) => kept.push(bytes));
    expect(freed).toEqual([]);
    lease.giveBack(extents.requests);
    expect(freed).toEqual([10]);
  });

  it("starts no further read after a failure, and ends with it", async () => {
    const far = 2 * COALESCE_GAP_BYTES;
    let started = 0;
    const read: ByteSource["read"] = async (_offset, _length, options) => {
      started++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      options?.signal?.throwIfAborted();
      throw new Error("the line is dead");
    };
    const { extents } = open({ read });
    const wanted = pieces(...Array.from({ length: 6 }, (_, i): [number, number] => [110_000 + i * far, 10]));
    const all = fetchPieces(extents, wanted, {}, undefined, () => expect.fail("nothing comes"));
    await expect(all).rejects.toThrow("the line is dead");
    const before = started;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(started).toBe(before);
  });

  it("ends with a failure to decode", async () => {
    const { extents } = open();
    const broken = () => {
      throw new Error("broken");
    };
    await expect(
      fetchPieces(extents, pieces([50, 10], [200_000, 10]), {}, undefined, broken),
    ).rejects.toThrow("broken");
  });

  it("stops at a signal", async () => {
    const { extents } = open();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      fetchPieces(extents, pieces([200_000, 10]), { signal }, undefined, () => {}),
    ).rejects.toThrow("enough");
  });
});
