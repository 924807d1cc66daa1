import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, RETRY_POLICY } from "./retry.js";

describe("backoffMs", () => {
  it("is half fixed, half random, doubles, and is capped", () => {
    const range = (failures: number) => [0, 1].map((random) => backoffMs(RETRY_POLICY, failures, random));
    expect(range(1)).toEqual([500, 1000]);
    expect(range(3)).toEqual([2000, 4000]);
    expect(range(9)).toEqual([15_000, 30_000]);
  });

  it("never leaves its bounds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (failures) => {
        const wait = backoffMs(RETRY_POLICY, failures);
        return wait >= RETRY_POLICY.baseMs / 2 && wait <= RETRY_POLICY.capMs;
      }),
    );
  });
});
