import { expect, test } from "vitest";
import * as zarr from "./index.js";

test("the public API", () => {
  expect(Object.keys(zarr).sort()).toEqual([
    "DATA_TYPES",
    "GZIP_LEVEL",
    "VALUE_RANGE",
    "ZarrError",
    "arrayDocument",
    "bytesPerValue",
    "chunkKey",
    "codecsFor",
    "consolidate",
    "crc32c",
    "dataTypeOf",
    "decodeChunk",
    "documentKey",
    "encodeChunk",
    "encodeChunkAside",
    "encodeDocument",
    "fillFits",
    "filled",
    "groupDocument",
    "isDataType",
    "isFloat",
    "isZarrError",
    "parseDocument",
  ]);
});
