import { describe, expect, test } from "vitest";
import { codecsFor } from "./codec.js";
import { arrayDocument, encodeDocument } from "./document.js";
import { parseDocument } from "./parse-document.js";
import { chunking, shardingCodecs } from "./sharding.js";

const INNER = codecsFor("float32", "gzip");
const SHARDED = arrayDocument({
  shape: [40],
  chunkShape: [32],
  dataType: "float32",
  fillValue: "NaN",
  codecs: shardingCodecs([4], INNER),
  dimensionNames: ["cells"],
});

function parsed(change: (document: { codecs: unknown; [key: string]: unknown }) => void): unknown {
  const document = JSON.parse(new TextDecoder().decode(encodeDocument(SHARDED)));
  change(document);
  return parseDocument(new TextEncoder().encode(JSON.stringify(document)), "a/zarr.json");
}

test("metadata spell the sharding codec as the specification does", () => {
  expect(SHARDED.chunk_grid.configuration.chunk_shape).toEqual([32]);
  expect(SHARDED.codecs).toEqual([
    {
      name: "sharding_indexed",
      configuration: {
        chunk_shape: [4],
        codecs: [
          { name: "bytes", configuration: { endian: "little" } },
          { name: "gzip", configuration: { level: 5 } },
        ],
        index_codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }],
        index_location: "end",
      },
    },
  ]);
  expect(parsed(() => undefined)).toEqual(SHARDED);
});

test("chunking tells what is packed by itself", () => {
  expect(chunking(SHARDED)).toEqual({ chunkShape: [4], codecs: INNER, slots: 8 });
  const plain = { ...SHARDED, codecs: INNER };
  expect(chunking(plain)).toEqual({ chunkShape: [32], codecs: INNER, slots: undefined });
  const square = {
    chunk_grid: { configuration: { chunk_shape: [4, 6] } },
    codecs: shardingCodecs([2, 2], INNER),
  };
  expect(chunking(square).slots).toBe(6);
});

test("inner chunks have a checksum", () => {
  expect(() => shardingCodecs([4], codecsFor("float32", "none"))).toThrow(/need a checksum/);
  expect(shardingCodecs([4], codecsFor("float32", "crc32c"))).toHaveLength(1);
});

test("an array whose inner chunks do not fill its chunks is not made", () => {
  const made = () =>
    arrayDocument({
      shape: [40],
      chunkShape: [30],
      dataType: "float32",
      fillValue: "NaN",
      codecs: shardingCodecs([4], INNER),
      dimensionNames: ["cells"],
    });
  expect(made).toThrow(expect.objectContaining({ code: "invalid" }));
});

describe("metadata of other kinds of sharding are refused", () => {
  const [sharding] = shardingCodecs([4], INNER);
  const configured = (configuration: object) => [
    { ...sharding, configuration: { ...sharding.configuration, ...configuration } },
  ];
  test.each<[string, unknown, RegExp]>([
    ["a codec before it", [INNER[0], sharding], /beside other codecs/],
    ["a codec after it", [sharding, { name: "crc32c" }], /beside other codecs/],
    ["no configuration", [{ name: "sharding_indexed" }], /inner chunks of undefined/],
    ["chunks that do not divide", configured({ chunk_shape: [5] }), /inner chunks of \[5\]/],
    ["chunks of no length", configured({ chunk_shape: [0] }), /inner chunks of \[0\]/],
    ["chunks of other dimensions", configured({ chunk_shape: [4, 1] }), /inner chunks of \[4,1\]/],
    ["sharding in sharding", configured({ codecs: [sharding] }), /codecs make no sense/],
    ["codecs that are none", configured({ codecs: "gzip" }), /codecs make no sense/],
    ["the index at the start", configured({ index_location: "start" }), /not at the end/],
    ["an index without a checksum", configured({ index_codecs: [INNER[0]] }), /with a crc32c/],
    ["a compressed index", configured({ index_codecs: INNER }), /with a crc32c/],
  ])("%s", (_, codecs, message) => {
    expect(() => parsed((document) => Object.assign(document, { codecs }))).toThrow(
      expect.objectContaining({ code: "unsupported", message: expect.stringMatching(message) }),
    );
  });

  test("but an index is at the end where nothing is said", () => {
    const { index_location: _, ...rest } = sharding.configuration;
    const codecs = [{ ...sharding, configuration: rest }];
    expect(parsed((document) => Object.assign(document, { codecs }))).toMatchObject({ codecs });
  });
});
