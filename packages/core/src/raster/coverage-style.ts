import { SHARD_STATES } from "../product/shard-state.js";
import type { Rgb } from "./canvas.js";
import { COVERAGE_OUTSIDE } from "./raster.js";

/** How a pixel without a value looks, by its coverage: a colour, and a second one where it is hatched. */
interface CoverageStyle {
  readonly label: string;
  readonly colour: Rgb;
  readonly hatch?: Rgb;
}

const OUTSIDE: CoverageStyle = { label: "outside the product", colour: [250, 250, 252] };
const NO_DATA: CoverageStyle = { label: "no data", colour: [226, 229, 233] };

const STYLES: readonly CoverageStyle[] = [
  OUTSIDE,
  ...SHARD_STATES.map(
    (state): CoverageStyle =>
      ({
        pending: { label: "not run yet", colour: [238, 238, 240] as const, hatch: [176, 190, 208] as const },
        written: NO_DATA,
        partial: { label: "incomplete", colour: [246, 232, 200] as const, hatch: [226, 229, 233] as const },
        empty: { label: "empty shard", colour: [206, 210, 217] as const },
        failed: { label: "failed", colour: [246, 226, 222] as const, hatch: [214, 120, 104] as const },
      })[state],
  ),
];

/** Distance of hatch lines and their width, units. */
const HATCH_PERIOD = 6;
const HATCH_LINE = 1.5;

/** Colour at picture pixel (`x`, `y`) of a raster pixel without a value; `unit` as in `MapStyle`. */
export function coverageColour(coverage: number, x: number, y: number, unit: number): Rgb {
  const { colour, hatch } = STYLES[coverage] ?? OUTSIDE;
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
    .map((kind) => ({ label: (STYLES[kind] ?? OUTSIDE).label, coverage: kind }));
}
