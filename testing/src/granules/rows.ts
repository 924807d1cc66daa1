import { seededRandom } from "../faults.js";

/** `_FillValue` of the product's floats: the largest float32. */
export const FLOAT_FILL = 3.4028234663852886e38;

/** Paths below `land_ice_segments`, of the product. */
const COLUMNS = {
  time: "delta_time",
  latitude: "latitude",
  longitude: "longitude",
  height: "h_li",
  sigma: "h_li_sigma",
  quality: "atl06_quality_summary",
  slope: "fit_statistics/dh_fit_dx",
} as const;

export type SampleColumn =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | BigInt64Array;

/** A double, a text, or values of another type. */
export type SampleAttribute = number | string | SampleColumn;

/** What one beam holds. */
export interface SampleBeam {
  readonly name: string;
  /** By path below `land_ice_segments`; of one length in those that are committed. */
  readonly columns: Readonly<Record<string, SampleColumn>>;
  /** `_FillValue` of those that have one. */
  readonly fills: Readonly<Record<string, number>>;
  /** Further attributes of columns. */
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, SampleAttribute>>>>;
}

/** What one granule holds. Made without HDF5: what a reader gives is compared with this. */
export interface SampleRows {
  /** File name. */
  readonly id: string;
  /** Its first and last time, ISO 8601. */
  readonly start: string;
  readonly end: string;
  /** libhdf5's name of the format: v108 has superblock 2 and B-trees, v110 the newer chunk indexes. */
  readonly format: "v108" | "v110";
  readonly beams: readonly SampleBeam[];
}

/** Rows of a burst lie 200 m apart, eight to a cell of order 12; bursts 22 km, five to a shard of order 6. */
const BURST_ROWS = 16;
const ROW_DEGREES = 0.0018;
const BURST_DEGREES = 0.2;
const ROW_SECONDS = 0.028;
/** Beams lie side by side. */
const BEAM_DEGREES = 0.03;
const BEAMS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"];
/** One height in so many was not found; the product flags half of these, and a few others. */
const LOST_EVERY = 17;
const ATLAS_EPOCH_MS = Date.UTC(2018, 0, 1);
const GRANULE_MS = 300_000;

/** A straight track. */
interface Track {
  readonly seed: number;
  readonly start: string;
  readonly from: readonly [longitude: number, latitude: number];
  /** Degrees of longitude for each of latitude. */
  readonly lean: number;
  readonly bursts: number;
}

/**
 * Four granules with what real ones have. Three cross in Dronning Maud Land, each over several shards of order 6 and
 * with shards in common; one in Greenland has no usable point.
 */
export function sampleRows(): readonly SampleRows[] {
  const whole = {
    seed: 1,
    start: "2019-01-10T12:00:00.000Z",
    from: [9.5, -75.5],
    lean: 0.5,
    bursts: 11,
  } as const;
  const gaps = {
    seed: 2,
    start: "2019-01-14T03:30:00.000Z",
    from: [11, -75.1],
    lean: -0.4,
    bursts: 9,
  } as const;
  const away = { seed: 3, start: "2019-02-01T00:00:00.000Z", from: [-40, 70], lean: 0, bursts: 1 } as const;
  const old = {
    seed: 4,
    start: "2019-04-11T07:45:00.000Z",
    from: [10.2, -74.8],
    lean: 0.1,
    bursts: 4,
  } as const;
  return [
    // All six beams: one flagged from end to end, one with rows whose place is not known.
    granule("ATL06_20190110120000_02160210_006_01.h5", "v110", whole, [
      ...beams(whole, "gt1l", "gt1r", "gt2l"),
      ...beams(whole, "gt2r").map(flagged),
      ...beams(whole, "gt3l").map(astray),
      ...beams(whole, "gt3r"),
    ]),
    // Without gt1l; gt3r is there and has no rows.
    granule("ATL06_20190114033000_02720210_006_02.h5", "v110", gaps, [
      ...beams(gaps, "gt1r", "gt2l", "gt2r", "gt3l"),
      ...beams({ ...gaps, bursts: 0 }, "gt3r"),
    ]),
    granule(
      "ATL06_20190201000000_05410203_006_01.h5",
      "v110",
      away,
      beams(away, "gt1l", "gt1r").map(flagged),
    ),
    // Of another release: an older format, two beams, heights in float64.
    granule("ATL06_20190411074500_02160310_005_01.h5", "v108", old, beams(old, "gt2l", "gt2r").map(wide)),
  ];
}

