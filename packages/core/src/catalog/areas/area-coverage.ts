import { type Coverage, coarserCoverage, type ShardGrid } from "@zagg/healpix";
import { ANTARCTICA } from "./antarctica.js";
import { GREENLAND } from "./greenland.js";
import { unpackArea } from "./packed-area.js";

/** The built-in areas. */
export const AREA_NAMES = ["antarctica", "greenland", "world"] as const;
export type AreaName = (typeof AREA_NAMES)[number];

/** Cells of the parent order that a built-in area touches; at orders finer than it is stored in, a rim too many. */
export function areaCoverage(name: AreaName, { parentOrder, latitude }: ShardGrid): Coverage {
  if (name === "world") return { order: parentOrder, ranges: Float64Array.of(0, 12 * 4 ** parentOrder) };
  const coverage = unpackArea(name === "antarctica" ? ANTARCTICA : GREENLAND, latitude);
  if (parentOrder <= coverage.order) return coarserCoverage(coverage, parentOrder);
  const cells = 4 ** (parentOrder - coverage.order);
  return { order: parentOrder, ranges: coverage.ranges.map((bound) => bound * cells) };
}
