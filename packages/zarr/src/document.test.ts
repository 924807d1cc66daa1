import { describe, expect, test } from "vitest";
import { codecsFor } from "./codec.js";
import { consolidate } from "./consolidate.js";
import { type DataType, filled } from "./data-type.js";
import {
  type ArrayDocument,
  arrayDocument,
  chunkKey,
  type Document,
  documentKey,
  encodeDocument,
  groupDocument,
} from "./document.js";
import { parseDocument } from "./parse-document.js";

const COUNT = arrayDocument({
  shape: [8192],
  chunkShape: [4096],
  dataType: "int32",
  fillValue: 0,
  codecs: codecsFor("int32", "none"),
  dimensionNames: ["cells"],
});

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

describe("metadata documents", () => {
  test("an array", () => {
    expect(COUNT).toEqual({
      shape: [8192],
      data_type: "int32",
      chunk_grid: { name: "regular", configuration: { chunk_shape: [4096] } },
      chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
      fill_value: 0,
      codecs: [{ name: "bytes", configuration: { endian: "little" } }],
      attributes: {},
      dimension_names: ["cells"],
      zarr_format: 3,
      node_type: "array",
      storage_transformers: [],
    });
  });

  test("ranks must agree", () => {
    const options = { shape: [4, 4], chunkShape: [4], dataType: "int8", fillValue: 0, codecs: [] } as const;
    expect(() => arrayDocument({ ...options, dimensionNames: ["x", "y"] })).toThrow(/chunk shape \[4\]/);
  });

  test("keys", () => {
    expect(documentKey("")).toBe("zarr.json");
    expect(documentKey("12/count")).toBe("12/count/zarr.json");
    expect(chunkKey("12/count", 7)).toBe("12/count/c/7");
    expect(chunkKey("", 1, 2)).toBe("c/1/2");
    expect(chunkKey("scalar")).toBe("scalar/c");
  });

  test("a document comes back from its bytes", () => {
    for (const document of [COUNT, groupDocument({ title: "ü", list: [1, 2] })]) {
      expect(parseDocument(encodeDocument(document), "zarr.json")).toEqual(document);
    }
  });

  test("names of dimensions and attributes may be left out", () => {
    const { dimension_names, attributes, ...bare } = COUNT;
    expect(parseDocument(bytesOf(bare), "zarr.json")).toEqual({
      ...bare,
      attributes: {},
      dimension_names: [null],
    });
  });

  test("attributes that JSON would turn into null are refused", () => {
    expect(() => encodeDocument(groupDocument({ nested: { limit: Number.NaN } }))).toThrow(/limit is NaN/);
  });

  test("what we cannot read is refused", () => {
    const refused: [unknown, RegExp][] = [
      [{ ...COUNT, zarr_format: 2 }, /no Zarr v3/],
      [{ ...COUNT, node_type: "table" }, /neither group nor array/],
      [{ ...COUNT, data_type: "complex64" }, /do not read/],
      [{ ...COUNT, chunk_grid: { name: "rectilinear" } }, /do not read/],
      [{ ...COUNT, shape: [-1] }, /do not read/],
      [[], /no Zarr v3/],
      [null, /no Zarr v3/],
    ];
    for (const [value, message] of refused)
      expect(() => parseDocument(bytesOf(value), "12/count")).toThrow(message);
    expect(() => parseDocument(new TextEncoder().encode("{"), "12/count")).toThrow(/12\/count is no JSON/);
    const root = consolidate(
      new Map<string, Document>([
        ["", groupDocument()],
        ["a", { ...COUNT, shape: [-1] }],
      ]),
    ).get("");
    expect(() => parseDocument(bytesOf(root), "zarr.json")).toThrow(/zarr.json, a is an array/);
  });
});

describe("consolidated metadata", () => {
  const documents = new Map<string, Document>([
    ["12/count", COUNT],
    ["12", groupDocument({ dggs: {} })],
    ["", groupDocument()],
    ["12/cell_ids", COUNT],
  ]);

  test("every group holds what lies below it: by depth, then by name, inner groups with an empty block", () => {
    const result = consolidate(documents);
    expect([...result.keys()]).toEqual(["", "12", "12/cell_ids", "12/count"]);
    const empty = { kind: "inline", must_understand: false, metadata: {} };
    expect(result.get("")).toEqual({
      attributes: {},
      zarr_format: 3,
      node_type: "group",
      consolidated_metadata: {
        kind: "inline",
        must_understand: false,
        metadata: {
          "12": {
            attributes: { dggs: {} },
            zarr_format: 3,
            node_type: "group",
            consolidated_metadata: empty,
          },
          "12/cell_ids": COUNT,
          "12/count": COUNT,
        },
      },
    });
    const group = result.get("12");
    expect(group?.node_type === "group" && Object.keys(group.consolidated_metadata?.metadata ?? {})).toEqual([
      "cell_ids",
      "count",
    ]);
    expect(result.get("12/count")).toBe(COUNT satisfies ArrayDocument);
  });

  test("a name that another begins with is no parent", () => {
    const result = consolidate(
      new Map<string, Document>([
        ["1", groupDocument()],
        ["12", groupDocument()],
      ]),
    );
    expect(result.get("1")).toMatchObject({ consolidated_metadata: { metadata: {} } });
  });
});

describe("fill values", () => {
  test.each<[DataType, number | "NaN" | "-Infinity", unknown]>([
    ["float32", "NaN", Number.NaN],
    ["float64", "-Infinity", Number.NEGATIVE_INFINITY],
    ["float32", -9999, -9999],
    ["int32", -1, -1],
    ["uint64", 0, 0n],
    ["int64", -5, -5n],
  ])("%s holds %s", (dataType, fill, expected) => {
    expect([...filled(dataType, 2, fill)]).toEqual([expected, expected]);
  });

  test.each<[DataType, number | "NaN"]>([
    ["int32", "NaN"],
    ["uint8", -1],
    ["uint8", 256],
    ["uint64", -1],
    ["int16", 1.5],
  ])("%s cannot hold %s", (dataType, fill) => {
    expect(() => filled(dataType, 2, fill)).toThrow(/cannot hold/);
  });
});
