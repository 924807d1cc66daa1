import {
  cellAt,
  exportCells,
  lostWorkerRecord,
  makePlan,
  parseConfig,
  planProduct,
  putRecord,
  rasterize,
  verifyProduct,
} from "@zagg/core";
import { cellCentre, mortonOf } from "@zagg/healpix";
import { projectionOf } from "@zagg/map";
import {
  blocksOf,
  openProduct,
  type Product,
  packShard,
  removeShard,
  valuesNeed,
  valueTest,
  writeBlock,
  writeShard,
  writeState,
  writeTemplate,
} from "@zagg/product";
import { memoryStore, type Store } from "@zagg/storage";
import { VALUE_CASES, type ValueCase, valueChunk } from "@zagg/testing";
import { beforeAll, describe, expect, test } from "vitest";

type Chunk = NonNullable<Awaited<ReturnType<Product["readChunk"]>>>;

/** Cells of about 400 km around the south pole; what is in the first and last shard is nobody's result. */
const SHARDS = [128, 133, 144, 160];
const SHARD = 133;
const CELLS = 16;
const GRID = { parentOrder: 2, childOrder: 4, latitude: "authalic" } as const;

const numbers = Array.from({ length: CELLS }, (_, rank) => rank);

/** Which cells of the shard have a value of each variable, and what it is, by its cases alone. */
function expected({ values, has, dtype }: ValueCase): (number | null)[] {
  return values.map((value, rank) => {
    if (!has.includes(rank)) return null;
    return dtype === "float32" ? Math.fround(value) : value;
  });
}

