import { expect, it } from "vitest";
import * as healpix from "./index.js";

it("offers these names", () => {
  expect(Object.keys(healpix).sort()).toMatchInlineSnapshot(`
    [
      "AUTHALIC_RADIUS",
      "HealpixError",
      "MAX_MORTON_INT64_ORDER",
      "MAX_NUMBER_ORDER",
      "MAX_ORDER",
      "WGS84",
      "WGS84_E2",
      "authalicLatitude",
      "cellArea",
      "cellBoundary",
      "cellCentre",
      "cellCentres",
      "cellCount",
      "cellOf",
      "cellOf64",
      "cellOfMorton",
      "cellSide",
      "cellsOf",
      "cellsOf64",
      "cellsPerShard",
      "childrenOf",
      "coarserCoverage",
      "coverPolygon",
      "coverageCells",
      "coverageCount",
      "coverageOf",
      "coveragesPerCell",
      "geodeticLatitude",
      "isHealpixError",
      "mortonOf",
      "mortonRange",
      "multiOrderCells",
      "neighbours",
      "parentOf",
      "polygonCoverage",
      "ringExtent",
      "selectShard",
      "shardSelector",
      "unionOf",
    ]
  `);
});
