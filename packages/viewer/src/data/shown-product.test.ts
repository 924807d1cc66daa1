import { writeShard, writeState, writeTemplate } from "@zagg/product";
import { memoryStore, type Store } from "@zagg/storage";
import { type HttpServer, hostileStores, startHttpServer, writeLegacyStore } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FetchStore, open, root } from "zarrita";
import { isStoreFault } from "./fault.js";
import { openShown } from "./shown-product.js";

const SPEC = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "geodetic" },
  shards: [0, 5, 33, 47],
  coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
  variables: {
    count: { dtype: "int32", fillValue: 0, attrs: { units: "1" } },
    h_mean: { dtype: "float64", fillValue: "NaN", attrs: { long_name: "mean height", units: "m" } },
    h_min: { dtype: "float32", fillValue: -9999.9, attrs: {} },
  },
  codecs: "none",
  shardsPerObject: 1,
  provenance: {},
  groupAttrs: {},
} as const;

let server: HttpServer;
const stores = { ours: memoryStore(), legacy: memoryStore() };
beforeAll(async () => {
  const { ours, legacy } = stores;
  await writeTemplate(ours, SPEC);
  const numbers = Array.from({ length: 16 }, (_, i) => i);
  for (const k of [0, 2]) {
    const values = {
      count: Int32Array.from(numbers, (i) => (i % 3) * (k + 1)),
      h_mean: Float64Array.from(numbers, (i) => (i % 5 === 0 ? Number.NaN : k + i / 7)),
      h_min: Float32Array.from(numbers, (i) => (i % 4 === 0 ? -9999.9 : i)),
    };
    await writeShard(ours, SPEC, k, new Map(Object.entries(values)));
  }
  await writeShard(ours, SPEC, 1, undefined);
  await writeState(ours, SPEC, Uint8Array.of(1, 3, 2, 4), {});
  await writeLegacyStore(ours, legacy);
  server = await startHttpServer();
  for (const [name, store] of Object.entries(stores)) await serve(name, store);
});
afterAll(() => server.close());

async function serve(name: string, store: Store): Promise<void> {
  for await (const { key } of store.list("")) {
    server.objects.set(`/${name}/${key}`, (await store.get(key)) as Uint8Array);
  }
}

describe.each(["ours", "legacy"] as const)("a store, %s", (name) => {
  test("gives the values that zarrita reads, NaN where a cell has none", async () => {
    const address = `${server.url}/${name}`;
    const { variables, readShard, layout } = await openShown(name, `${server.url}/page/../`);
    expect(variables.map((each) => each.name)).toEqual(["count", "h_mean", "h_min"]);
    let compared = 0;
    for (const variable of variables) {
      const array = await open.v3(root(new FetchStore(address)).resolve(`/3/${variable.name}`), {
        kind: "array",
      });
      const missing = variable.name === "h_min" ? Math.fround(-9999.9) : 0;
      for (const k of layout.shards.keys()) {
        const values = await readShard(variable, k);
        if (!values) continue;
        const { data } = await array.getChunk([k]);
        const theirs = Array.from(data as ArrayLike<number>, (value) =>
          value === missing ? Number.NaN : Math.fround(value),
        );
        expect([...values]).toEqual(theirs);
        compared++;
      }
    }
    expect(compared).toBe(9);
  });
});

test("states: those of the store; all written in one of 0.1.0", async () => {
  expect([...(await openShown("ours", server.url)).states]).toEqual([1, 3, 2, 4]);
  expect([...(await openShown("legacy", server.url)).states]).toEqual([1, 1, 1, 1]);
});

test("labels and units, where the attributes have some", async () => {
  const { variables } = await openShown("ours", server.url);
  expect(variables.map(({ label, unit }) => [label, unit])).toEqual([
    ["count", undefined],
    ["mean height", "m"],
    ["h_min", undefined],
  ]);
});

test("a group of a store opens as the store does", async () => {
  const [group, whole] = [await openShown("ours/3", server.url), await openShown("ours", server.url)];
  expect(group.layout).toEqual(whole.layout);
  expect(await group.readShard(group.variables[1] as never, 0)).toEqual(
    await whole.readShard(whole.variables[1] as never, 0),
  );
});

test("reading ends with its signal", async () => {
  const { variables, readShard } = await openShown("ours", server.url);
  const reading = readShard(variables[0] as never, 0, AbortSignal.abort());
  await expect(reading).rejects.toMatchObject({ code: "aborted" });
});

test.each(["s3://bucket/x", "http://", "file:///etc"])("%s is no address for a page", async (address) => {
  await expect(openShown(address, server.url)).rejects.toMatchObject({ code: "invalid" });
});

test("a hostile store is told, or shown", async () => {
  for (const [i, { name, change }] of hostileStores("3").entries()) {
    const objects = new Map<string, Uint8Array>();
    for await (const { key } of stores.ours.list(""))
      objects.set(key, (await stores.ours.get(key)) as Uint8Array);
    change(objects);
    for (const [key, bytes] of objects) server.objects.set(`/hostile${i}/${key}`, bytes);
    const error = await openShown(`hostile${i}`, server.url).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined) expect(isStoreFault(error), `${name}: ${error}`).toBe(true);
    for (const key of objects.keys()) server.objects.delete(`/hostile${i}/${key}`);
  }
});
