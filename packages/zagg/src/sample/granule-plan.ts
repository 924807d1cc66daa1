import { iceHeight } from "./ice-sheet.js";
import {
  ATLAS_EPOCH_MS,
  type Region,
  regionSegments,
  segmentPlace,
  segmentTime,
  trackNear,
} from "./orbit.js";
import { type Random, randomStream } from "./random.js";
import { BEAMS, type Beam, beamOffset } from "./segments.js";

export type SampleSize = "small" | "full";

/** Everything that decides one granule; pure, so that the same plan gives the same bytes. */
export interface GranulePlan {
  readonly fileName: string;
  readonly size: SampleSize;
  readonly cycle: number;
  readonly track: number;
  readonly region: Region;
  readonly seed: number;
  /** Absent from the file, as happens in real ones. */
  readonly absentBeam?: Beam;
  /** `delta_time` of its first and last segment, s. */
  readonly start: number;
  readonly end: number;
}

/** The repeat cycle that samples pretend to come from. */
const SAMPLE_CYCLE = 22;
/** Small granules keep {@link BURST_SEGMENTS} of each {@link BURST_EVERY} segments, as if cloud hid the rest. */
const BURST_EVERY = 700;
const BURST_SEGMENTS = 2;
/** Clouds in full-size granules: mean length of gaps and of what lies between, segments. */
const CLOUD_SEGMENTS = 500;
const CLEAR_SEGMENTS = 20_000;
/** One granule in this many lacks a beam. */
const ABSENT_BEAM_EVERY = 6;
/**
 * Of seven small granules, three come down from the coast to 79° S, three go up to it and one crosses the interior,
 * so that tracks lie about equally dense everywhere.
 */
const REGIONS: readonly Region[] = [10, 12, 11, 10, 12, 10, 12];
/** Where along a region (0 to 1) its tracks are spread evenly, and by how much of their distance they are shifted. */
const SPREAD: Readonly<Record<Region, { readonly along: number; readonly shift: number }>> = {
  10: { along: 0.62, shift: 0 },
  11: { along: 0.5, shift: 0 },
  12: { along: 0.38, shift: 0.5 },
};

/** `count` granules with their tracks spread evenly round the pole. Full-size ones all cross the interior. */
export function planGranules(count: number, seed: number, size: SampleSize): readonly GranulePlan[] {
  const places = new Map<Region, number>();
  const regions = Array.from({ length: count }, (_, i) =>
    size === "full" ? 11 : (REGIONS[i % REGIONS.length] as Region),
  );
  return regions
    .map((region, i) => {
      const place = places.get(region) ?? 0;
      places.set(region, place + 1);
      const track = spreadTrack(region, place, regions.filter((other) => other === region).length);
      return granulePlan(i, region, track, seed, size);
    })
    .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
}

/** Track of the `place`-th of `count` granules of a region. */
function spreadTrack(region: Region, place: number, count: number): number {
  const [first, last] = regionSegments(region);
  const { along, shift } = SPREAD[region];
  return trackNear(first + along * (last - first), ((place + shift) / count) * 360 - 180);
}

function granulePlan(
  index: number,
  region: Region,
  track: number,
  seed: number,
  size: SampleSize,
): GranulePlan {
  const [first, last] = regionSegments(region);
  const start = segmentTime(SAMPLE_CYCLE, track, first);
  const absent = index % ABSENT_BEAM_EVERY === ABSENT_BEAM_EVERY - 1;
  const beam = BEAMS[randomStream(seed, track, region).below(BEAMS.length)] as Beam;
  return {
    fileName: granuleName(start, track, SAMPLE_CYCLE, region),
    size,
    cycle: SAMPLE_CYCLE,
    track,
    region,
    seed,
    ...(absent && { absentBeam: beam }),
    start,
    end: segmentTime(SAMPLE_CYCLE, track, last - 1),
  };
}

/** Ids of the segments that both beams of a pair (1 to 3) saw, ascending. */
export function pairSegments(plan: GranulePlan, pair: number, random: Random): readonly number[] {
  const [first, last] = regionSegments(plan.region);
  const left = beamOffset(`gt${pair}l` as Beam);
  const right = beamOffset(`gt${pair}r` as Beam);
  const sees = plan.size === "full" ? clearSky(first, random) : inBurst;
  const segments: number[] = [];
  for (let id = first; id < last; id++) {
    if (!sees(id)) continue;
    const onIce = (offset: number) => iceHeight(segmentPlace(plan.track, id, offset)) !== undefined;
    if (onIce(left) && onIce(right)) segments.push(id);
  }
  return segments;
}

function inBurst(id: number): boolean {
  return id % BURST_EVERY < BURST_SEGMENTS;
}

/** Alternating clear and cloudy stretches; ids must be asked for in ascending order. */
function clearSky(first: number, random: Random): (id: number) => boolean {
  let clearUntil = first + random.exponential(CLEAR_SEGMENTS);
  let cloudUntil = clearUntil + random.exponential(CLOUD_SEGMENTS);
  return (id) => {
    while (id >= cloudUntil) {
      clearUntil = cloudUntil + random.exponential(CLEAR_SEGMENTS);
      cloudUntil = clearUntil + random.exponential(CLOUD_SEGMENTS);
    }
    return id < clearUntil;
  };
}

/** `ATL06_YYYYMMDDhhmmss_ttttccss_rrr_vv.h5`: time of the first segment, track, cycle, region, release, version. */
function granuleName(start: number, track: number, cycle: number, region: Region): string {
  const time = utc(start).replace(/\D/g, "").slice(0, 14);
  const digits = (value: number, width: number) => String(value).padStart(width, "0");
  return `ATL06_${time}_${digits(track, 4)}${digits(cycle, 2)}${digits(region, 2)}_007_01.h5`;
}

/** ISO 8601 UTC of a `delta_time`; there was no leap second since the epoch. */
export function utc(deltaTime: number): string {
  return new Date(ATLAS_EPOCH_MS + deltaTime * 1000).toISOString();
}
