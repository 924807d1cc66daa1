import { openProduct, type Product } from "@zagg/product";
import { expect, test } from "vitest";
import { catalog, newStores, planOf, run } from "../../testing/sample-run.js";
import { ontoShardsOf } from "./onto-shards.js";

test("another product's shard list: the same shape, shards without granules empty, others counted", async () => {
  const [stores, aligned] = [newStores(), newStores()];
  const plan = planOf();
  await run(plan, stores);
  const product = await openProduct(stores.product);
  const elsewhere = { id: "-5111111", granules: [0] };
  const other = { ...catalog, shards: [...catalog.shards.slice(1), elsewhere] };
  const { catalog: taken, shardsOutside } = ontoShardsOf(product, other);
  expect(shardsOutside).toBe(catalog.shards.some(({ id }) => id === elsewhere.id) ? 0 : 1);
  expect(taken.shards.map(({ id }) => id)).toEqual(plan.shards.map(({ id }) => id));
  const { summary } = await run(planOf(taken), aligned);
  expect(summary.empty).toBeGreaterThanOrEqual(1);
  expect((await openProduct(aligned.product)).spec.shards).toEqual(product.spec.shards);
  const coarse = {
    ...catalog,
    metadata: { ...catalog.metadata, grid: { parentOrder: 5, latitude: "authalic" } as const },
  };
  expect(() => ontoShardsOf(product, coarse)).toThrow(/parent order 6.*parent order 5/);
  expect(() => ontoShardsOf(product, { ...catalog, shards: [elsewhere] })).toThrow(/no shard in common/);
});

test("a product of 0.1.0, which does not tell all of its shards, and one of another latitude", async () => {
  const spec = (latitude: "authalic" | "geodetic", shards: number[]) =>
    ({
      url: "old.zarr",
      spec: { grid: { parentOrder: 6, childOrder: 8, latitude }, shards },
    }) as unknown as Product;
  const refused = (product: Product) => () => ontoShardsOf(product, catalog);
  expect(refused(spec("authalic", [33288, -1]))).toThrow(/old.zarr cannot be taken: it was made by 0.1.0/);
  expect(refused(spec("geodetic", [33288]))).toThrow(/geodetic latitude, the catalog those of .* authalic/);
});
