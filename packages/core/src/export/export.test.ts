import { cellCentre } from "@zagg/healpix";
import {
  openProduct,
  type Product,
  type ProductSpec,
  writeShard,
  writeState,
  writeTemplate,
} from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import type { ChunkValues } from "@zagg/zarr";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { cellAt } from "./cell-at.js";
import { cellPolygon } from "./cell-polygon.js";
import { type ExportFormat, exportCells } from "./export-cells.js";

/** Four shards of 16 cells: written, empty, written, failed. */
const SPEC: ProductSpec = {
  grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
  shards: [0, 5, 33, 47],
  coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
  variables: {
    count: { dtype: "uint32", fillValue: 0, attrs: { units: "1" } },
    h_mean: { dtype: "float32", fillValue: -9999.9, attrs: { units: "m", long_name: "mean height" } },
    time: { dtype: "int64", fillValue: 0, attrs: {} },
  },
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: { version: "0.2.0" },
  groupAttrs: {},
};
/** Beyond int32, and beyond what a double holds. */
const COUNT = 3_000_000_000;
const TIME = 9_007_199_254_740_993n;

/** Cells 2 and 9 of a shard are occupied; the second has points, but no height. */
function arrays(): Map<string, ChunkValues> {
  return new Map<string, ChunkValues>([
    ["count", Uint32Array.from({ length: 16 }, (_, i) => (i === 2 ? COUNT : i === 9 ? 1 : 0))],
    ["h_mean", Float32Array.from({ length: 16 }, (_, i) => (i === 2 ? 12.5 : -9999.9))],
    ["time", BigInt64Array.from({ length: 16 }, (_, i) => (i === 2 ? TIME : 0n))],
  ]);
}

const IDS = [2, 9, 33 * 16 + 2, 33 * 16 + 9];

let product: Product;
beforeAll(async () => {
  const store = memoryStore();
  await writeTemplate(store, SPEC);
  await writeShard(store, SPEC, 0, arrays());
  await writeShard(store, SPEC, 1, undefined);
  await writeShard(store, SPEC, 2, arrays());
  await writeState(store, SPEC, Uint8Array.of(1, 3, 2, 4), {});
  product = await openProduct(store);
});

async function exported(format: ExportFormat): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of exportCells(product, format)) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

describe("export", () => {
  test("CSV: occupied cells only, missing values empty, every digit kept", async () => {
    const lines = new TextDecoder().decode(await exported("csv")).split("\n");
    expect(lines[0]).toBe("cell_ids,morton,longitude,latitude,count,h_mean,time");
    expect(lines.slice(1, -1).map((line) => Number(line.split(",")[0]))).toEqual(IDS);
    const [lon, lat] = cellCentre(3, 2, "authalic");
    expect(lines[1]).toBe(`2,1113,${lon},${lat},${COUNT},12.5,${TIME}`);
    expect(lines[2]?.split(",").slice(4)).toEqual(["1", "", "0"]);
  });

  test("GeoJSON: a polygon a cell around its centre", async () => {
    const { type, features } = JSON.parse(new TextDecoder().decode(await exported("geojson")));
    expect(type).toBe("FeatureCollection");
    expect(features.map(({ id }: { id: number }) => id)).toEqual(IDS);
    expect(features[0].geometry).toEqual(cellPolygon(3, 2n, "authalic"));
    expect(features[0].properties).toMatchObject({ count: COUNT, h_mean: 12.5, time: String(TIME) });
    expect(features[1].properties).toMatchObject({ count: 1, h_mean: null, time: 0 });
  });

  test("Parquet: typed columns, nulls, the product's attributes", async () => {
    const { buffer } = await exported("parquet");
    const rows = await parquetReadObjects({ file: buffer });
    expect(rows.map((row) => Number(row.cell_ids))).toEqual(IDS);
    const [lon, lat] = cellCentre(3, 2, "authalic");
    const values = { cell_ids: 2n, morton: 1113n, longitude: lon, latitude: lat };
    expect(rows[0]).toEqual({ ...values, count: COUNT, h_mean: 12.5, time: TIME });
    expect(rows[1]).toMatchObject({ count: 1, h_mean: null, time: 0n });
    const zagg = parquetMetadata(buffer).key_value_metadata?.find(({ key }) => key === "zagg")?.value;
    expect(JSON.parse(zagg ?? "")).toEqual(product.attributes);
  });
});

describe("the cell at a place", () => {
  test("ids, shard and statistics with units", async () => {
    const [lon, lat] = cellCentre(3, 33 * 16 + 2, "authalic");
    const { cell, shard, statistics } = await cellAt(product, lat, lon);
    expect(cell).toMatchObject({ order: 3, nested: "530", longitude: lon, latitude: lat });
    expect(shard).toMatchObject({ order: 1, nested: "33", position: 2, state: "partial" });
    expect(statistics).toEqual([
      { name: "count", value: COUNT, units: "1" },
      { name: "h_mean", value: 12.5, units: "m", long_name: "mean height" },
      { name: "time", value: TIME },
    ]);
  });

  test.each([
    [47, "failed", 3],
    [20, "outside", null],
  ] as const)("shard %i is %s: no values", async (shardId, state, position) => {
    const [lon, lat] = cellCentre(3, shardId * 16, "authalic");
    const { shard, statistics } = await cellAt(product, lat, lon);
    expect(shard).toMatchObject({ nested: String(shardId), state, position });
    expect(statistics.map(({ value }) => value)).toEqual([null, null, null]);
  });

  test("coordinates that are no place are refused", async () => {
    for (const [lat, lon] of [
      [91, 0],
      [0, 361],
      [Number.NaN, 0],
    ] as const) {
      await expect(cellAt(product, lat, lon)).rejects.toMatchObject({
        kind: "config",
        code: "bad-coordinates",
      });
    }
  });
});

test("every cell of the sphere: outlines are counter-clockwise, within ±180, and cover it once", () => {
  let area = 0;
  let cut = 0;
  for (let id = 0n; id < 768n; id++) {
    const geometry = cellPolygon(3, id, "geodetic");
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
    if (geometry.type === "MultiPolygon") cut++;
    for (const ring of rings) {
      expect(ring.at(-1)).toEqual(ring[0]);
      let twice = 0;
      for (let i = 1; i < ring.length; i++) {
        const [x0, y0] = ring[i - 1] as [number, number];
        const [x1, y1] = ring[i] as [number, number];
        expect(Math.abs(x1)).toBeLessThanOrEqual(180);
        expect(Math.abs(x1 - x0)).toBeLessThan(180);
        twice += x0 * y1 - x1 * y0;
      }
      expect(twice).toBeGreaterThan(0);
      area += twice / 2;
    }
  }
  // Outlines share their corners, so in longitude and latitude they tile the rectangle of the whole sphere.
  expect(area).toBeCloseTo(360 * 180, 3);
  // 180° runs through one cell of every second ring of the belt; in the caps it is an edge.
  expect(cut).toBe(8);
});
