import { describe, expect, test } from "vitest";
import { parsePolygon, polygonNotices, polygonToBbox, type RegionPolygon } from "./polygon.js";

const square = [
  [0, 0],
  [10, 0],
  [10, 5],
  [0, 5],
  [0, 0],
];
const polygon = { type: "Polygon", coordinates: [square] };
const parse = (value: unknown) => parsePolygon(JSON.stringify(value), "area.geojson");

describe("GeoJSON", () => {
  test("a coastline of 300,000 corners has a box", () => {
    const ring = Array.from({ length: 300_000 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 299_999;
      return [10 * Math.cos(angle), 5 * Math.sin(angle)] as const;
    });
    const box = polygonToBbox([{ boundary: ring, holes: [] }]);
    expect(box.map(Math.round)).toEqual([-10, -5, 10, 5]);
  });

  test.each<[string, object, number]>([
    ["Polygon", polygon, 1],
    ["MultiPolygon", { type: "MultiPolygon", coordinates: [[square], [square]] }, 2],
    ["Feature", { type: "Feature", properties: {}, geometry: polygon }, 1],
    ["GeometryCollection", { type: "GeometryCollection", geometries: [polygon, polygon] }, 2],
    [
      "FeatureCollection, one feature without a geometry",
      {
        type: "FeatureCollection",
        crs: { type: "name", properties: { name: "urn:ogc:def:crs:OGC:1.3:CRS84" } },
        features: [
          { type: "Feature", geometry: polygon },
          { type: "Feature", geometry: null },
        ],
      },
      1,
    ],
  ])("%s", (_, value, count) => {
    expect(parse(value)).toEqual(Array(count).fill({ boundary: square, holes: [] }));
  });

  test("collections in collections, to no end", () => {
    const deep = `${'{"type":"GeometryCollection","geometries":['.repeat(20_000)}${"]}".repeat(20_000)}`;
    expect(() => parsePolygon(deep, "area.geojson")).toThrow(/area\.geojson: collections within collections/);
  });

  test("a mark of byte order before it", () => {
    expect(parsePolygon(`\uFEFF${JSON.stringify(polygon)}`, "area.geojson")).toEqual(parse(polygon));
  });

  test("holes, and heights that are ignored", () => {
    const hole = [
      [1, 1, 7],
      [2, 1, 7],
      [2, 2, 7],
      [1, 1, 7],
    ];
    const [found] = parse({ type: "Polygon", coordinates: [square, hole] });
    expect(found?.holes).toEqual([hole.map(([lon, lat]) => [lon, lat])]);
  });

  test.each<[string, unknown, RegExp]>([
    ["a point", { type: "Point", coordinates: [0, 0] }, /a Point; polygons are wanted/],
    ["no GeoJSON", { shapes: [] }, /no GeoJSON/],
    ["null", null, /no GeoJSON/],
    ["nothing in it", { type: "FeatureCollection", features: [] }, /no polygon/],
    [
      "metres",
      {
        type: "Polygon",
        coordinates: [
          [
            [2e6, 0],
            [0, 1],
            [1, 1],
            [2e6, 0],
          ],
        ],
      },
      /in degrees/,
    ],
    [
      "text for a number",
      {
        type: "Polygon",
        coordinates: [
          [
            [10, "-75"],
            [20, -75],
            [20, -70],
            [10, "-75"],
          ],
        ],
      },
      /in degrees/,
    ],
    [
      "no number",
      {
        type: "Polygon",
        coordinates: [
          [
            [null, 0],
            [20, 0],
            [20, 5],
            [null, 0],
          ],
        ],
      },
      /in degrees/,
    ],
    ["another reference system", { ...polygon, crs: { properties: { name: "EPSG:3031" } } }, /EPSG:3031/],
    ["an open ring", { type: "Polygon", coordinates: [square.slice(0, -1)] }, /does not close/],
    [
      "two corners",
      {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      /three corners/,
    ],
    ["one corner four times", { type: "Polygon", coordinates: [Array(4).fill([10, -75])] }, /three corners/],
    ["a missing list", { type: "Polygon", coordinates: {} }, /a list is missing/],
    [
      "text for numbers",
      {
        type: "Polygon",
        coordinates: [
          [
            ["a", "b"],
            [1, 1],
            [2, 2],
            ["a", "b"],
          ],
        ],
      },
      /in degrees/,
    ],
    [
      "latitude before longitude",
      {
        type: "Polygon",
        coordinates: [
          [
            [-75, 100],
            [-70, 100],
            [-70, 110],
            [-75, 100],
          ],
        ],
      },
      /100 is no latitude; GeoJSON has longitude before latitude/,
    ],
    [
      "a line there and back",
      {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [10, 5],
            [20, 10],
            [0, 0],
          ],
        ],
      },
      /encloses nothing/,
    ],
    [
      "more than once round the Earth",
      {
        type: "Polygon",
        coordinates: [
          [
            [-200, 0],
            [200, 0],
            [200, 5],
            [-200, 0],
          ],
        ],
      },
      /spans 400° of longitude/,
    ],
  ])("refuses %s", (_, value, message) => {
    expect(() => parse(value)).toThrow(message);
    expect(() => parse(value)).toThrow(/area\.geojson/);
  });
});

describe("boxes", () => {
  const box = (west: number, east: number): RegionPolygon => ({
    boundary: [
      [west, -80],
      [east, -80],
      [east, -70],
      [west, -70],
      [west, -80],
    ],
    holes: [],
  });

  const circle: RegionPolygon = {
    boundary: Array.from({ length: 37 }, (_, k) => [10 * k - 180, -75] as const),
    holes: [],
  };

  test("edges that go the long way are told, those of a ring round a pole are none", () => {
    expect(polygonNotices([box(-50, -20), box(-100, 100)], "wide.geojson")).toEqual([
      expect.stringMatching(/^wide\.geojson: an edge of 200° is taken as the straight line/),
    ]);
    expect(polygonNotices([box(-90, 90), circle], "area.geojson")).toEqual([]);
  });

  test.each<[string, RegionPolygon[], readonly number[]]>([
    ["one polygon", [box(-50, -20)], [-50, -80, -20, -70]],
    ["two halves that meet at the antimeridian", [box(170, 180), box(-180, -175)], [170, -80, -175, -70]],
    ["one that crosses it", [box(170, 185)], [170, -80, -175, -70]],
    ["one that ends at it", [box(150, 180)], [150, -80, 180, -70]],
    ["all the way round", [box(-180, 180)], [-180, -80, 180, -70]],
    ["one wider than half the Earth", [box(-150, 150)], [-150, -80, 150, -70]],
    ["one in 0..360", [box(200, 340)], [-160, -80, -20, -70]],
    ["a ring round the pole", [circle], [-180, -90, 180, -75]],
    ["the widest gap is left out", [box(-170, -160), box(0, 10), box(150, 160)], [0, -80, -160, -70]],
  ])("%s", (_, polygons, expected) => {
    expect(polygonToBbox(polygons)).toEqual(expected);
  });
});
