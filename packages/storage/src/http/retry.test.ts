import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newCounters } from "../counters.js";
import { StorageError } from "../errors.js";
import { backoffMs, RETRY_POLICY, withRetry } from "./retry.js";

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

describe("withRetry", () => {
  const policy = { ...RETRY_POLICY, baseMs: 1, capMs: 2 };

  it("tries again until it works, and counts how often", async () => {
    const counters = newCounters();
    let failures = 5;
    const attempt = async () => {
      if (failures-- > 0) throw new StorageError("unavailable", "x", "not yet");
      return "there";
    };
    expect(await withRetry({ url: "x", policy, counters, attempt })).toBe("there");
    expect(counters.retries).toBe(5);
    expect(counters.waitMs).toBeGreaterThan(0);
  });

  it("tries once where no further try is within the budget", async () => {
    const counters = newCounters();
    const attempt = () => Promise.reject(new StorageError("network", "x", "no answer"));
    const failed = withRetry({ url: "x", policy: { ...policy, budgetMs: 0 }, counters, attempt });
    await expect(failed).rejects.toThrow("x: no answer; gave up after 0 s");
    expect(counters.retries).toBe(0);
  });
});
