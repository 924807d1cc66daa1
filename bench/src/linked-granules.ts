import { link, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Catalog, writeCatalog } from "@zagg/core";

/** Names of samples: `ATL06_<start>_<track><cycle><region>_007_01.h5`. */
const NAME = /_(\d{4})\d{2}(\d{2})_007_01\.h5$/;
const MOST_CYCLES = 99;

/**
 * Hard links to the granules of a catalog, each under `names` names, as if every cycle had seen the same (and beyond 99
 * of them other tracks, too), in `folder`, with a catalog that lists them for the shards of the first. What is opened, read
 * and reduced is as much as with granules of their own; only what is measured is not new, and what the disk gives is in
 * memory.
 *
 * @returns path of the catalog
 */
export async function linkGranules(catalog: Catalog, names: number, folder: string): Promise<string> {
  const place = join(folder, "granules");
  await mkdir(place, { recursive: true });
  const links = catalog.granules.flatMap((granule, of) =>
    Array.from({ length: names }, (_, i) => {
      const id = granule.id.replace(NAME, (_, track, region) => {
        const other = Number(track) + Math.floor(i / MOST_CYCLES);
        return `_${digits(other, 4)}${digits((i % MOST_CYCLES) + 1, 2)}${region}_007_01.h5`;
      });
      return { of, granule: { ...granule, id, file: resolve(place, id) } };
    }),
  );
  links.sort((a, b) => (a.granule.id < b.granule.id ? -1 : 1));
  for (const { of, granule } of links) await link(catalog.granules[of]?.file as string, granule.file);
  const positions = new Map<number, number[]>();
  for (const [position, { of }] of links.entries())
    positions.set(of, [...(positions.get(of) ?? []), position]);
  const shards = catalog.shards.map((shard) => ({
    ...shard,
    granules: shard.granules.flatMap((of) => positions.get(of) ?? []).sort((a, b) => a - b),
  }));
  const path = join(folder, "catalog.json");
  await mkdir(dirname(path), { recursive: true });
  await writeCatalog({ ...catalog, granules: links.map(({ granule }) => granule), shards }, path);
  return path;
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, "0");
}
