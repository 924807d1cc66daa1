import { iceHeight } from "./ice-sheet.js";
import { SEGMENT_METRES, segmentPlace, segmentTime } from "./orbit.js";
import type { Random } from "./random.js";
import { type Filler, FLOAT_FILL, type Variable } from "./variables.js";

/** Beams from left to right: three pairs 3.3 km apart, 90 m between the beams of a pair. */
export const BEAMS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"] as const;
export type Beam = (typeof BEAMS)[number];
const PAIR_METRES = 3300;
const BEAM_METRES = 90;

/** Height errors of strong and weak beams, metres (typical `h_li_sigma` of real granules). */
const SIGMA_STRONG = 0.018;
const SIGMA_WEAK = 0.03;
/** Stretches that the product flags: blowing snow, thin cloud, steep slopes. */
const BAD_EVERY_SEGMENTS = 900;
const BAD_LENGTH_SEGMENTS = 25;
/** Single segments where no height was found. */
const LOST_FRACTION = 0.012;
/** In real granules these two are missing in most rows. */
const BLOWING_SNOW_FRACTION = 0.05;
const TIDE_FRACTION = 0.1;

/** Metres to the left of the reference track. */
export function beamOffset(beam: Beam): number {
  const pair = Number(beam[2]);
  return (2 - pair) * PAIR_METRES + (beam.endsWith("l") ? 0.5 : -0.5) * BEAM_METRES;
}

/** Rows of one beam: the columns of {@link MAIN_VARIABLES} by path, and which rows hold no height. */
export interface BeamRows {
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly lost: Uint8Array;
}

/** What one beam saw of the ice at `segments` (ascending ids; all must lie on ice where the beam passes). */
export function beamRows(
  cycle: number,
  track: number,
  beam: Beam,
  segments: readonly number[],
  random: Random,
): BeamRows {
  const n = segments.length;
  const column = (): Float64Array => new Float64Array(n);
  const [time, latitude, longitude] = [column(), column(), column()];
  const [height, sigma, quality, slope] = [column(), column(), column(), column()];
  const [snow, tide] = [column().fill(FLOAT_FILL), column().fill(FLOAT_FILL)];
  const lost = new Uint8Array(n);
  const offset = beamOffset(beam);
  // Flying backward, as here, the left beam of each pair is the strong one.
  const meanSigma = beam.endsWith("l") ? SIGMA_STRONG : SIGMA_WEAK;
  let badUntil = -1;

  for (let i = 0; i < n; i++) {
    const id = segments[i] as number;
    const here = segmentPlace(track, id, offset);
    const surface = iceHeight(here) ?? 0;
    const ahead = iceHeight(segmentPlace(track, id + 1, offset)) ?? surface;
    time[i] = segmentTime(cycle, track, id);
    latitude[i] = here.latitude;
    longitude[i] = here.longitude;

    if (id > badUntil && random.uniform() < 1 / BAD_EVERY_SEGMENTS) {
      badUntil = id + random.exponential(BAD_LENGTH_SEGMENTS);
    }
    const bad = id <= badUntil;
    const error = meanSigma * Math.exp(0.35 * random.normal()) * (bad ? 12 : 1);
    lost[i] = random.uniform() < LOST_FRACTION ? 1 : 0;
    quality[i] = bad || lost[i] === 1 ? 1 : 0;
    sigma[i] = error;
    // Bad rows sit metres off: a run that forgets the quality flag shows it.
    height[i] = surface + error * random.normal() + (bad ? 8 * random.exponential(1) : 0);
    slope[i] = (ahead - surface) / SEGMENT_METRES + 0.002 * random.normal();
    if (random.uniform() < BLOWING_SNOW_FRACTION) snow[i] = 20 + random.exponential(60);
    if (random.uniform() < TIDE_FRACTION) tide[i] = 0.4 * Math.sin((time[i] as number) / 7115);
    if (lost[i] === 1) height[i] = sigma[i] = slope[i] = FLOAT_FILL;
  }

  const columns = new Map([
    ["delta_time", time],
    ["latitude", latitude],
    ["longitude", longitude],
    ["h_li", height],
    ["h_li_sigma", sigma],
    ["atl06_quality_summary", quality],
    ["segment_id", Float64Array.from(segments)],
    ["fit_statistics/dh_fit_dx", slope],
    ["geophysical/bsnow_h", snow],
    ["geophysical/tide_ocean", tide],
  ]);
  return { columns, lost };
}

const FILLERS: Readonly<Record<Filler, (segment: number, random: Random) => number>> = {
  smooth: (segment) => Math.sin(segment / 4000) + 0.2 * Math.sin(segment / 170),
  rough: (_segment, random) => random.normal(),
  count: (_segment, random) => 20 + random.below(380),
  flag: (segment) => Math.floor(segment / 37) % 3,
  distance: (segment, random) => segment * SEGMENT_METRES + 0.3 * random.normal(),
};

/** A column of a dataset that nobody reads, of about the entropy of the real one. */
export function fillerColumn(
  variable: Variable,
  filler: Filler,
  rows: BeamRows,
  random: Random,
): Float64Array {
  const segments = rows.columns.get("segment_id") as Float64Array;
  const make = FILLERS[filler];
  return segments.map((segment, i) =>
    filler === "rough" && rows.lost[i] === 1 ? (variable.fill as number) : make(segment, random),
  );
}
