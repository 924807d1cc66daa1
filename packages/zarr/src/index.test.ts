import { expect, test } from "vitest";
import * as zarr from "./index.js";

test("the public API", () => {
  expect(Object.keys(zarr).sort()).toEqual([
    "GZIP_LEVEL",
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
    "filled",
    "groupDocument",
    "isDataType",
    "isZarrError",
    "parseDocument",
  ]);
});
