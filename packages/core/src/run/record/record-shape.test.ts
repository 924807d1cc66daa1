import { describe, expect, test } from "vitest";
import { files, newStores, planOf } from "../../testing/sample-run.js";
import { shardKeys } from "../plan/plan-product.js";
import { processShard, shardContext } from "../task/process-shard.js";
import { recordProblem } from "./record-shape.js";

const plan = planOf();
const task = { index: 1, attempt: 1, allowPartial: false };
const written = await processShard(shardContext(plan, newStores(), files), task);
const of = { shard: written.shard, index: 1, attempt: 1, chunks: shardKeys(plan, 1), inBlocks: true };

/** The record of a shard that was written, as it lies in a store. */
const stored = () => JSON.parse(JSON.stringify(written));

test("a record that was written and read is one", () => {
  expect(written.state).toBe("written");
  expect(recordProblem(stored(), of)).toBeUndefined();
  const { result: _, ...failed } = stored();
  expect(recordProblem({ ...failed, state: "failed", chunks: [] }, of)).toBeUndefined();
  expect(recordProblem(failed, { ...of, inBlocks: false })).toBeUndefined();
});

describe("is not the record", () => {
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document that is about to be broken
  const broken: [string, (record: any) => void, RegExp][] = [
    [
      "another format",
      (r) => (r.format = "zagg-shard/1"),
      /^format: expected "zagg-shard\/2", found "zagg-shard\/1"$/,
    ],
    ["of another shard", (r) => (r.shard = "-1"), /^is that of shard -1 \(1\), attempt 1$/],
    ["of another place", (r) => (r.index = 2), /^is that of shard -\d+ \(2\), attempt 1$/],
    ["of another attempt", (r) => (r.attempt = 2), /^is that of shard -\d+ \(1\), attempt 2$/],
    [
      "of a shard that nobody has begun",
      (r) => (r.state = "pending"),
      /^state: expected "written" or .* or "failed", found "pending"$/,
    ],
    ["more than it should say", (r) => (r.counts.rows = 1), /^counts: expected no "rows", found an object$/],
    [
      "fewer points than none",
      (r) => (r.counts.pointsKept = -1),
      /^counts\.pointsKept: expected a number of at least 0, found -1$/,
    ],
    ["no time", (r) => (r.finished = "yesterday"), /^finished: expected a time, found "yesterday"$/],
    [
      "a digest in capitals",
      (r) => (r.chunks[0].sha256 = "F".repeat(64)),
      /^chunks\[0\]\.sha256: expected 64 hexadecimal digits, found "F{58}…$/,
    ],
    ["a chunk too few", (r) => r.chunks.pop(), /^names other chunks than those of a written shard$/],
    ["chunks in another order", (r) => r.chunks.reverse(), /^names other chunks/],
    [
      "chunks that a failed shard has not",
      (r) => (r.state = "failed"),
      /^names other chunks.* failed shard$/,
    ],
    ["a shard in a block without a result", (r) => delete r.result, /^names no result$/],
    [
      "a result of a failed shard",
      (r) => Object.assign(r, { state: "failed", chunks: [] }),
      /^names a result that it cannot have$/,
    ],
    [
      "a failure of a kind that there is not",
      (r) => r.failures.push({ kind: "bad luck", code: "x", message: "" }),
      /^failures\[0\]\.kind: expected "missing" or .*, found "bad luck"$/,
    ],
  ];

  test.each(broken)("%s", (_, damage, problem) => {
    const record = stored();
    damage(record);
    expect(recordProblem(record, of)).toMatch(problem);
  });
});