function granule(
  id: string,
  format: SampleRows["format"],
  { start }: Track,
  beams: readonly SampleBeam[],
): SampleRows {
  return { id, start, end: new Date(Date.parse(start) + GRANULE_MS).toISOString(), format, beams };
}

function beams(track: Track, ...names: readonly string[]): SampleBeam[] {
  return names.map((name) => beam(track, name));
}

/** Nothing but sums and products, which are the same everywhere. */
function beam({ seed, start, from: [west, south], lean, bursts }: Track, name: string): SampleBeam {
  const place = BEAMS.indexOf(name);
  const random = seededRandom(seed * 100 + place);
  const n = bursts * BURST_ROWS;
  const north = Float64Array.from(
    { length: n },
    (_, i) => Math.floor(i / BURST_ROWS) * BURST_DEGREES + (i % BURST_ROWS) * ROW_DEGREES,
  );
  const lost = north.map((_, i) => (i % LOST_EVERY === LOST_EVERY - 1 ? 1 : 0));
  const began = (Date.parse(start) - ATLAS_EPOCH_MS) / 1000;
  const measured = (value: (degrees: number) => number) =>
    Float32Array.from(north, (degrees, i) => (lost[i] === 1 ? FLOAT_FILL : value(degrees)));
  return {
    name,
    fills: { [COLUMNS.height]: FLOAT_FILL, [COLUMNS.sigma]: FLOAT_FILL, [COLUMNS.slope]: FLOAT_FILL },
    columns: {
      [COLUMNS.time]: north.map((degrees) => began + (degrees / ROW_DEGREES) * ROW_SECONDS),
      [COLUMNS.latitude]: north.map((degrees) => south + degrees),
      [COLUMNS.longitude]: north.map((degrees) => west + degrees * lean + place * BEAM_DEGREES),
      [COLUMNS.height]: measured((degrees) => 1200 + 300 * degrees + random() + random() + random()),
      [COLUMNS.sigma]: measured(() => 0.01 + 0.05 * random()),
      [COLUMNS.quality]: Int8Array.from(lost, (gone, i) =>
        (gone === 1 && i % 2 === 0) || random() < 0.05 ? 1 : 0,
      ),
      [COLUMNS.slope]: measured(() => 0.004 * (random() - 0.5)),
    },
  };
}

/** A beam whose every row the product calls bad. */
function flagged({ columns, ...beam }: SampleBeam): SampleBeam {
  const quality = columns[COLUMNS.quality] as Int8Array;
  return { ...beam, columns: { ...columns, [COLUMNS.quality]: quality.map(() => 1) } };
}

/** A beam with rows without coordinates: two without a latitude, one without a longitude. */
function astray({ columns, ...beam }: SampleBeam): SampleBeam {
  const latitude = columns[COLUMNS.latitude] as Float64Array;
  const longitude = columns[COLUMNS.longitude] as Float64Array;
  return {
    ...beam,
    columns: {
      ...columns,
      [COLUMNS.latitude]: latitude.map((value, i) => (i === 5 ? Number.NaN : i === 50 ? FLOAT_FILL : value)),
      [COLUMNS.longitude]: longitude.map((value, i) => (i === 60 ? FLOAT_FILL : value)),
    },
  };
}

/** A beam whose heights are stored in float64. */
function wide({ columns, ...beam }: SampleBeam): SampleBeam {
  return {
    ...beam,
    columns: { ...columns, [COLUMNS.height]: Float64Array.from(columns[COLUMNS.height] as Float32Array) },
  };
}
