import { basename } from "node:path";
import type { AbsentGroup } from "../granule/index.js";
import type { Config } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";

/** A granule that cannot be catalogued. */
export interface BadGranule {
  readonly path: string;
  readonly what: string;
}

/** How many bad granules an error's message lists; `data.granules` has them all. */
const LISTED = 10;

export function badGranules(bad: readonly BadGranule[], total: number): CatalogError {
  const listed = bad.slice(0, LISTED).map(({ path, what }) => `  ${basename(path)}: ${what}`);
  if (bad.length > LISTED) listed.push(`  … and ${bad.length - LISTED} more`);
  return new CatalogError(
    "bad-granule",
    `${bad.length} of ${total} granules cannot be catalogued:\n${listed.join("\n")}\n` +
      "No catalog was made. Replace or remove these files, or name the config of their product.",
    { granules: bad },
  );
}

/** What to say of a granule that has none of the config's groups as the config describes them. */
export function whyNoGroup({ name, dataSource }: Config, absent: readonly AbsentGroup[]): string {
  const misfit = absent.find(({ there }) => there);
  if (!misfit) return `has none of the groups ${dataSource.groups.join(", ")}`;
  return `${misfit.group} is there, but ${misfit.missing} is not: is this the product that config ${name} is for?${misfit.hint ?? ""}`;
}

/** What to say of groups that are there without anything that the config names, while others are whole: subsetters leave such. */
export function emptyGroupNotices(absent: ReadonlyMap<string, readonly AbsentGroup[]>): string[] {
  const granules = new Map<string, string[]>();
  for (const [id, groups] of absent) {
    for (const { group, there } of groups)
      if (there) granules.set(group, [...(granules.get(group) ?? []), id]);
  }
  return [...granules].map(([group, ids]) => {
    const where = ids.length === 1 ? ids[0] : `${ids.length} granules (first ${ids[0]})`;
    return `${group} of ${where} holds none of the config's datasets, and counts as absent`;
  });
}
