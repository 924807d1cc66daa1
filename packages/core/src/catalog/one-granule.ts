import { CatalogError } from "./catalog-error.js";
import { type GranuleName, readGranuleName } from "./granule-name.js";
import type { UnusableGranule } from "./model.js";

/** What a choice among files needs to know of each. */
export interface GranuleFile {
  /** File name. */
  readonly id: string;
}

/** Files of which each is another granule, and those that are left out for one of them. */
export interface OneOfEach<T extends GranuleFile> {
  readonly taken: readonly T[];
  readonly left: readonly UnusableGranule[];
}

/**
 * One granule, one time: of several files of one granule (releases, revisions, subsets, copies) the newest, and of
 * equally new ones that which bears the archive's own name. The order of `files` is kept.
 *
 * Throws CatalogError `duplicate-granule` for two that cannot be ranked: equally new, not known to hold the same, and
 * neither the archive's, or one of them called a copy of the other without being one.
 *
 * @param sameContents whether two files hold the same; asked only for those that are equally new
 */
export function oneOfEach<T extends GranuleFile>(
  files: readonly T[],
  sameContents: (a: T, b: T) => boolean,
): OneOfEach<T> {
  const left = rivalsOf(files).flatMap((rivals) => leftOf(rivals, sameContents));
  const out = new Set(left.map(({ id }) => id));
  return { taken: files.filter(({ id }) => !out.has(id)), left };
}

/** The pairs that {@link oneOfEach} asks about. */
export function pairsToCompare<T extends GranuleFile>(files: readonly T[]): (readonly [T, T])[] {
  const pairs: (readonly [T, T])[] = [];
  oneOfEach(files, (a, b) => {
    pairs.push([a, b]);
    return true;
  });
  return pairs;
}

/** What is known of files elsewhere: equally long, they hold the same, if they also say so by their names. */
export function isSameSize(
  a: { readonly size?: number | undefined },
  b: { readonly size?: number | undefined },
): boolean {
  return a.size !== undefined && a.size === b.size;
}

/** A line for each granule that {@link oneOfEach} left out, up to some. */
export function leftOutNotices(left: readonly UnusableGranule[]): string[] {
  const lines = left
    .slice(0, LISTED)
    .map(({ id, reason, instead }) =>
      reason === "older"
        ? `${id} is left out: ${instead} is a newer file of the same granule`
        : `${id} is left out: it is a copy or a part of ${instead}`,
    );
  const more = left.length - LISTED;
  return more > 0 ? [...lines, `and ${more} more are left out, being the same granules as others`] : lines;
}

const LISTED = 5;

interface Rival<T> {
  readonly file: T;
  readonly name: GranuleName;
}

/** The granules of which there are several files. */
function rivalsOf<T extends GranuleFile>(files: readonly T[]): Rival<T>[][] {
  const granules = new Map<string, Rival<T>[]>();
  for (const file of files) {
    const name = readGranuleName(file.id);
    const rivals = granules.get(name.granule);
    if (rivals) rivals.push({ file, name });
    else granules.set(name.granule, [{ file, name }]);
  }
  return [...granules.values()].filter(({ length }) => length > 1);
}

function newest<T>(rivals: readonly Rival<T>[]): Rival<T>[] {
  const age = rivals
    .map(({ name }) => name.age)
    .toSorted()
    .at(-1);
  return rivals.filter(({ name }) => name.age === age);
}

function leftOf<T extends GranuleFile>(
  rivals: readonly Rival<T>[],
  sameContents: (a: T, b: T) => boolean,
): UnusableGranule[] {
  const latest = newest(rivals);
  const byName = latest.toSorted((a, b) => (a.file.id < b.file.id ? -1 : 1));
  const taken = (byName.find(({ name }) => name.archived) ??
    byName.find(({ file, name }) => file.id === name.original) ??
    byName[0]) as Rival<T>;
  const known = taken.name.age !== "";
  const copies: Rival<T>[] = [];
  for (const rival of latest) {
    if (rival.file.id === taken.file.id) continue; // itself; of two files of one name, no catalog is made
    const isPart = taken.name.archived && rival.name.original !== taken.name.original;
    if (isPart || sameContents(taken.file, rival.file)) copies.push(rival);
    else if (known) throw notRanked(taken.file.id, rival.file.id);
  }
  const instead = taken.file.id;
  return rivals.flatMap((rival): UnusableGranule[] => {
    if (copies.includes(rival)) return [{ id: rival.file.id, reason: "copy", instead }];
    return latest.includes(rival) ? [] : [{ id: rival.file.id, reason: "older", instead }];
  });
}

function notRanked(a: string, b: string): CatalogError {
  return new CatalogError(
    "duplicate-granule",
    `${a} and ${b} are the same granule, neither is newer, and they differ. Its points would count double; leave one ` +
      "of them out.",
    { granules: [a, b] },
  );
}
