import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { CatalogError } from "./catalog-error.js";

/** Files that a folder contributes; a glob or a plain path may name others. */
const HDF5_NAME = /\.(h5|hdf5|he5|nc)$/i;

/**
 * Absolute paths of the granules that `pattern` names: a file, a folder (its HDF5 files, not those of folders
 * inside it), or a glob with `*`, `?` and `**`. Sorted. Throws CatalogError `no-granules` when there are none.
 */
export async function findGranules(pattern: string): Promise<string[]> {
  const found = await match(pattern);
  if (found.length === 0) {
    throw new CatalogError(
      "no-granules",
      `${pattern}: no granules there. Name a folder that holds .h5 files, a file, or a glob in quotes.`,
      { path: pattern },
    );
  }
  return found.sort();
}

async function match(pattern: string): Promise<string[]> {
  const path = resolve(pattern);
  const kind = await stat(path).catch(() => undefined);
  if (kind?.isDirectory()) {
    return (await entries(path))
      .filter((e) => !e.isDirectory() && HDF5_NAME.test(e.name))
      .map((e) => join(path, e.name));
  }
  if (kind !== undefined) return [path];

  const segments = path.split(sep);
  const magic = segments.findIndex((segment) => /[*?]/.test(segment));
  if (magic < 0) return [];
  return walk(segments.slice(0, magic).join(sep) || sep, segments.slice(magic));
}

async function walk(folder: string, segments: readonly string[]): Promise<string[]> {
  const [segment = "", ...rest] = segments;
  if (segment === "**" && rest.length > 0) {
    const inside = (await entries(folder)).filter((entry) => entry.isDirectory());
    const deeper = await Promise.all(inside.map((entry) => walk(join(folder, entry.name), segments)));
    return [...(await walk(folder, rest)), ...deeper.flat()];
  }
  const matches = (await entries(folder)).filter((entry) => globSegment(segment).test(entry.name));
  if (rest.length === 0) return matches.filter((e) => !e.isDirectory()).map((e) => join(folder, e.name));
  const deeper = matches.filter((e) => e.isDirectory()).map((e) => walk(join(folder, e.name), rest));
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

async function entries(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
