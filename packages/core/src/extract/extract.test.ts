import { rankDepth, shardScatter } from "@zagg/healpix";
import { fileSource, memoryStore, type Store } from "@zagg/storage";
import { type SampleGranule, sampleGranules } from "@zagg/testing";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import {
  decodePoints,
  type GranuleResult,
  groupCounts,
  readGranule,
  readSpec,
  scanGranule,
  storedColumns,
} from "../granule/index.js";
import { planOf } from "../testing/sample-run.js";
import { keptExtracts } from "./kept-extracts.js";
import { groupAt, readSlices } from "./read-slices.js";
import { type ExtractReceipt, slicesOf } from "./receipt.js";
import { decodeReceipt, encodeReceipt } from "./receipt-json.js";
import { extractWriter } from "./write-extract.js";

const spec = readSpec(defaultConfig(), ["h_li", "s_li", "latitude"]);
const columns = storedColumns(spec);
const { grid, shards: planned } = planOf();
const shards = planned.map(({ nested }) => nested);
const [granule] = sampleGranules as readonly [SampleGranule];
const KEY = "key";

let store: Store;
beforeEach(() => {
  store = memoryStore();
});

/** An extract of the first sample granule. */
async function extracted(wanted = shards, to = store): Promise<ExtractReceipt> {
  const writer = extractWriter(to, { key: KEY, id: granule.id, columns, shards: wanted });
  const positions = Int32Array.from(wanted.keys());
  const scatter = shardScatter(grid, wanted);
  const scan = await scanGranule(
    granule.id,
    () => fileSource(granule.path),
    spec,
    { scatter, count: wanted.length, positions },
    writer.take,
  );
  return writer.close(scan);
}

/** What a shard gets of it. */
async function taken(receipt: ExtractReceipt, shard: number): Promise<Partial<GranuleResult> | undefined> {
  const slices = slicesOf(receipt, shard, columns);
  const stored = await readSlices(store, slices);
  if (!stored) return undefined;
  const orders = rankDepth(grid.parentOrder) - (grid.childOrder - grid.parentOrder);
  const points = stored.map((each) => {
    const encodings = groupAt(slices.groups, each.group).columns.map(({ encoding }) => encoding);
    return decodePoints(each, columns, encodings, orders);
  });
  return { points, ...groupCounts(slices.groups, points) };
}

describe("an extract", () => {
  test("gives each shard what reading the granule for that shard alone does", async () => {
    const receipt = await extracted();
    let points = 0;
    for (const shard of shards) {
      const alone = await readGranule(granule.id, () => fileSource(granule.path), spec, { ...grid, shard });
      const { points: own, absentGroups, emptyGroups, dropped } = alone;
      expect(await taken(receipt, shard)).toEqual({ points: own, absentGroups, emptyGroups });
      const { "missing-coordinates": _, ...byFilters } = dropped;
      expect(slicesOf(receipt, shard, columns).dropped).toEqual(byFilters);
      points += own.reduce((sum, { ranks }) => sum + ranks.length, 0);
    }
    expect(points).toBeGreaterThan(500);
    const rows = granule.beams.reduce((sum, { columns: of }) => sum + (of.latitude?.length ?? 0), 0);
    expect(receipt.counts.rows).toBe(rows);
  });

  test("is the same for two that make it at once, and another for other shards", async () => {
    const first = await extracted();
    expect(await extracted()).toEqual(first);
    const { parts } = await extracted(shards.slice(0, 2));
    expect(parts).not.toEqual(first.parts);
  });

  test("that is cut short, damaged or gone is none: the granule is read again", async () => {
    const receipt = await extracted();
    const shard = receipt.slices[0]?.shard as number;
    const [part = ""] = receipt.parts;
    const bytes = (await store.get(part)) as Uint8Array;
    await store.put(part, bytes.with(3, (bytes[3] as number) ^ 1));
    expect(await taken(receipt, shard)).toBeUndefined();
    await store.put(part, bytes.subarray(0, 5));
    expect(await taken(receipt, shard)).toBeUndefined();
    await store.delete([part]);
    expect(await taken(receipt, shard)).toBeUndefined();
  });

  test("of a granule that could not be read whole leaves nothing", async () => {
    const writer = extractWriter(store, { key: KEY, id: granule.id, columns, shards });
    await writer.discard();
    for await (const { key } of store.list("")) expect.fail(key);
  });
});

test("a receipt says its encodings whole, infinities too", async () => {
  const receipt = await extracted();
  expect(decodeReceipt(encodeReceipt(receipt))).toEqual(receipt);
  expect(decodeReceipt(undefined)).toBeUndefined();
  expect(decodeReceipt(encodeReceipt(receipt).subarray(0, 100))).toBeUndefined();
});

test("a receipt in which anything is of another kind, or gone, is none, or gives no more than its points", async () => {
  const receipt = await extracted(shards.slice(0, 2));
  const places = fc.nat(400);
  await fc.assert(
    fc.asyncProperty(places, fc.constantFrom(undefined, null, -1, 1e9, "x", [], {}), async (place, value) => {
      const document = JSON.parse(new TextDecoder().decode(encodeReceipt(receipt)));
      const spots = spotsIn(document);
      const [holder, key] = spots[place % spots.length] as [Record<string, unknown>, string];
      holder[key] = value;
      const changed = decodeReceipt(new TextEncoder().encode(JSON.stringify(document)));
      if (!changed) return;
      for (const shard of shards) await readSlices(store, slicesOf(changed, shard, changed.columns));
    }),
  );
});

/** Every member of a document, by what holds it. */
function spotsIn(value: unknown): [holder: object, key: string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    [value, key] as [object, string],
    ...spotsIn(member),
  ]);
}

describe("of the extracts that were kept, those serve", () => {
  const kept = async (change: Partial<Parameters<typeof keptExtracts>[2]> = {}) => {
    const wanted = {
      key: KEY,
      columns,
      version: async () => (await extracted(shards, memoryStore())).version,
    };
    return (await keptExtracts(store, new Set([granule.id]), { ...wanted, ...change })).get(granule.id);
  };

  test("that are of this key, of the granule as it is, and have the columns", async () => {
    expect(await kept()).toBeUndefined();
    const receipts = [await extracted(shards.slice(0, 1)), await extracted(shards.slice(1))];
    expect(await kept()).toEqual(expect.arrayContaining(receipts));
    expect(await kept({ columns: columns.slice(1) })).toHaveLength(2);
    expect(await kept({ key: "another" })).toBeUndefined();
    expect(await kept({ columns: [...columns, "another"] })).toBeUndefined();
    expect(await kept({ version: async () => ({ size: 1 }) })).toBeUndefined();
    expect(await kept({ version: () => Promise.reject(new Error("does not answer")) })).toBeUndefined();
  });

  test("and no granules but those that have one are asked for", async () => {
    const asked: string[] = [];
    const version = async (id: string) => {
      asked.push(id);
      return undefined;
    };
    await extracted();
    await store.put("other.h5/1.json", new Uint8Array());
    await keptExtracts(store, new Set([granule.id, "third.h5"]), { key: KEY, columns, version });
    expect(asked).toEqual([granule.id]);
  });
});
