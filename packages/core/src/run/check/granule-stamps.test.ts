import { StorageError } from "@zagg/storage";
import { expect, test } from "vitest";
import type { Plan } from "../plan/plan.js";
import type { ShardRecords } from "../record/run-record.js";
import { stampGranules, usedGranules } from "./granule-stamps.js";

/** More than are looked at together. */
const ids = Array.from({ length: 100 }, (_, i) => `${i}.h5`);
const plan = { granules: [...ids, "unused.h5"].map((id) => ({ id })) } as unknown as Plan;
const records = new Map([["-1", { granules: ids.map((id) => ({ id })) }]]) as unknown as ShardRecords;

test("the granules that some record has used, as they look now", async () => {
  const stamps = await stampGranules(plan, usedGranules(records), async ({ id }) => ({
    size: id.length,
    etag: id,
  }));
  expect([...stamps.keys()].sort()).toEqual(ids.toSorted());
  expect(stamps.get("7.h5")).toEqual({ id: "7.h5", size: 4, etag: "7.h5" });
  expect(await stampGranules(plan, usedGranules(records), undefined)).toEqual(new Map());
});

test("one that is not there has no stamp, and the others have theirs", async () => {
  const stamps = await stampGranules(plan, usedGranules(records), async ({ id }) => {
    if (id === "7.h5") throw new StorageError("not-found", id, "gone");
    return { size: 1 };
  });
  expect(stamps.size).toBe(99);
});

test.each(["network", "throttled", "unavailable", "auth"] as const)(
  "after %s no more are asked",
  async (code) => {
    let asked = 0;
    const stamps = await stampGranules(plan, usedGranules(records), async ({ id }) => {
      asked++;
      throw new StorageError(code, id, "refused by the test");
    });
    expect(stamps.size).toBe(0);
    expect(asked).toBeLessThan(50);
  },
);
