import { expect, test } from "vitest";
import { planOf } from "../../testing/sample-run.js";
import { lostWorkerRecord } from "../record/lost-record.js";
import type { ShardFailure } from "../record/outcome.js";
import type { GranuleStamp, ShardRecord } from "../record/shard-record.js";
import { changedGranules } from "./changed-granules.js";

const plan = planOf();

/** Records of the shards, in order, of the granules that each read. */
function recordsOf(...shards: readonly (readonly GranuleStamp[])[]): Map<string, ShardRecord> {
  const records = shards.map((granules, index): ShardRecord => {
    const lost = lostWorkerRecord(plan, { index, attempt: 1 }, { kind: "crash", code: "x", message: "x" });
    return { ...lost, granules, failures: [], finished: `2026-01-01T00:00:0${index}Z` };
  });
  return new Map(records.map((record) => [record.shard, record]));
}

const nobody = async () => new Map<string, GranuleStamp>();
const a = (size: number, more: Omit<GranuleStamp, "id" | "size"> = {}) => ({ id: "a", size, ...more });
const b = (etag: string) => ({ id: "b", etag });

test("one version of each granule is no change, and nobody is asked", async () => {
  const ask = async () => expect.unreachable();
  expect(await changedGranules(recordsOf([a(1), b("x")], [a(1)], [b("x")]), ask)).toEqual([]);
  // By another way less is known of it.
  expect(await changedGranules(recordsOf([a(1, { etag: "x" })], [a(1, { modified: "t" })]), ask)).toEqual([]);
});

test("of two versions that which is there now counts, and the shards of the other are named", async () => {
  const records = recordsOf([a(1), b("x")], [a(2), b("x")], [a(1)]);
  const now = async (ids: ReadonlySet<string>) => {
    expect([...ids]).toEqual(["a"]);
    return new Map([["a", a(2)]]);
  };
  expect(await changedGranules(records, now)).toEqual([{ granule: "a", shards: [0, 2] }]);
  const neither = async () => new Map([["a", a(3)]]);
  expect(await changedGranules(records, neither)).toEqual([{ granule: "a", shards: [0, 1, 2] }]);
});

test("where it does not answer, the version that was read last counts", async () => {
  expect(await changedGranules(recordsOf([b("x")], [b("x")], [b("y")]), nobody)).toEqual([
    { granule: "b", shards: [0, 1] },
  ]);
});

test("a granule that one shard saw change while it read it is asked for", async () => {
  const records = recordsOf([a(1)], [a(1)]);
  const [first] = [...records.values()];
  const failure: ShardFailure = { granule: "a", kind: "corrupt", code: "changed", message: "x" };
  records.set(first?.shard ?? "", { ...(first as ShardRecord), failures: [failure] });
  const now = async () => new Map([["a", a(2)]]);
  expect(await changedGranules(records, now)).toEqual([{ granule: "a", shards: [0, 1] }]);
});
