import { basename, dirname, relative, resolve, sep } from "node:path";
import { MAX_MORTON_INT64_ORDER } from "@zagg/healpix";
import { redactUrl, s3Problem } from "@zagg/storage";
import * as z from "zod/mini";
import { defined } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";
import { checkShape } from "./check-shape.js";
import type { Catalog, CatalogGranule, CatalogMetadata } from "./model.js";
import { shardRank } from "./shard-order.js";

const schema = z.object({
  metadata: z.object({
    parent_order: z.exactOptional(z.int().check(z.gte(1), z.lte(MAX_MORTON_INT64_ORDER))),
    short_name: z.exactOptional(z.string()),
    version: z.exactOptional(z.string()),
    provider: z.exactOptional(z.string()),
    start_date: z.exactOptional(z.string()),
    end_date: z.exactOptional(z.string()),
    cycle: z.exactOptional(z.int()),
    polygon: z.exactOptional(z.string()),
    bbox: z.exactOptional(z.tuple([z.number(), z.number(), z.number(), z.number()])),
    s3_base: z.exactOptional(z.string()),
    https_base: z.exactOptional(z.string()),
  }),
  catalog: z.record(z.string(), z.array(z.string())),
});

type LegacyMetadata = z.infer<typeof schema>["metadata"];

/**
 * Reads a catalog of zagg 0.1.0: `{metadata, catalog: {morton: [urls]}}`. It means geodetic latitude. Its key
 * order was the storage position; ours is the canonical order, so the order in the file does not matter.
 */
export function parseLegacy(document: unknown, path: string): Catalog {
  const { metadata, catalog } = checkShape(schema, document, (what) => invalid(path, what));
  const lists = Object.entries(catalog);
  const order = metadata.parent_order ?? orderOf(lists[0]?.[0], path);
  const shards = lists.map(([id, urls]) => {
    const rank = shardRank(id, order);
    if (rank === undefined)
      throw invalid(path, `${JSON.stringify(id)} is not a morton id of parent_order ${order}`);
    return { id, rank, names: namesOf(id, urls, path) };
  });
  shards.sort((a, b) => a.rank - b.rank);

  const granules = collectGranules(lists, metadata, path);
  const position = new Map(granules.map(({ id }, index) => [id, index]));
  return {
    format: "0.1.0",
    metadata: readMetadata(metadata, order),
    granules,
    shards: shards.map(({ id, names }) => ({
      id,
      granules: names.map((name) => position.get(name) as number).sort((a, b) => a - b),
    })),
  };
}

/** The order that a morton id's digits show. */
function orderOf(id: string | undefined, path: string): number {
  if (id === undefined) throw invalid(path, "it has no shards, and no metadata.parent_order either");
  return id.replace("-", "").length - 1;
}

/** The text of a catalog as 0.1.0 reads it, without its time of creation. Only for geodetic catalogs. */
export function legacyText(catalog: Catalog, path: string): string {
  const { metadata, granules, shards } = catalog;
  if (metadata.grid.latitude !== "geodetic") {
    throw new CatalogError(
      "grid",
      `0.1.0 catalogs mean geodetic latitude, this one is ${metadata.grid.latitude}: write zagg-catalog/2, or make ` +
        "the catalog with latitude: geodetic.",
      { path, key: "latitude" },
    );
  }
  const folder = dirname(resolve(path));
  const urls = granules.map((granule) => legacyUrl(granule, folder));
  const bases = commonBases(granules);
  const members = {
    short_name: metadata.shortName,
    version: metadata.version,
    provider: metadata.provider,
    start_date: metadata.startDate,
    end_date: metadata.endDate,
    parent_order: metadata.grid.parentOrder,
    total_granules: granules.length,
    total_cells: shards.length,
    s3_base: bases?.[0],
    https_base: bases?.[1],
    cycle: metadata.cycle,
    bbox: metadata.bbox,
    polygon: metadata.polygon,
  };
  // Written by hand: an object would bring positive ids forward, since they look like array indices.
  const entries = shards.map(
    (shard) => `"${shard.id}": ${JSON.stringify(shard.granules.map((granule) => urls[granule]))}`,
  );
  return `{
"metadata": ${JSON.stringify(members, undefined, 1)},
"catalog": {${entries.length === 0 ? "" : `\n${entries.join(",\n")}\n`}}
}
`;
}

