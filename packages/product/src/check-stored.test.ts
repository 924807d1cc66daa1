import { expect, test } from "vitest";
import { checkedLayout } from "./check-stored.js";
import { productDocuments } from "./documents.js";
import { MAX_SHARDS } from "./names.js";
import type { StoredDocuments } from "./read-documents.js";
import { orderGroup, type ProductSpec } from "./spec.js";

/** The metadata of a product of so many shards of one cell each. */
function documentsOf(shards: number, order = 10): StoredDocuments {
  const grid = { parentOrder: order, childOrder: order, latitude: "authalic" } as const;
  const spec: ProductSpec = {
    grid,
    shards: Array.from({ length: shards }, (_, k) => k),
    coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
    variables: { count: { dtype: "int32", fillValue: 0, attrs: {} } },
    codecs: "gzip",
    shardsPerObject: 1,
    provenance: {},
    groupAttrs: {},
  };
  const states = { pending: shards, written: 0, partial: 0, empty: 0, failed: 0 };
  const path = orderGroup(grid);
  const found = [...productDocuments(spec, { shards: states, counts: {} })];
  const arrays = found.flatMap(([key, document]) =>
    document.node_type === "array" ? [[key.slice(path.length + 1), document] as const] : [],
  );
  const group = found.find(([key]) => key === path)?.[1];
  if (group?.node_type !== "group") throw new Error(`no group ${path}`);
  return { path, group, arrays: new Map(arrays) };
}

test("as many shards are read as may be, and no more", () => {
  const layout = checkedLayout("memory:", documentsOf(MAX_SHARDS));
  expect(layout.grid).toEqual({ parentOrder: 10, childOrder: 10, latitude: "authalic" });
  expect(() => checkedLayout("memory:", documentsOf(MAX_SHARDS + 1))).toThrow(
    /3145729 shards are more than 3145728/,
  );
});

test("the whole sphere, of the coarsest cells too, and no more shards than it has", () => {
  for (const [order, shards] of [
    [0, 12],
    [1, 48],
  ] as const) {
    expect(checkedLayout("memory:", documentsOf(shards, order)).shardCount).toBe(shards);
    expect(() => checkedLayout("memory:", documentsOf(shards + 1, order))).toThrow(/cells of order/);
  }
});
