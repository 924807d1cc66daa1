import { utcTime } from "../terms/index.js";

/** How the names of a product's granules tell which granule a file is, and how new it is. */
interface Naming {
  readonly product: string;
  /** Finds the name as the archive has it within a file's name. Its group `start` is a time in UTC, as is `end`. */
  readonly pattern: RegExp;
  /** Groups of the pattern that say which granule it is. */
  readonly identity: readonly string[];
  /** Groups that say how new it is, the most important first; they compare as text. */
  readonly age: readonly string[];
}

/**
 * One granule, one time: files whose names agree in all of `identity` are one granule, and the newest by `age` counts.
 * Of other products, only copies are known.
 */
const NAMINGS: readonly Naming[] = [
  {
    product: "ICESat-2, along the track",
    // ATL06_20190222031203_08500210_006_02.h5; of sea ice ATL07-01_…, by hemisphere
    pattern:
      /(?<product>ATL\d\d(?:-\d\d)?)_(?<start>\d{14})_(?<track>\d{4})(?<cycle>\d\d)(?<region>\d\d)_(?<release>\d{3})_(?<revision>\d\d)(?!\d)/,
    identity: ["product", "start", "track", "cycle", "region"],
    age: ["release", "revision"],
  },
  {
    product: "ICESat-2, all cycles of a track (ATL11)",
    // ATL11_005411_0321_006_01.h5: of cycles 3 to 21
    pattern:
      /(?<product>ATL11)_(?<track>\d{4})(?<region>\d\d)_(?<first>\d\d)(?<last>\d\d)_(?<release>\d{3})_(?<revision>\d\d)(?!\d)/,
    identity: ["product", "track", "region"],
    age: ["release", "last", "revision"],
  },
  {
    product: "GEDI",
    // GEDI02_A_2019108002012_O01959_01_T03909_02_003_01_V002.h5
    pattern:
      /(?<product>GEDI\d\d_[A-Z])_(?<start>\d{13})_(?<orbit>O\d{5})_(?<part>\d\d)_(?<track>T\d{5})_(?<positioning>\d\d)_(?<software>\d{3})_(?<production>\d\d)_V(?<release>\d{3})(?!\d)/,
    identity: ["product", "start", "orbit", "part", "track"],
    age: ["release", "positioning", "software", "production"],
  },
  {
    product: "CryoSat-2",
    // CS_LTA__SIR_LRMI2__20190101T000000_20190101T001500_E001.nc: baseline E, version 1
    pattern:
      /(?<product>CS_\w{4}_\w{10})_(?<start>\d{8}T\d{6})_(?<end>\d{8}T\d{6})_(?<baseline>[A-Z])(?<version>\d{3})(?!\d)/,
    identity: ["product", "start", "end"],
    age: ["baseline", "version"],
  },
];

const EXTENSION = /\.(?:h5|hdf5|he5|nc4?)$/i;
/** What browsers, file managers and wget add to the name of a second download. */
const COPY_MARK = /(?: ?\(\d+\)| - (?:copy|kopie|copie|copia)(?: ?\(\d+\))?|[ _-]copy ?\d*)$/i;
const WGET_MARK = /(\.(?:h5|hdf5|he5|nc4?))\.\d+$/i;
const COPY_OF = /^copy (?:\(\d+\) )?of /i;

/** GEDI counts the days of the year: 2019108002012. */
const DAY_OF_YEAR = /^(\d{4})(\d{3})(\d{6})$/;

/** No file system has longer ones; an answer may, for mischief. */
const LONGEST = 255;

/** What a file's name says about the granule in it. */
export interface GranuleName {
  /** Equal for files of one granule. */
  readonly granule: string;
  /** How new: larger text is newer. Of one granule all have the same form. */
  readonly age: string;
  /** Whether the archive itself names it so: nothing before or after, as subsetters and copies have. */
  readonly archived: boolean;
  /** The name without marks of a copy. */
  readonly original: string;
  /** When its data begin and end, as far as the name tells: milliseconds since 1970; two times, one or none. */
  readonly times: readonly number[];
}

/**
 * Reads a granule's file name.
 *
 * @example
 * readGranuleName("processed_ATL06_20190222031203_08500210_006_02 (1).h5")
 * // granule "ATL06 20190222031203 0850 02 10", age "006 02", not archived,
 * // original "processed_ATL06_20190222031203_08500210_006_02.h5", times [that of 2019-02-22T03:12:03Z]
 */
export function readGranuleName(name: string): GranuleName {
  if (name.length > LONGEST) return { granule: name, age: "", archived: true, original: name, times: [] };
  const whole = name.replace(WGET_MARK, "$1").replace(COPY_OF, "");
  const extension = EXTENSION.exec(whole)?.[0] ?? "";
  const stem = whole.slice(0, whole.length - extension.length).replace(COPY_MARK, "");
  const original = stem + extension;
  for (const { pattern, identity, age } of NAMINGS) {
    const match = pattern.exec(stem);
    if (!match?.groups) continue;
    const { groups } = match;
    const joined = (names: readonly string[]) => names.map((part) => groups[part]).join(" ");
    const archived = name === match[0] + extension;
    const times = [groups.start, groups.end].flatMap((text) => text ?? []).map(nameTime);
    const told = times.filter((time) => !Number.isNaN(time));
    return { granule: joined(identity), age: joined(age), archived, original, times: told };
  }
  return { granule: original, age: "", archived: name === original, original, times: [] };
}

function nameTime(text: string): number {
  const [whole, year, day, clock] = DAY_OF_YEAR.exec(text) ?? [];
  if (whole === undefined) return utcTime(text);
  const date = new Date(Date.UTC(Number(year), 0, Number(day))).toISOString().slice(0, 10);
  return date.startsWith(`${year}`) ? utcTime(`${date}T${clock}`) : Number.NaN;
}
