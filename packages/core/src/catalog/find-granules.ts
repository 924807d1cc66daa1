import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { CatalogError } from "./catalog-error.js";

/** Files that a folder contributes; a glob or a plain path may name others. */
const HDF5_NAME = /^[^.].*\.(h5|hdf5|he5|nc4?)$/i;

/**
 * Absolute paths of the granules that `patterns` name: files, folders (their HDF5 files, not those of folders inside
 * them), or globs with `*`, `?` and `**`. Links are followed, to files and to folders; hidden names, which begin with a
 * dot, must be named. Sorted, each file once.
 *
 * Throws CatalogError `no-granules` when a pattern names none, `option` for an empty one, `bad-granule` for what is no
 * file: a pipe would be waited for.
 *
 * @example (await findGranules("data/*.h5")).length; // => 2
 */
export async function findGranules(patterns: string | readonly string[]): Promise<string[]> {
  const found = await Promise.all([patterns].flat().map(named));
  const paths = new Map<string, string>();
  for (const path of found.flat().sort()) {
    const place = await realpath(path).catch(() => path);
    // By its own name rather than by that of a link to it.
    if (path === place || !paths.has(place)) paths.set(place, path);
  }
  return [...paths.values()].sort();
}

async function named(pattern: string): Promise<string[]> {
  if (pattern.trim() === "") {
    const message =
      "granules are named by nothing: say . for the working folder, or check the variable that is empty";
    throw new CatalogError("option", message, { key: "granules" });
  }
  const path = resolve(pattern);
  const place = await kindOf(path);
  const found = place === "folder" ? await granulesIn(path) : place === "none" ? await match(path) : [path];
  for (const file of found) {
    if ((await kindOf(file)) === "other") {
      throw new CatalogError("bad-granule", `${file} is a pipe or device, not a file`, { path: file });
    }
  }
  if (found.length > 0) return found;
  const inside = place === "folder" && (await entriesOf(path)).some(({ isFolder }) => isFolder);
  throw new CatalogError(
    "no-granules",
    `${pattern}: no granules there. ` +
      (inside
        ? `Of a folder only its own .h5, .hdf5, .he5, .nc and .nc4 files are taken: for all below it say "${join(pattern, "**", "*.h5")}".`
        : "Name a folder that holds .h5, .hdf5, .he5, .nc or .nc4 files, a file, or a glob in quotes."),
    { path: pattern },
  );
}

async function granulesIn(folder: string): Promise<string[]> {
  const files = (await entriesOf(folder)).filter(({ isFolder, name }) => !isFolder && HDF5_NAME.test(name));
  return files.map(({ name }) => join(folder, name));
}

async function match(path: string): Promise<string[]> {
  const segments = path.split(sep);
  const magic = segments.findIndex((segment) => /[*?]/.test(segment));
  if (magic < 0) return [];
  return walk(segments.slice(0, magic).join(sep) || sep, segments.slice(magic), []);
}

/** `above` are the folders that `**` has come through: a link back to one of them would lead on for ever. */
async function walk(
  folder: string,
  segments: readonly string[],
  above: readonly string[],
): Promise<string[]> {
  const [segment = "", ...rest] = segments;
  const entries = await entriesOf(folder);
  if (segment === "**" && rest.length > 0) {
    const place = await realpath(folder).catch(() => folder);
    if (above.includes(place)) return [];
    const inside = entries.filter(({ isFolder, name }) => isFolder && !name.startsWith("."));
    const deeper = inside.map(({ name }) => walk(join(folder, name), segments, [...above, place]));
    return [...(await walk(folder, rest, [])), ...(await Promise.all(deeper)).flat()];
  }
  const matches = entries.filter(({ name }) => globSegment(segment).test(name));
  if (rest.length === 0)
    return matches.filter(({ isFolder }) => !isFolder).map(({ name }) => join(folder, name));
  const deeper = matches
    .filter(({ isFolder }) => isFolder)
    .map(({ name }) => walk(join(folder, name), rest, []));
  return (await Promise.all(deeper)).flat();
}

/** `*` is any run of characters, `?` one; neither begins a hidden name. */
function globSegment(segment: string): RegExp {
  const source = segment
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${/^[*?]/.test(segment) ? "(?!\\.)" : ""}${source}$`);
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is in a folder; nothing where it cannot be read. A link is what it leads to. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return Promise.all(
    entries.map(async (entry) => {
      const isLink = entry.isSymbolicLink();
      const isFolder = isLink ? (await kindOf(join(folder, entry.name))) === "folder" : entry.isDirectory();
      return { name: entry.name, isFolder };
    }),
  );
}

async function kindOf(path: string): Promise<"file" | "folder" | "other" | "none"> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "none";
  return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
}
