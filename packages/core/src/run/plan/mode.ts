import { ZaggError } from "../../terms/index.js";
import { granuleAt, type Plan, recipeOf, shardAt } from "./plan.js";

/** How a run treats what is already there. */
export type RunMode = "new" | "resume" | "update" | "overwrite";

export interface ModeOptions {
  /** Replace the product, whatever made it. */
  readonly overwrite?: boolean;
  /** Take a catalog with more granules for the same shards: shards that gained some run again. */
  readonly update?: boolean;
  /** With `update`: also take one with fewer. */
  readonly allowContraction?: boolean;
}

/** What lies at the target now. */
export interface Existing {
  readonly url: string;
  /** Whether the product's store holds anything. */
  readonly occupied: boolean;
  /** Whether it is a product that zagg made, which `overwrite` may replace. */
  readonly ours: boolean;
  /** Whether an overwrite was cut short there. */
  readonly deleting: boolean;
  /** The plan that made it; undefined where no run record is beside it. */
  readonly plan: Plan | undefined;
}

/** How to run `plan` over what is there; a pure decision. Throws `ZaggError` where it would not be safe. */
export function decideMode(existing: Existing, plan: Plan, options: ModeOptions): RunMode {
  if (existing.deleting || (options.overwrite && existing.occupied)) return "overwrite";
  if (!existing.occupied) return "new";
  const { url, ours, plan: made } = existing;
  if (!made && !ours)
    throw refuse("store-exists", `${url} holds what zagg did not make`, "name another --store");
  if (!made) {
    throw refuse(
      "store-exists",
      `${url} exists, and no whole record of the run that made it lies beside it (${url}.run)`,
    );
  }
  if (made.recipe !== plan.recipe) {
    const found = differences(recipeOf(made), recipeOf(plan)).slice(0, 5).join("; ");
    throw refuse("other-recipe", `${url} was made from another config or shard list: ${found}`);
  }
  if (made.identity === plan.identity) return "resume";
  const { gained, lost } = compareGranules(made, plan);
  const change = `of its shards ${gained} have more granules now and ${lost} have lost some`;
  if (!options.update) {
    throw refuse(
      "other-granules",
      `${url} was made from other granules: ${change}`,
      "run with --update to redo those",
    );
  }
  if (lost > 0 && !options.allowContraction) {
    const remedy = "make the catalog again, or say --allow-contraction if the granules are really gone";
    throw refuse("contraction", `${url}: ${change}; data would be lost`, remedy);
  }
  return "update";
}

function refuse(code: string, problem: string, remedy?: string): ZaggError {
  const otherwise = "name another --store, or replace this one with --overwrite";
  return new ZaggError("config", code, `${problem}. Nothing was written: ${remedy ?? otherwise}`);
}

function compareGranules(before: Plan, after: Plan): { gained: number; lost: number } {
  let gained = 0;
  let lost = 0;
  for (const [index, shard] of after.shards.entries()) {
    const now = new Set(shard.granules.map((granule) => granuleAt(after, granule).id));
    const then = new Set(shardAt(before, index).granules.map((granule) => granuleAt(before, granule).id));
    if ([...now].some((id) => !then.has(id))) gained++;
    if ([...then].some((id) => !now.has(id))) lost++;
  }
  return { gained, lost };
}

/** Where two JSON values differ: `path: a there, b here`. */
function differences(there: unknown, here: unknown, path = ""): string[] {
  if (isObject(there) && isObject(here)) {
    const keys = [...new Set([...Object.keys(there), ...Object.keys(here)])];
    return keys.flatMap((key) => differences(there[key], here[key], path ? `${path}.${key}` : key));
  }
  const [a, b] = [brief(there), brief(here)];
  return JSON.stringify(there) === JSON.stringify(here) ? [] : [`${path} is ${a} there and ${b} here`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value) && value.length > 6) return `a list of ${value.length}`;
  return JSON.stringify(value);
}
