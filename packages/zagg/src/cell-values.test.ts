import { cellAt, exportCells, rasterize } from "@zagg/core";
import { cellCentre } from "@zagg/healpix";
import { projectionOf } from "@zagg/map";
import {
  openProduct,
  type Product,
  type ProductSpec,
  valuesNeed,
  valueTest,
  writeShard,
  writeState,
  writeTemplate,
} from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { VALUE_CASES, type ValueCase, valueChunk } from "@zagg/testing";
import { beforeAll, describe, expect, test } from "vitest";

type Chunk = NonNullable<Awaited<ReturnType<Product["readChunk"]>>>;

/** Cells of about 400 km around the south pole; what is in the first and last shard is nobody's result. */
const SHARDS = [128, 133, 144, 160];
const SHARD = 133;
const CELLS = 16;

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
  const spec: ProductSpec = {
    grid: { parentOrder: 2, childOrder: 4, latitude: "authalic" },
    shards: SHARDS,
    coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
    variables: Object.fromEntries(
      Object.entries(cases).map(([name, { dtype, fillValue }]) => [name, { dtype, fillValue, attrs: {} }]),
    ),
    codecs: "gzip",
    provenance: { raster: Object.fromEntries(names.map((name) => [name, "max"])) },
    groupAttrs: {},
  };
  let product: Product;
  beforeAll(async () => {
    const chunks = new Map(Object.entries(cases).map(([name, each]) => [name, valueChunk(each)]));
    const store = memoryStore();
    await writeTemplate(store, spec);
    // Left over in a shard that failed, and in one that is pending.
    for (const k of [0, 1, 3]) await writeShard(store, spec, k, chunks);
    await writeShard(store, spec, 2, undefined);
    await writeState(store, spec, Uint8Array.of(4, 1, 3, 0), {});
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
});

function without(name: string): Readonly<Record<string, ValueCase>> {
  return Object.fromEntries(Object.entries(VALUE_CASES).filter(([each]) => each !== name));
}
