import { cellsPerShard } from "@zagg/healpix";
import { expect, test } from "vitest";
import { planOf } from "../../testing/sample-run.js";
import { estimateRun } from "./estimate.js";
import {
  BYTES_PER_ROW,
  CELL_BYTES,
  GRANULE_SHARE,
  KEPT_SHARE,
  localMemory,
  MEMORY_SHARE,
  shardMemory,
  TYPICAL_GRANULE_BYTES,
  VALUE_BYTES,
  WORKER_BYTES,
} from "./shard-memory.js";

const plan = planOf();
const sized = (size: number) => ({
  ...plan,
  granules: plan.granules.map((granule) => ({ ...granule, size })),
});

test("an estimate counts what the selected shards read, each granule once", () => {
  // The second and third shard have the granules 0, 1 and 0, 1, 3.
  expect(estimateRun(sized(1000), [1, 2])).toEqual({
    format: "zagg-estimate/1",
    identity: plan.identity,
    total_shards: 5,
    selected_shards: 2,
    granules: 3,
    pairs: 5,
    bytes: 3 * 1000 * 0.1,
    requests: 3 * 24,
    // Ranks, heights and their errors, of the rows that two and one shards keep.
    extract_bytes: Math.round((1000 / BYTES_PER_ROW) * 5 * KEPT_SHARE * 12),
    output_bytes: cellsPerShard(plan.grid) * (5 * (8 + 8) + 2 * 9 * 4),
    cpu_s: 3 * 0.25 + 5 * 0.02,
    shard_memory: shardMemory(sized(1000), 2),
  });
  const unsized = { ...plan, granules: plan.granules.map(({ id }) => ({ id })) };
  expect(estimateRun(unsized, [4]).bytes).toBe(TYPICAL_GRANULE_BYTES * 0.1);
  const byShards = estimateRun(sized(1000), [1, 2], "shard");
  expect(byShards).toMatchObject({ bytes: 5 * 1000 * 0.1, requests: 5 * 24, cpu_s: 5 * 0.04 + 5 * 0.02 });
  expect(byShards).not.toHaveProperty("extract_bytes");
  expect(estimateRun(plan, [])).toMatchObject({ pairs: 0, bytes: 0, shard_memory: 0 });
  expect(estimateRun({ ...plan, outside: { shards: 1, granules: 2 } }, []).outside).toEqual({
    shards: 1,
    granules: 2,
  });
});

test("a shard's memory: four granules at a time, the points of all, and its cells", () => {
  const granules = Array.from({ length: 6 }, (_, i) => ({ id: `${i}.h5`, size: (i + 1) * 1e6 }));
  const six = { ...plan, granules, shards: [{ id: "-1", nested: 1, granules: [0, 1, 2, 3, 4, 5] }] };
  const points = (21e6 / BYTES_PER_ROW) * KEPT_SHARE;
  expect(shardMemory(six, 0)).toBe(
    Math.round(
      WORKER_BYTES +
        (6 + 5 + 4 + 3) * 1e6 * GRANULE_SHARE +
        points * (2 + 3) * VALUE_BYTES +
        cellsPerShard(plan.grid) * 9 * CELL_BYTES,
    ),
  );
  expect(estimateRun(sized(150e6), [0, 1, 2]).shard_memory).toBe(shardMemory(sized(150e6), 2));
  expect(shardMemory(plan, 99)).toBe(WORKER_BYTES + cellsPerShard(plan.grid) * 9 * CELL_BYTES);
  expect(localMemory()).toBeGreaterThan(1e8 * MEMORY_SHARE);
});

test("what comes over https is told as time on an office line, files are not", () => {
  expect(estimateRun(plan, [0])).not.toHaveProperty("office_line_s");
  const granules = plan.granules.map(({ id }) => ({
    id,
    https: `https://data.example/${id}`,
    size: 125e6,
  }));
  const { office_line_s: seconds, granules: read } = estimateRun({ ...plan, granules }, [0]);
  expect(seconds).toBeCloseTo(read * 1);
});
