import { describe, expect, test } from "vitest";
import type { Catalog } from "../../catalog/index.js";
import { defaultConfig } from "../../config/index.js";
import { type Config, isZaggError } from "../../terms/index.js";
import { decideMode, type Existing, type ModeOptions } from "./mode.js";
import { makePlan, type Plan } from "./plan.js";

const GRID = { parentOrder: 6, childOrder: 12, latitude: "geodetic" } as const;

function planOf(granules: readonly string[], config: Config = defaultConfig()): Plan {
  const catalog: Catalog = {
    format: "zagg-catalog/2",
    metadata: { grid: { parentOrder: 6, latitude: "geodetic" } },
    granules: granules.map((id) => ({ id, file: `/data/${id}` })),
    shards: [{ id: "-5121132", granules: granules.map((_, i) => i) }],
  };
  return makePlan(config, catalog, GRID);
}

const there = (plan: Plan | undefined): Existing => ({
  url: "out.zarr",
  occupied: true,
  ours: true,
  deleting: false,
  plan,
});
const codeOf = (existing: Existing, plan: Plan, options: ModeOptions = {}) => {
  try {
    return decideMode(existing, plan, options);
  } catch (error) {
    return isZaggError(error) ? error.code : error;
  }
};

describe("how a run goes on from what is there", () => {
  const plan = planOf(["a.h5", "b.h5"]);
  const changed = defaultConfig();
  const otherConfig: Config = { ...changed, output: { ...changed.output, codecs: "none" } };

  test("an empty target is new, even beside a record whose product was removed", () => {
    expect(decideMode({ ...there(plan), occupied: false }, plan, {})).toBe("new");
    expect(decideMode({ ...there(undefined), occupied: false }, plan, { overwrite: true })).toBe("new");
  });

  test("the same plan resumes", () => {
    expect(decideMode(there(planOf(["b.h5", "a.h5"])), plan, {})).toBe("resume");
  });

  test("another config is refused, and the difference shown", () => {
    expect(() => decideMode(there(planOf(["a.h5", "b.h5"], otherConfig)), plan, { update: true })).toThrow(
      /output\.codecs is "none" there and "gzip" here/,
    );
  });

  test("more granules need --update, fewer also --allow-contraction", () => {
    expect(codeOf(there(planOf(["a.h5"])), plan)).toBe("other-granules");
    expect(codeOf(there(planOf(["a.h5"])), plan, { update: true })).toBe("update");
    expect(codeOf(there(planOf(["a.h5", "b.h5", "c.h5"])), plan, { update: true })).toBe("contraction");
    expect(codeOf(there(planOf(["c.h5"])), plan, { update: true, allowContraction: true })).toBe("update");
  });

  test("a store without a record is refused, but not for --overwrite, and an overwrite cut short goes on", () => {
    expect(codeOf(there(undefined), plan)).toBe("store-exists");
    expect(() => decideMode(there(undefined), plan, {})).toThrow(/--overwrite/);
    expect(codeOf(there(undefined), plan, { overwrite: true })).toBe("overwrite");
    expect(codeOf({ ...there(undefined), deleting: true }, plan)).toBe("overwrite");
  });

  test("what zagg did not make is never to be overwritten", () => {
    const foreign = { ...there(undefined), ours: false };
    expect(() => decideMode(foreign, plan, {})).toThrow(
      /did not make\. Nothing was written: name another --store$/,
    );
  });
});
