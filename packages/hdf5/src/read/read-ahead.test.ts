import { describe, expect, it } from "vitest";
import { Extents } from "../bytes/extents.js";
import { Lease } from "../bytes/lease.js";
import { MetadataLines } from "../bytes/metadata-lines.js";
import { readOnce } from "../bytes/read-once.js";
import { Requests } from "../bytes/requests.js";
import { spoiling } from "../testing/spoiling-source.js";
import { ReadAhead } from "./read-ahead.js";

const file = Uint8Array.from({ length: 500_000 }, (_, i) => i % 251);
const FRONT = 10_000;
const part = (offset: number, length: number) => file.slice(offset, offset + length);

/** Behind the front: two datasets that lie one after the other. */
const FIRST = FRONT + 100_000;
const SECOND = FIRST + 10_000;

/** Both datasets are open, and the first is about to be read. */
function begun() {
  const source = spoiling(file);
  const requests = new Requests(source);
  const extents = new Extents(requests, { bytes: part(0, FRONT), size: file.length }, {});
  const ahead = new ReadAhead(extents);
  ahead.expect({ offset: FIRST, rawBytes: 10_000 });
  ahead.expect({ offset: SECOND, rawBytes: 5_000 });
  ahead.begin([FIRST]);
  return { source, requests, extents, ahead, lines: new MetadataLines(extents) };
}

const SPAN = SECOND + 4096 + 4000 - FIRST;

describe("a span", () => {
  it("holds the neighbour that is open too, and is freed when neither cache nor lease holds it", async () => {
    for (const cacheFirst of [true, false]) {
      const { source, requests, extents, ahead, lines } = begun();
      await lines.read(FIRST, 1);
      expect(extents.ahead(FIRST)?.length).toBe(SPAN);
      const leases = [new Lease(), new Lease()] as const;
      const views = leases.map((lease) => extents.loaded(FIRST + 50, 50, lease));
      if (cacheFirst) ahead.end([FIRST, SECOND]);
      leases[0].giveBack(requests);
      expect(views[1]).toEqual(part(FIRST + 50, 50));
      leases[1].giveBack(requests);
      if (!cacheFirst) {
        expect(extents.loaded(FIRST + 50, 50)).toEqual(part(FIRST + 50, 50));
        ahead.end([FIRST, SECOND]);
      }
      expect(source.bytes.freed).toBe(SPAN);
      expect(views[1]).toHaveLength(0);
    }
  });

  it("leaves what is not read yet, and what was read of it as metadata", async () => {
    const { source, extents, ahead, lines } = begun();
    const metadata = await lines.read(FIRST + 50, 50);
    ahead.end([FIRST]);
    expect(source.bytes.freed).toBe(SPAN);
    expect(metadata).toEqual(part(FIRST + 50, 50));
    expect(extents.covering(FIRST + 50)).toBeUndefined();
    expect(extents.loaded(SECOND, 50)).toEqual(part(SECOND, 50));
    ahead.end([SECOND]);
    expect(source.bytes.freed).toBe(2 * SPAN - 10_000);
    expect(extents.covering(SECOND)).toBeUndefined();
  });

  it("stays whole while its first dataset is unread", async () => {
    const { extents, ahead, lines } = begun();
    await lines.read(FIRST, 1);
    ahead.end([SECOND]);
    expect(extents.ahead(FIRST)?.length).toBe(SPAN);
  });

  it("is fetched for its reader where the cache let go of it before it came", async () => {
    const { source, requests, extents, ahead } = begun();
    const lease = new Lease();
    const coming = readOnce(extents, FIRST, SPAN + 500, lease, {});
    ahead.end([FIRST, SECOND]);
    expect(await coming).toEqual(part(FIRST, SPAN + 500));
    lease.giveBack(requests);
    expect(source.bytes.freed).toBe(SPAN + 500);
  });

  it("is not read of what lies in the front, or beyond the end of the file", async () => {
    const { extents, ahead } = begun();
    ahead.expect({ offset: 1000, rawBytes: 10 });
    ahead.expect({ offset: file.length + 1000, rawBytes: 10 });
    ahead.begin([1000, file.length + 1000]);
    expect(extents.ahead(1000)).toBeUndefined();
    expect(extents.covering(file.length + 1000)).toBeUndefined();
  });

  it("ends where something is here already", async () => {
    const { extents, ahead } = begun();
    const offset = SECOND + 200_000;
    await extents.fetch("line", offset + 5000, offset + 20_000).bytes;
    ahead.expect({ offset, rawBytes: 10_000 });
    ahead.begin([offset]);
    expect(extents.ahead(offset)?.end).toBe(offset + 5000);
  });
});
