import { openProduct } from "@zagg/product";
import { type Store, wrap } from "@zagg/storage";
import { expect, test } from "vitest";
import { newStores, planOf, run } from "../../testing/sample-run.js";
import { readRecords } from "../record/run-record.js";
import { recordedStates } from "../record/todo.js";
import type { ProductStores } from "../stores/open-store.js";
import { closeStates } from "./close-states.js";

const plan = planOf();
const stores = newStores();
await run(plan, stores);
const records = await readRecords(stores.run, plan);
const states = recordedStates(plan, records);
const whole = await statesIn(stores);

/** The stores, of whose first `lost` puts of shards' states nothing stays. */
function losing(lost: number): ProductStores & { readonly puts: () => number } {
  let puts = 0;
  const product = wrap<Store>(stores.product, {
    async put(key, bytes, options) {
      const isState = key.includes("/shard_state/c/");
      if (isState && puts++ < lost) return;
      await stores.product.put(key, bytes, options);
    },
  });
  return { ...stores, product, puts: () => puts };
}

/** No shard is known to be done. */
async function forget(): Promise<void> {
  const none = new Map();
  await closeStates(plan, { ...stores, run: newStores().run }, recordedStates(plan, none), none);
  expect(await statesIn(stores)).toEqual(new Array(plan.shards.length).fill(0));
}

test("what a store loses is told again until it is there", async () => {
  expect(whole).toContain(1);
  for (const lost of [0, 1, 9]) {
    await forget();
    const lossy = losing(lost);
    await closeStates(plan, lossy, states, records);
    expect(await statesIn(stores)).toEqual(whole);
    expect(lossy.puts()).toBe(lost + 1);
  }
});

test("a store that loses it ten times is told by the key", async () => {
  await forget();
  await expect(closeStates(plan, losing(10), states, records)).rejects.toMatchObject({
    code: "not-kept",
    message: expect.stringMatching(/does not keep what is put: 8\/shard_state\/c\/0/),
  });
});

test("what another run has done meanwhile is told too", async () => {
  const earlier = new Map([...records].slice(2));
  await forget();
  await closeStates(plan, stores, recordedStates(plan, earlier), earlier);
  expect(await statesIn(stores)).toEqual(whole);
});

async function statesIn({ product }: ProductStores): Promise<number[]> {
  return [...((await (await openProduct(product)).states()) ?? [])];
}
