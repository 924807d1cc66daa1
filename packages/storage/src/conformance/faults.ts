import { type Fault, type FaultProxy, seededRandom } from "@zagg/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isStorageError } from "../errors.js";
import type { RetryPolicy } from "../http/retry.js";
import type { OpenSource } from "../source.js";
import { codeOf, pattern, sameBytes } from "./sources.js";

/** Fails and recovers in milliseconds instead of seconds. Of a busy machine it may take a pause for a stall. */
export const IMPATIENT: RetryPolicy = { baseMs: 4, capMs: 40, budgetMs: 20_000, idleMs: 400 };
/** Waits as briefly, and takes nothing for a stall: for what must happen exactly so, however busy the machine is. */
export const EXACT: RetryPolicy = { ...IMPATIENT, budgetMs: 180_000, idleMs: 60_000 };

/** An object behind a proxy that lets things go wrong. */
export interface FaultBench {
  readonly proxy: FaultProxy;
  /** Opens the object anew, through the proxy. */
  open(retry?: RetryPolicy): OpenSource;
  /** Replaces the object. */
  replace(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Longer than what opening fetches along. */
const SIZE = 2_200_000;
const READ = 20_000;

/** What a remote source must do when things go wrong: every read is right or a typed error, in bounded time. */
export function examineFaults(name: string, start: () => Promise<FaultBench>): void {
  describe(`faults: ${name}`, () => {
    const whole = pattern(SIZE);
    let bench: FaultBench;

    beforeAll(async () => {
      bench = await start();
      await bench.replace(whole);
    });
    afterEach(() => {
      bench.proxy.decide = () => undefined;
    });
    afterAll(() => bench?.close());

    function byChance(seed: number, share: number, faults: readonly Fault[]): FaultProxy["decide"] {
      const random = seededRandom(seed);
      return () => (random() < share ? faults[Math.floor(random() * faults.length)] : undefined);
    }

    /** Reads all of the object in pieces, 8 at a time; yields the codes of those that failed. */
    async function readAll(source: OpenSource): Promise<string[]> {
      const offsets = Array.from({ length: (2 * SIZE) / READ - 1 }, (_, i) => (i * READ) / 2);
      const failures: string[] = [];
      const worker = async () => {
        for (let offset = offsets.pop(); offset !== undefined; offset = offsets.pop()) {
          try {
            sameBytes(await source.read(offset, READ), whole.subarray(offset, offset + READ));
          } catch (error) {
            if (!isStorageError(error)) throw error;
            failures.push(error.code);
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      return failures;
    }

    const slowDown: Fault = { kind: "status", status: 503, s3Code: "SlowDown" };
    it.each<[string, readonly Fault[]]>([
      ["503 in a fifth of the answers", [slowDown]],
      ["429 and 5xx", [429, 500, 502, 504].map((status) => ({ kind: "status", status }))],
      ["resets before the answer", [{ kind: "reset" }]],
      ["resets in the body", [1, 5000, 19_999].map((after) => ({ kind: "reset", after }))],
      ["truncated bodies", [0, 1, 19_999].map((after) => ({ kind: "truncate", after }))],
      ["stalls", [{ kind: "stall", after: 7000 }]],
      [
        "all of these",
        [slowDown, { kind: "reset" }, { kind: "reset", after: 9 }, { kind: "truncate", after: 99 }],
      ],
    ])("reads right through %s", async (_, faults) => {
      const before = bench.proxy.met.count;
      const source = bench.open();
      bench.proxy.decide = byChance(11, 0.2, faults);
      expect(await readAll(source)).toEqual([]);
      expect(bench.proxy.met.count).toBeGreaterThan(before);
      await source.close();
    });

    it("resumes a broken body from its last good byte", async () => {
      const source = bench.open(EXACT);
      const ranges: (string | undefined)[] = [];
      bench.proxy.decide = ({ headers }) => {
        ranges.push(headers.range);
        return ranges.length < 4 ? { kind: "truncate", after: 10_000 } : undefined;
      };
      sameBytes(await source.read(1000, 100_000), whole.subarray(1000, 101_000));
      expect(ranges).toEqual([1000, 11_000, 21_000, 31_000].map((from) => `bytes=${from}-100999`));
      expect(source.metrics()).toMatchObject({ requests: 4, bytes: 100_000, retries: 3 });
    });

    it.each<[string, Fault]>([
      ["another range", { kind: "wrong-range", shift: 1 }],
      ["the whole object", { kind: "ignore-range" }],
    ])("refuses an answer with %s", async (_, fault) => {
      const source = bench.open();
      bench.proxy.decide = () => fault;
      expect(await codeOf(source.read(1000, READ))).toBe("invalid");
      expect(await codeOf(source.size())).toBe("invalid");
      bench.proxy.decide = () => undefined;
      sameBytes(await source.read(1000, READ), whole.subarray(1000, 1000 + READ));
    });

    it.each<[string, Fault, string, RetryPolicy]>([
      ["throttles", slowDown, "throttled", EXACT],
      ["fails", { kind: "status", status: 500 }, "unavailable", EXACT],
      ["resets", { kind: "reset" }, "network", EXACT],
      ["stalls", { kind: "stall", after: 0 }, "network", IMPATIENT],
      ["drips", { kind: "drip", everyMs: 20 }, "network", IMPATIENT],
    ])("gives up on a server that always %s", async (_, fault, code, policy) => {
      bench.proxy.decide = () => fault;
      const failed = bench.open({ ...policy, budgetMs: 900 }).read(0, READ);
      await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(/; gave up after/) });
    });

    it("is given up once, not again for whatever is asked of it next", async () => {
      bench.proxy.decide = () => ({ kind: "reset" });
      const source = bench.open({ ...EXACT, budgetMs: 300 });
      expect(await codeOf(source.read(0, READ))).toBe("network");
      const { requests } = source.metrics();
      for (const ask of [() => source.version(), () => source.size(), () => source.read(5, 5)]) {
        await expect(ask()).rejects.toThrow(/gave up after/);
      }
      expect(source.metrics().requests).toBe(requests);
    });

    it("notices that the object was replaced between two reads", async () => {
      const source = bench.open();
      await source.read(0, READ);
      await bench.replace(whole.map((byte) => byte ^ 1));
      expect(await codeOf(source.read(100_000, READ))).toBe("changed");
      await bench.replace(whole);
    });

    it("notices that the object was replaced while a body was resumed", async () => {
      const source = bench.open(EXACT);
      let requests = 0;
      bench.proxy.decide = async () => {
        requests++;
        if (requests === 1) return { kind: "truncate", after: 10 };
        await bench.replace(whole.slice(0, -1));
        return undefined;
      };
      expect(await codeOf(source.read(0, SIZE - 2))).toBe("changed");
      expect(requests).toBe(2);
      await bench.replace(whole);
    });

    it("waits as long as it is told", async () => {
      const source = bench.open(EXACT);
      let told = false;
      bench.proxy.decide = () => {
        if (told) return undefined;
        told = true;
        return { kind: "status", status: 503, retryAfter: 3 };
      };
      await source.read(0, 10);
      // 3 s, cut to the longest wait of this policy; without being told it would be 2 to 4 ms.
      expect(source.metrics().waitMs).toBeGreaterThanOrEqual(IMPATIENT.capMs);
    });

    it("stops waiting when it is told to stop", async () => {
      bench.proxy.decide = () => slowDown;
      const signal = AbortSignal.timeout(50);
      expect(await codeOf(bench.open().read(0, 10, { signal }))).toBe("aborted");
      bench.proxy.decide = () => ({ kind: "stall", after: 3 });
      expect(await codeOf(bench.open().read(0, 10, { signal: AbortSignal.timeout(50) }))).toBe("aborted");
    });
  });
}
