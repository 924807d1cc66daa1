import { type Store, wrap } from "@zagg/storage";
import { storeDigests } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { newStores, planOf, run } from "../../testing/sample-run.js";
import { verifyProduct } from "../check/verify.js";
import type { PrepareProgress } from "./prepare.js";

const plan = planOf();

/** `store`, that calls `at` before the `n`th thing that is asked of it, counted by `asked`. */
function counting(store: Store, asked: { count: number }, n: number, at: () => void): Store {
  const count = <A extends unknown[], T>(ask: (...args: A) => T) => {
    return (...args: A): T => {
      if (++asked.count === n) at();
      return ask(...args);
    };
  };
  const { get, head, list, put } = store;
  return wrap(store, {
    get: count(get),
    head: count(head),
    list: count(list),
    put: count(put),
    delete: count(store.delete),
  });
}

describe("making the stores ready", () => {
  test("tells what it is at", async () => {
    const told: PrepareProgress[] = [];
    const onPhase = (_phase: string, progress?: PrepareProgress) => void (progress && told.push(progress));
    const stores = newStores();
    await run(plan, stores, { onPhase });
    const chunks = 2; // one block of each coordinate
    expect(told.filter(({ done }) => done === undefined)).toEqual(
      ["looking", "writing", "reading", "asking"].map((step) => ({ step })),
    );
    expect(told.filter(({ done }) => done !== undefined)).toEqual(
      Array.from({ length: chunks }, (_, i) => ({ step: "writing", done: i + 1, total: chunks })),
    );
    told.length = 0;
    await run(plan, stores, { onPhase });
    expect(told.map(({ step }) => step)).toEqual(["looking", "reading", "asking"]);
    await run(plan, stores, { onPhase, overwrite: true });
    expect(told.map(({ step }) => step)).toContain("deleting");
  });

  test.each([
    ["anew", {}, {}, false],
    ["in place of another", { overwrite: true }, {}, true],
    ["for going on", {}, { select: [0] }, true],
  ])(
    "%s, stopped anywhere: at once, and the next run goes on to the same product",
    async (_, mode, before, isMade) => {
      const whole = newStores();
      await run(plan, whole);
      const expected = await storeDigests(whole.product);
      for (let n = 1; ; n += 7) {
        const stores = newStores();
        if (isMade) await run(plan, stores, before);
        const stop = new AbortController();
        const asked = { count: 0 };
        const at = () => stop.abort();
        const counted = {
          product: counting(stores.product, asked, n, at),
          run: counting(stores.run, asked, n, at),
        };
        let isPreparing = true;
        const stopped: Promise<unknown> = run(plan, counted, {
          ...mode,
          signal: stop.signal,
          onStart: () => {
            isPreparing = false;
          },
        });
        const error: unknown = await stopped.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (!isPreparing) break;
        expect(error).toMatchObject({ kind: "aborted", code: "stopped" });
        const { count } = asked;
        await new Promise((resolve) => setTimeout(resolve, 30));
        expect(asked.count, "asked after the stop").toBe(count);
        await run(plan, stores, mode);
        expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
        expect(await storeDigests(stores.product)).toEqual(expected);
        expect(n).toBeLessThan(1000);
      }
    },
  );

  test("is not begun by a run that is stopped before", async () => {
    const stores = newStores();
    const stopped = run(plan, stores, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ kind: "aborted" });
    expect([await storeDigests(stores.product), await storeDigests(stores.run)]).toEqual([{}, {}]);
  });
});
