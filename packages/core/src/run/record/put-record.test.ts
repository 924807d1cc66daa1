import { memoryStore, StorageError, wrap } from "@zagg/storage";
import { expect, test } from "vitest";
import { planOf } from "../../testing/sample-run.js";
import { lostWorkerRecord } from "./lost-record.js";
import { putRecord } from "./put-record.js";
import { readRecord } from "./run-record.js";

const plan = planOf();
const lost = (message: string) =>
  lostWorkerRecord(plan, { index: 0, attempt: 1 }, { kind: "crash", code: "exit", message });

test("the first record of an attempt stands, and is what the second run is told", async () => {
  const store = memoryStore();
  const first = lost("first");
  expect(await putRecord(store, plan, first)).toBe(first);
  expect(await putRecord(store, plan, lost("second"))).toEqual(first);
  expect(await readRecord(store, plan, first)).toEqual(first);
});

test("a store that says a key is taken where nothing is does not pass for one that has the record", async () => {
  const taken = wrap(memoryStore(), {
    put: async (key) => {
      throw new StorageError("exists", key, "taken");
    },
  });
  await expect(putRecord(taken, plan, lost("ours"))).rejects.toMatchObject({
    kind: "store",
    code: "lost-record",
    message: expect.stringContaining(lost("ours").shard),
  });
});

test("a store that fails is not taken for a record", async () => {
  const full = wrap(memoryStore(), {
    put: async (key) => {
      throw new StorageError("no-space", key, "full");
    },
  });
  await expect(putRecord(full, plan, lost("ours"))).rejects.toMatchObject({ code: "no-space" });
});
