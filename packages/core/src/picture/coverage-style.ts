import {
  HATCH_LINE,
  HATCH_PERIOD,
  NO_VALUE_STYLES,
  type NoValueStyle,
  OUTSIDE_STYLE,
  type Rgb,
} from "@zagg/map";
import { SHARD_STATES } from "@zagg/product";
import { COVERAGE_OUTSIDE } from "../raster/raster.js";

/** By coverage: outside, then the state of the shard. */
const STYLES: readonly NoValueStyle[] = [
  OUTSIDE_STYLE,
  ...SHARD_STATES.map((state) => NO_VALUE_STYLES[state]),
];

/** Colour at picture pixel (`x`, `y`) of a raster pixel without a value; `unit` as in `MapStyle`. */
export function coverageColour(coverage: number, x: number, y: number, unit: number): Rgb {
  const { colour, hatch } = STYLES[coverage] ?? OUTSIDE_STYLE;
  return hatch && (x + y) % (HATCH_PERIOD * unit) < HATCH_LINE * unit ? hatch : colour;
}

/** The kinds of coverage that occur where there is no value, for a legend; the area outside needs no entry. */
export function coverageLegend(
  values: Float32Array,
  coverage: Uint8Array | undefined,
): { label: string; coverage: number }[] {
  if (!coverage) return [];
  const seen = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) seen.add(coverage[i] as number);
  }
  return [...seen]
    .filter((kind) => kind !== COVERAGE_OUTSIDE)
    .sort((a, b) => a - b)
    .map((kind) => ({ label: (STYLES[kind] ?? OUTSIDE_STYLE).label, coverage: kind }));
}
