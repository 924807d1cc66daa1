import { cellsPerShard, type Grid } from "@zagg/healpix";
import { describe, expect, test } from "vitest";
import { type ArraySpec, orderGroup, type ProductRequest, productSpec, shardIndex } from "./spec.js";

const GRID: Grid = { parentOrder: 6, childOrder: 12, latitude: "authalic" };
/** What computes it is no matter of the store. */
const COUNT = { function: "len", source: "h_li", dtype: "int32", fillValue: 0, attrs: {} } as const;

function coordinate(dtype: ArraySpec["dtype"], attrs = {}): ArraySpec {
  return { dtype, fillValue: 0, attrs };
}

function config(
  coordinates: Record<string, ArraySpec> = {},
  variables: Record<string, ArraySpec> = { count: COUNT },
): ProductRequest {
  return { aggregation: { coordinates, variables }, output: { codecs: "gzip" } };
}

describe("productSpec", () => {
  test("keeps what the store shows and drops how it was computed", () => {
    const spec = productSpec(config({ morton: coordinate("int64") }), GRID, [7, 9], { identity: "abc" });
    expect(spec).toEqual({
      grid: GRID,
      shards: [7, 9],
      shardsPerObject: 1,
      coordinates: { cell_ids: coordinate("uint64"), morton: coordinate("int64") },
      variables: { count: { dtype: "int32", fillValue: 0, attrs: {} } },
      codecs: "gzip",
      provenance: { identity: "abc" },
      groupAttrs: {},
    });
    expect(cellsPerShard(spec.grid)).toBe(4096);
    expect(orderGroup(spec.grid)).toBe("12");
    expect([shardIndex(spec, 9), shardIndex(spec, 8)]).toEqual([1, -1]);
  });

  test("is plain JSON, for workers", () => {
    const spec = productSpec(config(), GRID, [7], {});
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  test("centre coordinates describe themselves; the config has the last word", () => {
    const { coordinates } = productSpec(
      config({ latitude: coordinate("float64", { long_name: "mine" }), longitude: coordinate("float32") }),
      GRID,
      [7],
      {},
    );
    expect(coordinates.latitude?.attrs).toEqual({
      standard_name: "latitude",
      long_name: "mine",
      units: "degrees_north",
    });
    expect(coordinates.longitude?.attrs).toMatchObject({ standard_name: "longitude", units: "degrees_east" });
  });

  const refused: [string, () => unknown, RegExp][] = [
    [
      "child coarser than parent",
      () => productSpec(config(), { ...GRID, childOrder: 5 }, [7], {}),
      /coarser/,
    ],
    ["a huge shard", () => productSpec(config(), { ...GRID, childOrder: 19 }, [7], {}), /4\^13 cells/],
    [
      "morton beyond order 18",
      () =>
        productSpec(
          config({ morton: coordinate("int64") }),
          { ...GRID, parentOrder: 12, childOrder: 19 },
          [7],
          {},
        ),
      /do not fit int64.*leave morton out/,
    ],
    ["no shards", () => productSpec(config(), GRID, [], {}), /at least one shard/],
    ["shards out of order", () => productSpec(config(), GRID, [9, 7], {}), /shard 1 has nested id 7 after 9/],
    ["a shard twice", () => productSpec(config(), GRID, [7, 7], {}), /must ascend/],
    ["a shard beyond the sphere", () => productSpec(config(), GRID, [12 * 4 ** 6], {}), /below 49152/],
    [
      "an unknown coordinate",
      () => productSpec(config({ lat: coordinate("float64") }), GRID, [7], {}),
      /called lat;/,
    ],
    [
      "cell ids as floats",
      () => productSpec(config({ cell_ids: coordinate("float64") }), GRID, [7], {}),
      /uint64/,
    ],
    [
      "attributes on cell_ids",
      () => productSpec(config({ cell_ids: coordinate("uint64", { units: "1" }) }), GRID, [7], {}),
      /takes no attrs/,
    ],
    [
      "a variable named as a coordinate",
      () => productSpec(config({}, { morton: COUNT }), GRID, [7], {}),
      /variable "morton": the product uses this name itself/,
    ],
    [
      "a variable named as a path",
      () => productSpec(config({}, { "../x": COUNT }), GRID, [7], {}),
      /variable "\.\.\/x": a variable's name begins with a letter/,
    ],
  ];
  test.each(refused)("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ kind: "config" }));
  });

  test("morton may be left out beyond order 18", () => {
    const fine = { ...GRID, parentOrder: 12, childOrder: 19 };
    expect(Object.keys(productSpec(config(), fine, [7], {}).coordinates)).toEqual(["cell_ids"]);
  });
});
