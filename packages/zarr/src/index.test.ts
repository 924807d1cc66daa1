import { expect, test } from "vitest";
import * as zarr from "./index.js";

test("the public API", () => {
  expect(Object.keys(zarr).sort()).toEqual([
    "DATA_TYPES",
    "GZIP_LEVEL",
    "VALUE_RANGE",
    "ZarrError",
    "arrayDocument",
    "blockIndex",
    "blockIndexBytes",
    "bytesPerValue",
    "chunkKey",
    "chunking",
    "codecsFor",
    "consolidate",
    "crc32c",
    "dataTypeOf",
    "decodeBlock",
    "decodeChunk",
    "documentKey",
    "encodeBlock",
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
    "shardingCodecs",
    "valuesOf",
  ]);
});
