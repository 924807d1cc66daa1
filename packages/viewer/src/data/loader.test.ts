import { ProductError } from "@zagg/product";
import { expect, test } from "vitest";
import { loadOrder, loadVariable } from "./loader.js";
import type { ShownProduct, Variable } from "./shown-product.js";

const VARIABLE: Variable = { name: "h", label: "h", unit: undefined };

/** A product whose chunks are what `answer` gives. */
function productWith(answer: (k: number) => Promise<Float32Array | undefined>): ShownProduct {
  return { readShard: (_variable: unknown, k: number) => answer(k) } as Partial<ShownProduct> as ShownProduct;
}

test("only shards with chunks are read, nearest first", () => {
  const states = Uint8Array.of(1, 0, 3, 4, 2, 1);
  expect(loadOrder(states, (k) => -k)).toEqual([5, 4, 2, 0]);
});

test("missing and unreadable chunks are told, and the others still come", async () => {
  const product = productWith(async (k) => {
    if (k === 1) return undefined;
    if (k === 5) throw new ProductError("store", "missing-chunk", "chunk 5 is not there");
    if (k > 2) throw new ProductError("store", "bad-chunk", `chunk ${k} is bad`);
    return Float32Array.of(k);
  });
  const shards = new Map<number, Float32Array | undefined>();
  const problems: string[] = [];
  await loadVariable(product, VARIABLE, [0, 1, 2, 3, 4, 5], new AbortController().signal, {
    onShard: (k, values) => shards.set(k, values),
    onProblem: (message) => problems.push(message),
    onProgress: () => undefined,
  });
  expect([...shards].filter(([, values]) => values).map(([k]) => k)).toEqual([0, 2]);
  expect(problems).toEqual([
    "chunk 3 is bad",
    "2 of 6 chunks of h are missing from the store.",
    "2 of 6 chunks of h could not be read.",
  ]);
});

test("nothing is told after an abort", async () => {
  const controller = new AbortController();
  const told: number[] = [];
  const product = productWith(async () => {
    controller.abort();
    return Float32Array.of(1);
  });
  await loadVariable(product, VARIABLE, [0, 1, 2], controller.signal, {
    onShard: (k) => told.push(k),
    onProblem: () => told.push(-1),
    onProgress: () => told.push(-2),
  });
  expect(told).toEqual([]);
});