describe.each([
  ["beside a count", VALUE_CASES],
  ["without a count", without("count")],
])("what is a value, %s", (_, cases) => {
  const names = Object.keys(cases);
  const plan = planOf(cases);
  const spec = planProduct(plan);
  const chunks = new Map(Object.entries(cases).map(([name, each]) => [name, valueChunk(each)]));
  let store: Store;
  let product: Product;
  beforeAll(async () => {
    store = memoryStore();
    await writeTemplate(store, spec);
    // Left over in a shard that failed, and in one that is pending.
    for (const k of [0, 1, 3]) await writeShard(store, spec, k, chunks);
    await writeShard(store, spec, 2, undefined);
    await writeState(store, spec, Uint8Array.of(4, 1, 3, 0), { points: 0, occupied_cells: 0 });
    product = await openProduct(store);
  });

  test("one function says", async () => {
    for (const [name, each] of Object.entries(cases)) {
      const chunks = new Map<string, Chunk>();
      for (const needed of valuesNeed(spec.variables, name)) {
        chunks.set(needed, (await product.readChunk(needed, 1)) as Chunk);
      }
      expect(numbers.filter(valueTest(spec.variables, chunks, name)), name).toEqual(each.has);
    }
  });

  test("so does export", async () => {
    const parts: Uint8Array[] = [];
    for await (const part of exportCells(product, "csv")) parts.push(part);
    const [header = "", ...lines] = Buffer.concat(parts).toString().trimEnd().split("\n");
    const rows = lines.map((line) => line.split(","));
    const ids = rows.map(([id]) => Number(id) - SHARD * CELLS);
    expect(ids).toEqual(numbers.filter((rank) => Object.values(cases).some(({ has }) => has.includes(rank))));
    for (const [name, each] of Object.entries(cases)) {
      const column = header.split(",").indexOf(name);
      const found = rows.map((row) => (row[column] === "" ? null : Number(row[column])));
      expect(found, name).toEqual(ids.map((rank) => expected(each)[rank]));
    }
  });

  test("so does at", async () => {
    for (const rank of numbers) {
      const [lon, lat] = cellCentre(4, SHARD * CELLS + rank, "authalic");
      const { statistics } = await cellAt(product, lat, lon);
      const found = statistics.map(({ name, value }) => [name, value === null ? null : Number(value)]);
      const right = Object.entries(cases).map(([name, each]) => [name, expected(each)[rank]]);
      expect(Object.fromEntries(found), `cell ${rank}`).toEqual(Object.fromEntries(right));
    }
    for (const shard of [128, 144, 160]) {
      const [lon, lat] = cellCentre(4, shard * CELLS + 1, "authalic");
      const { statistics } = await cellAt(product, lat, lon);
      expect(
        statistics.every(({ value }) => value === null),
        `shard ${shard}`,
      ).toBe(true);
    }
  });

  test.each(["nearest", "bin"] as const)("so does raster, rule %s", async (rule) => {
    const options = { variables: names, rule, spacing: 60_000, crs: "EPSG:3031" } as const;
    const { grid, rasters } = await rasterize(product, options);
    const shown = (name: string, shard: number) =>
      numbers.map((rank) => {
        const [lon, lat] = cellCentre(4, shard * CELLS + rank, "authalic");
        const [x, y] = projectionOf(grid.crs).forward(lon, lat);
        const [column, row] = [(x - grid.left) / grid.spacing, (grid.top - y) / grid.spacing].map(Math.floor);
        const value = rasters.get(name)?.values[(row as number) * grid.width + (column as number)] as number;
        return Number.isNaN(value) ? null : value;
      });
    for (const [name, each] of Object.entries(cases)) {
      const right = expected(each).map((value) => value && Math.fround(value));
      expect(shown(name, SHARD), name).toEqual(right);
      for (const shard of [128, 144, 160]) expect(new Set(shown(name, shard)), name).toEqual(new Set([null]));
    }
  });

  test("so do all of them of the same shards in blocks", async () => {
    const inBlocks = { ...spec, shardsPerObject: 3 };
    const blocks = memoryStore();
    await writeTemplate(blocks, inBlocks);
    const [left, empty] = [packShard(inBlocks, 0, chunks), packShard(inBlocks, 2, undefined)];
    for (const [block, members] of blocksOf(inBlocks).entries()) {
      for (const name of names) {
        const shards = members.map((k) => (k === 2 ? empty : left).get(name));
        await writeBlock(blocks, inBlocks, name, block, shards);
      }
    }
    await writeState(blocks, inBlocks, Uint8Array.of(4, 1, 3, 0), { points: 0, occupied_cells: 0 });
    const said = async (of: Product) => {
      const exported: Uint8Array[] = [];
      for await (const part of exportCells(of, "csv")) exported.push(part);
      const cells = numbers.map((rank) => cellCentre(4, SHARD * CELLS + rank, "authalic"));
      return {
        exported: Buffer.concat(exported).toString(),
        at: await Promise.all(cells.map(([lon, lat]) => cellAt(of, lat, lon))),
        raster: await rasterize(of, { variables: names, rule: "bin", crs: "EPSG:3031", spacing: 100_000 }),
      };
    };
    expect(await said(await openProduct(blocks))).toEqual(await said(product));
  });

  test("so does verify: nothing else is in the store, and no cell gains or loses its value unnoticed", async () => {
    const run = memoryStore();
    const whole = memoryStore();
    for await (const { key } of store.list("")) await whole.put(key, (await store.get(key)) as Uint8Array);
    await run.put("plan.json", new TextEncoder().encode(JSON.stringify(plan)));
    const lost = { kind: "crash", code: "test", message: "lost" } as const;
    for (const [index, state] of [
      [0, "failed"],
      [1, "written"],
      [2, "empty"],
    ] as const) {
      const record = lostWorkerRecord(plan, { index, attempt: 1 }, lost);
      if (state === "failed") await putRecord(run, plan, record);
      else {
        const written = await writeShard(whole, spec, index, state === "written" ? chunks : undefined);
        await putRecord(run, plan, { ...record, state, failures: [], chunks: written });
      }
    }
    const found = async () => {
      const { discrepancies } = await verifyProduct({ product: whole, run }, { sample: 0 });
      return discrepancies.map(({ kind, what }) => [kind, what]);
    };
    expect(await found()).toEqual(
      [0, 3].flatMap((k) => names.map((name) => ["unrecorded", `4/${name}/c/${k}`])).sort(byKey),
    );
    for (const k of [0, 3]) await removeShard(whole, spec, k);
    expect(await found()).toEqual([]);

    for (const [name, { fillValue, has, values, ...each }] of Object.entries(cases)) {
      for (const rank of numbers) {
        const other = has.includes(rank) ? Number(fillValue) : 77;
        if (Object.is(other, values[rank])) continue; // a 0 that is a value by its count alone
        const changed = { ...each, fillValue, has, values: values.with(rank, other) };
        await writeShard(whole, spec, 1, new Map([...chunks, [name, valueChunk(changed)]]));
        expect(await found(), `${name} ${rank}`).toEqual([["differs", `4/${name}/c/1`]]);
      }
    }
  });
});

/** What a run would have been, that made such a product. */
function planOf(cases: Readonly<Record<string, ValueCase>>) {
  const variables = Object.entries(cases).map(([name, { dtype, fillValue }]) => {
    const statistic = name === "count" ? "count" : "max";
    return `    ${name}: {function: ${statistic}, source: z, dtype: ${dtype}, fill_value: ${fillValue}, raster: max}`;
  });
  const config = parseConfig(`
data_source:
  coordinates: {latitude: /lat, longitude: /lon}
  variables: {z: /z}
aggregation:
  coordinates: {cell_ids: {}}
  variables:
${variables.join("\n")}
output: {grid: {type: healpix, indexing_scheme: nested, parent_order: 2, child_order: 4}, shards_per_object: 1}`);
  const shards = SHARDS.map((nested) => ({ id: String(mortonOf(2, nested)), granules: [0] }));
  const catalog = {
    format: "zagg-catalog/2",
    metadata: { grid: GRID, source: "granules" },
    granules: [{ id: "g.h5" }],
    shards,
  } as const;
  return makePlan(config, catalog, GRID);
}

function byKey([, a = ""]: readonly string[], [, b = ""]: readonly string[]): number {
  return a < b ? -1 : 1;
}

function without(name: string): Readonly<Record<string, ValueCase>> {
  return Object.fromEntries(Object.entries(VALUE_CASES).filter(([each]) => each !== name));
}