function namesOf(shard: string, urls: readonly string[], path: string): string[] {
  const names = urls.map(nameOf);
  const known = new Set<string>();
  const twice = names.find((name) => known.size === known.add(name).size);
  if (twice !== undefined) throw duplicate(path, `shard ${shard} lists granule ${twice} twice`, twice);
  return names;
}

function collectGranules(
  lists: readonly (readonly [string, readonly string[]])[],
  metadata: LegacyMetadata,
  path: string,
): CatalogGranule[] {
  const urls = new Map<string, string>();
  for (const url of lists.flatMap(([, list]) => list)) {
    const name = nameOf(url);
    const other = urls.get(name);
    if (other !== undefined && other !== url) {
      throw duplicate(path, `granule ${name} is listed under two addresses: ${other} and ${url}`, name);
    }
    urls.set(name, url);
  }
  return [...urls]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, url]) => ({ id, ...placesOf(url, metadata, path) }));
}

function placesOf(url: string, metadata: LegacyMetadata, path: string): Omit<CatalogGranule, "id"> {
  if (/^https?:\/\//.test(url)) return { https: url };
  if (!url.startsWith("s3://")) return { file: resolve(dirname(path), url) };
  const problem = s3Problem(url, "object");
  if (problem !== undefined) throw invalid(path, `${redactUrl(url)}: ${problem}`);
  const { s3_base: s3, https_base: https } = metadata;
  // 0.1.0 took both bases from its first granule: they hold for the others only where the path agrees.
  return s3 && https && url.startsWith(s3) ? { s3: url, https: https + url.slice(s3.length) } : { s3: url };
}

type Bases = readonly [s3: string, https: string];

/** What turns every S3 address into the granule's HTTPS address, where one exchange does it for all. */
function commonBases(granules: readonly CatalogGranule[]): Bases | undefined {
  const [first] = granules;
  if (first?.s3 === undefined || first.https === undefined) return undefined;
  const { s3, https } = first;
  let same = 0;
  while (same < Math.min(s3.length, https.length) && s3.at(-1 - same) === https.at(-1 - same)) same++;
  const bases: Bases = [s3.slice(0, s3.length - same), https.slice(0, https.length - same)];
  const holds = granules.every(
    (g) => g.s3?.startsWith(bases[0]) && g.https === bases[1] + g.s3.slice(bases[0].length),
  );
  return holds ? bases : undefined;
}

/** 0.1.0 knew one address per granule. */
function legacyUrl({ s3, https, file }: CatalogGranule, folder: string): string {
  return (
    s3 ??
    https ??
    relative(folder, file as string)
      .split(sep)
      .join("/")
  );
}

function nameOf(url: string): string {
  return basename(url.replace(/[?#].*$/, ""));
}

function readMetadata(metadata: LegacyMetadata, parentOrder: number): CatalogMetadata {
  return defined({
    grid: { parentOrder, latitude: "geodetic" },
    shortName: metadata.short_name,
    version: metadata.version,
    provider: metadata.provider,
    startDate: metadata.start_date?.slice(0, 10),
    endDate: metadata.end_date?.slice(0, 10),
    cycle: metadata.cycle,
    polygon: metadata.polygon,
    bbox: metadata.bbox,
  });
}

function duplicate(path: string, what: string, granule: string): CatalogError {
  return new CatalogError("duplicate-granule", `${path}: ${what}`, { path, granule });
}

function invalid(path: string, what: string): CatalogError {
  return new CatalogError("invalid", `${path} is no usable 0.1.0 catalog: ${what}`, { path });
}
