import { describe, expect, test } from "vitest";
import { failing, files, newStores, planOf, run } from "../../testing/sample-run.js";
import type { Plan } from "../plan/plan.js";
import type { GranuleOpener } from "./open-granule.js";

describe("a source that refuses or is silent", () => {
  test("no credentials: the run stops, its other shards stay pending, and go on once they work", async () => {
    const plan = planOf();
    const stores = newStores();
    const { summary, ran } = await run(plan, stores, { open: () => failing("auth") });
    expect(ran).toHaveLength(1);
    expect(summary).toMatchObject({ stopped_by: "auth", failed: 1, pending: plan.shards.length - 1 });
    expect((await run(plan, stores)).summary).toMatchObject({ failed: 0, pending: 0 });
  });

  test("one granule that may not be read is missing, where others of its place can be", async () => {
    const plan = planOf();
    const [forbidden] = plan.granules;
    const open: GranuleOpener = (granule) =>
      granule.id === forbidden?.id ? failing("denied", `/data/${granule.id}`) : files(granule);
    const { summary } = await run(plan, newStores(), { open });
    expect(summary.stopped_by).toBeUndefined();
    expect(new Set(summary.failures.map(({ kind, code, granule }) => `${kind} ${code} ${granule}`))).toEqual(
      new Set([`missing denied ${forbidden?.id}`]),
    );
    const refused = await run(plan, newStores(), { open: () => failing("denied") });
    expect(refused.summary.stopped_by).toBe("auth");
  });

  test("a dead network: after three shards the run stops, and goes on once it is back", async () => {
    const plan = planOf();
    const stores = newStores();
    const { summary, ran } = await run(plan, stores, { open: () => failing("network") });
    expect(ran).toHaveLength(3);
    expect(summary).toMatchObject({ stopped_by: "upstream", failed: 3 });
    expect((await run(plan, stores)).summary).toMatchObject({ failed: 0, pending: 0 });
  });

  test("a network that is down for one granule: those not begun are not tried, but where partial is allowed", async () => {
    const [gone, ...rest] = planOf().granules;
    // More than are read at the same time.
    const granules = [gone, ...Array.from({ length: 9 }, () => rest[0])].map((granule, i) => ({
      ...granule,
      id: `${i}.h5`,
    })) as Plan["granules"];
    const plan = {
      ...planOf(),
      granules,
      shards: [{ id: "-3131141", nested: 33288, granules: granules.map((_, i) => i) }],
    };
    const opened: string[] = [];
    const open: GranuleOpener = (granule) => {
      opened.push(granule.id);
      return granule.id === "0.h5" ? failing("network") : files(granule);
    };
    const { summary } = await run(plan, newStores(), { open });
    expect(summary.failures[0]).toMatchObject({ granule: "0.h5", kind: "network", code: "network" });
    const untried = summary.failures.slice(1);
    expect(untried.length).toBeGreaterThan(0);
    for (const { kind, code, granule, message } of untried) {
      expect({ kind, code }).toEqual({ kind: "network", code: "not-tried" });
      expect(message).toBe(`${granule}: not tried, for 0.h5 could not be fetched`);
      expect(opened).not.toContain(granule);
    }
    const allowed = await run(plan, newStores(), { open, allowPartial: true });
    expect(allowed.summary).toMatchObject({ partial: 1, granules: { attempted: 10, failed: 1 } });
  });
});

describe("a granule that is refused where its shard has no other", () => {
  const lonely = 4; // the last shard has the second granule alone
  const refusing =
    (asked: string[], answers: (id: string) => boolean): GranuleOpener =>
    (granule) => {
      const source = failing("denied", `https://archive.example/data/${granule.id}`);
      return {
        ...source,
        async version() {
          asked.push(granule.id);
          return answers(granule.id) ? { size: 1 } : source.version();
        },
      };
    };

  test("is missing if another of the same place answers, which is asked for its version only", async () => {
    const plan = planOf();
    const [first, second] = plan.granules.map(({ id }) => id);
    const asked: string[] = [];
    const open = refusing(asked, (id) => id === first);
    const { summary } = await run(plan, newStores(), { open, select: [lonely] });
    expect(summary.failures).toMatchObject([
      {
        granule: second,
        kind: "missing",
        code: "denied",
        message: expect.stringMatching(/it is not there, or not for us\)$/),
      },
    ]);
    expect(summary.stopped_by).toBeUndefined();
    expect(asked.filter((id) => id !== second)).toEqual([first]);
  });

  test("ends the run if none of three answers", async () => {
    const plan = { ...planOf(), granules: [...planOf().granules, ...planOf().granules] };
    const asked: string[] = [];
    const { summary } = await run(plan, newStores(), {
      open: refusing(asked, () => false),
      select: [lonely],
    });
    expect(summary).toMatchObject({ stopped_by: "auth", failures: [{ kind: "auth", code: "denied" }] });
    const own = plan.granules[1]?.id;
    expect(asked.filter((id) => id !== own).length).toBeLessThanOrEqual(3);
  });

  test("ends the run if only granules of other places answer, or lie nowhere", async () => {
    const plan = planOf();
    const second = plan.granules[1]?.id;
    const open: GranuleOpener = (granule) => {
      if (granule.id === plan.granules[0]?.id) throw new Error("nowhere");
      return granule.id === second ? failing("denied", "https://archive.example/b.h5") : files(granule);
    };
    const { summary } = await run(plan, newStores(), { open, select: [lonely] });
    expect(summary).toMatchObject({ stopped_by: "auth", failures: [{ granule: second, kind: "auth" }] });
  });
});
