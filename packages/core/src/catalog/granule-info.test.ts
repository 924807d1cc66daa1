import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import type { UmmGranule } from "./cmr-client.js";
import { granuleInfo } from "./granule-info.js";

const NAME = "ATL06_20240107001122_02510822_007_01.h5";
const S3 = `s3://nsidc-cumulus-prod-protected/ATLAS/ATL06/007/2024/01/07/${NAME}`;
const HTTPS = `https://data.nsidc.earthdatacloud.nasa.gov/nsidc-cumulus-prod-protected/ATLAS/ATL06/007/2024/01/07/${NAME}`;

function ring(...points: [number, number][]) {
  return { Points: points.map(([Longitude, Latitude]) => ({ Longitude, Latitude })) };
}
const square = ring([0, 0], [1, 0], [1, 1], [0, 1], [0, 0]);

function granule(changes: object = {}): UmmGranule {
  return {
    meta: { "concept-id": "G1-NSIDC_CPRD" },
    umm: {
      GranuleUR: NAME,
      SpatialExtent: { HorizontalSpatialDomain: { Geometry: { GPolygons: [{ Boundary: square }] } } },
      TemporalExtent: {
        RangeDateTime: { BeginningDateTime: "2024-01-07T00:11:22Z", EndingDateTime: "2024-01-07T00:19:00Z" },
      },
      DataGranule: {
        Identifiers: [{ Identifier: NAME, IdentifierType: "ProducerGranuleId" }],
        ArchiveAndDistributionInformation: [
          { Name: `${NAME}.dmrpp`, SizeInBytes: 5 },
          { Name: NAME, SizeInBytes: 123456789, Size: 117.7, SizeUnit: "MB" },
        ],
      },
      RelatedUrls: [
        { URL: `${HTTPS}.dmrpp`, Type: "GET DATA" },
        { URL: HTTPS, Type: "GET DATA" },
        { URL: S3, Type: "GET DATA VIA DIRECT ACCESS" },
        { URL: "https://example.org/doc", Type: "VIEW RELATED INFORMATION" },
      ],
      ...changes,
    },
  };
}

function geometry(value: object) {
  return granule({ SpatialExtent: { HorizontalSpatialDomain: { Geometry: value } } });
}

test("both links, size and times are kept", () => {
  expect(granuleInfo(granule())).toMatchObject({
    usable: true,
    granule: {
      id: NAME,
      s3: S3,
      https: HTTPS,
      size: 123456789,
      start: "2024-01-07T00:11:22Z",
      end: "2024-01-07T00:19:00Z",
    },
  });
});

test("a size with a unit counts, one without does not", () => {
  const size = (entry: object) => {
    const info = granuleInfo(granule({ DataGranule: { ArchiveAndDistributionInformation: [entry] } }));
    return info.usable && info.granule.size;
  };
  expect(size({ Size: 1.5, SizeUnit: "MB" })).toBe(1572864);
  expect(size({ Size: 59.2, SizeUnit: "NA" })).toBeUndefined();
});

test("all polygons, holes and boxes", () => {
  const info = granuleInfo(
    geometry({
      GPolygons: [
        {
          Boundary: square,
          ExclusiveZone: { Boundaries: [ring([0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.2])] },
        },
        { Boundary: ring([170, -80], [180, -80], [180, -70], [170, -80]) },
      ],
      BoundingRectangles: [
        {
          WestBoundingCoordinate: 170,
          SouthBoundingCoordinate: -80,
          EastBoundingCoordinate: -170,
          NorthBoundingCoordinate: -70,
        },
      ],
    }),
  );
  if (!info.usable) throw new Error(info.reason);
  expect(info.footprint.polygons.map((p) => [p.boundary.length, p.holes.length])).toEqual([
    [5, 1],
    [4, 0],
  ]);
  expect(info.footprint.boxes).toEqual([[170, -80, -170, -70]]);
});

test.each<[string, UmmGranule, string]>([
  ["an orbit", granule({ SpatialExtent: { HorizontalSpatialDomain: { Orbit: {} } } }), "orbit"],
  ["no extent", granule({ SpatialExtent: undefined }), "no-footprint"],
  ["two corners", geometry({ GPolygons: [{ Boundary: ring([0, 0], [1, 1], [0, 0]) }] }), "no-footprint"],
  [
    "a corner off the Earth",
    geometry({ GPolygons: [{ Boundary: ring([0, 0], [1, 95], [1, 1]) }] }),
    "no-footprint",
  ],
  [
    "one broken polygon of two",
    geometry({ GPolygons: [{ Boundary: square }, { Boundary: ring() }] }),
    "no-footprint",
  ],
  ["no link", granule({ RelatedUrls: [] }), "no-link"],
])("%s leaves the granule out, by name", (_, item, reason) => {
  expect(granuleInfo(item)).toEqual({ usable: false, id: NAME, reason });
});

describe.skipIf(!sharedData.present)(`recorded granules (${sharedData.reason})`, () => {
  const read = (...path: string[]) => JSON.parse(readFileSync(dataPath("cmr", ...path), "utf8"));

  test("ATL06 005 of NSIDC's own disks has an orbit only", () => {
    const [item] = read("earthaccess", "atl06_umm.json").items;
    expect(granuleInfo(item)).toEqual({
      usable: false,
      id: "ATL06_20190221121851_08410203_005_01.h5",
      reason: "orbit",
    });
  });

  test("Harmony's boxes and polygons", () => {
    const infos = read("harmony", "umm-granules.json").data.items.map(granuleInfo);
    expect(infos.map((info: { footprint: object }) => info.footprint)).toMatchObject([
      { polygons: [], boxes: [[-180, -90, 180, 90]] },
      { polygons: [], boxes: [[-25.4, -34.9, 63.5, 37.4].map((x) => expect.closeTo(x))] },
      {
        polygons: [
          {
            boundary: [
              [5, 36],
              [25, 34],
              [63, 34],
              [63, 37],
              [25, 37],
              [5, 36],
            ],
            holes: [],
          },
        ],
        boxes: [],
      },
    ]);
  });
});

test("lines are footprints, as archives of altimeters have them; a broken one is none", () => {
  const lines = (points: { Longitude: number; Latitude: number }[]) =>
    granuleInfo(
      granule({ SpatialExtent: { HorizontalSpatialDomain: { Geometry: { Lines: [{ Points: points }] } } } }),
    );
  const south = { Longitude: 10, Latitude: -60 };
  expect(lines([south, { Longitude: 40, Latitude: 20 }])).toMatchObject({
    usable: true,
    footprint: {
      polygons: [],
      boxes: [],
      lines: [
        [
          [10, -60],
          [40, 20],
        ],
      ],
    },
  });
  for (const broken of [[], [south], [south, { Longitude: 10, Latitude: 95 }]])
    expect(lines(broken)).toMatchObject({ usable: false, reason: "no-footprint" });
});

test("a link that no catalog would take is none", () => {
  const links = (url: string) => [
    { URL: HTTPS, Type: "GET DATA" },
    { URL: url, Type: "GET DATA VIA DIRECT ACCESS" },
  ];
  for (const url of ["s3://bucket/../other/a.h5", "s3://bucket//a.h5", "s3://bucket/"]) {
    const info = granuleInfo(granule({ RelatedUrls: links(url) }));
    expect(info).toMatchObject({ usable: true, granule: { https: HTTPS } });
    expect(info).not.toHaveProperty("granule.s3");
  }
});
