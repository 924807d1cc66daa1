import { defaultConfig, makePlan } from "@zagg/core";
import { mortonOf } from "@zagg/healpix";
import { describe, expect, test } from "vitest";
import { estimateCost } from "./estimate.js";
import { CostMeter } from "./meter.js";
import { DEPLOYED_SIZE } from "./price.js";

/** A plan of so many shards, each with so many granules of the archive. */
function planOf(shards: number, granulesEach: number, bucket = "nsidc-cumulus-prod-protected") {
  const ids = Array.from({ length: shards }, (_, nested) => String(mortonOf(6, nested)));
  const granules = Array.from({ length: granulesEach }, (_, i) => ({
    id: `g${i}.h5`,
    s3: `s3://${bucket}/g${i}.h5`,
    size: 159e6,
  }));
  const positions = granules.map((_, i) => i);
  return makePlan(
    defaultConfig(),
    {
      format: "zagg-catalog/2",
      metadata: { grid: { parentOrder: 6, latitude: "authalic" } },
      granules,
      shards: ids.map((id) => ({ id, granules: positions })),
    },
    { parentOrder: 6, childOrder: 12, latitude: "authalic" },
  );
}

const all = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("what a run would cost", () => {
  test("an Antarctic cycle (1,330 shards, 76,575 pairs) is below a dollar", () => {
    const plan = planOf(1330, 58);
    const { expected, ceiling } = estimateCost(plan, all(1330), DEPLOYED_SIZE);
    expect(expected).toBeGreaterThan(0.3);
    expect(expected).toBeLessThan(1);
    expect(ceiling).toBeCloseTo(4 * expected);
  });

  test("requests to buckets that are not an archive's are the caller's to pay", () => {
    const [archive, own] = [planOf(10, 10), planOf(10, 10, "my-granules")].map(
      (plan) => estimateCost(plan, all(10), DEPLOYED_SIZE).expected,
    ) as [number, number];
    expect(own).toBeGreaterThan(archive);
  });

  test("the ceiling of few shards is what their time limit allows", () => {
    const { ceiling } = estimateCost(planOf(3, 10), all(3), DEPLOYED_SIZE);
    expect(ceiling).toBeCloseTo(2 * 3 * (900 * 2 * 0.0000133334), 4);
  });
});

test("failed invocations are billed, and larger functions by their memory", () => {
  const meter = new CostMeter({ memory: 2048, architecture: "arm64" });
  meter.invocation(10);
  meter.invocation(10, 4096, true);
  expect(meter.report()).toMatchObject({
    invocations: 2,
    failed_invocations: 1,
    lambda_time_s: 20,
    gb_seconds: 60,
  });
  expect(meter.dollars).toBeCloseTo(60 * 0.0000133334 + 2 * 2e-7, 9);
});
