import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProduct, type ProductSpec, writeShard, writeState, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { runOracle } from "@zagg/testing";
import type { ChunkValues } from "@zagg/zarr";
import { expect, test } from "vitest";
import { exportCells } from "./export-cells.js";

/** Of every type: an extreme, one more, no value where the type can say so, and a cell without points. */
const VALUES = {
  count: Int32Array.of(3, 2, 1, 0),
  int8: Int8Array.of(-128, 127, 1, 0),
  uint8: Uint8Array.of(255, 1, 1, 0),
  int16: Int16Array.of(-32768, 32767, 1, 0),
  uint16: Uint16Array.of(65535, 1, 1, 0),
  int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 1, 0),
  uint32: Uint32Array.of(2 ** 32 - 1, 1, 1, 0),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 1n, 0n),
  uint64: BigUint64Array.of(2n ** 64n - 1n, 1n, 1n, 0n),
  float32: Float32Array.of(0.1, -3.4e38, Number.NaN, Number.NaN),
  float64: Float64Array.of(0.1, -1.7e308, Number.NaN, Number.NaN),
} as const satisfies Record<string, ChunkValues>;
type Name = keyof typeof VALUES;
const NAMES = Object.keys(VALUES) as Name[];
const dtypeOf = (name: Name) => (name === "count" ? "int32" : name);

const SPEC: ProductSpec = {
  grid: { parentOrder: 2, childOrder: 3, latitude: "authalic" },
  shards: [130],
  coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
  variables: Object.fromEntries(
    NAMES.map((name) => [
      name,
      { dtype: dtypeOf(name), fillValue: name.startsWith("float") ? "NaN" : 0, attrs: {} },
    ]),
  ),
  codecs: "gzip",
  shardsPerObject: 1,
  provenance: {},
  groupAttrs: {},
};

test("Arrow reads every type, value and null of an exported Parquet file", async () => {
  const store = memoryStore();
  await writeTemplate(store, SPEC);
  await writeShard(store, SPEC, 0, new Map<string, ChunkValues>(Object.entries(VALUES)));
  await writeState(store, SPEC, Uint8Array.of(1), {});
  const parts: Uint8Array[] = [];
  for await (const part of exportCells(await openProduct(store), "parquet")) parts.push(part);
  const folder = await mkdtemp(join(tmpdir(), "zagg-parquet-"));
  await writeFile(join(folder, "cells.parquet"), Buffer.concat(parts));

  const found = await runOracle("read_export.py", join(folder, "cells.parquet"));
  const expected = (name: Name) => Array.from<number | bigint>(VALUES[name]).slice(0, 3).map(asPlain);
  expect(found).toMatchObject({
    types: {
      cell_ids: "uint64",
      longitude: "float64",
      ...Object.fromEntries(NAMES.map((n) => [n, dtypeOf(n)])),
    },
    nullable: [...NAMES].sort(),
    columns: { cell_ids: [520, 521, 522], ...Object.fromEntries(NAMES.map((n) => [n, expected(n)])) },
  });
  await rm(folder, { recursive: true });
});

/** As the oracle prints values: integers beyond a double as text, no value as null. */
function asPlain(value: number | bigint): number | string | null {
  if (Number.isNaN(value)) return null;
  return Number.isSafeInteger(Number(value)) || typeof value === "number" ? Number(value) : String(value);
}
