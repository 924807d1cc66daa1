import { dirname, relative, resolve, sep } from "node:path";
import { MAX_MORTON_INT64_ORDER } from "@zagg/healpix";
import { s3Problem } from "@zagg/storage";
import * as z from "zod/mini";
import { defined } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";
import { checkShape } from "./check-shape.js";
import { type Catalog, type CatalogGranule, type CatalogMetadata, UNUSABLE_REASONS } from "./model.js";
import { shardRank } from "./shard-order.js";

const count = z.int().check(z.nonnegative());
const day = z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/, "expected a day (YYYY-MM-DD)"));
const degrees = z.number().check(z.gte(-360), z.lte(360));

const metadataSchema = z.object({
  format: z.literal("zagg-catalog/2"),
  grid: z.object({
    type: z.literal("healpix"),
    indexing_scheme: z.literal("nested"),
    parent_order: z.int().check(z.gte(1), z.lte(MAX_MORTON_INT64_ORDER)),
    latitude: z.enum(["authalic", "geodetic"]),
  }),
  source: z.exactOptional(z.enum(["granules", "cmr"])),
  short_name: z.exactOptional(z.string()),
  version: z.exactOptional(z.string()),
  provider: z.exactOptional(z.string()),
  start_date: z.exactOptional(day),
  end_date: z.exactOptional(day),
  cycle: z.exactOptional(count),
  area: z.exactOptional(z.string()),
  polygon: z.exactOptional(z.string()),
  bbox: z.exactOptional(z.tuple([degrees, degrees, degrees, degrees])),
  buffer_km: z.exactOptional(z.number()),
  unusable: z.exactOptional(
    z.array(
      z.object({ id: z.string(), reason: z.enum(UNUSABLE_REASONS), instead: z.exactOptional(z.string()) }),
    ),
  ),
});

const granuleSchema = z.object({
  id: z.string().check(z.minLength(1)),
  file: z.exactOptional(z.string()),
  s3: z.exactOptional(
    z.string().check((given) => {
      const problem = s3Problem(given.value, "object");
      if (problem !== undefined) given.issues.push({ code: "custom", input: given.value, message: problem });
    }),
  ),
  https: z.exactOptional(z.string().check(z.regex(/^https?:\/\//, "expected a URL of http or https"))),
  size: z.exactOptional(count),
  start: z.exactOptional(z.string()),
  end: z.exactOptional(z.string()),
});

const documentSchema = z.object({
  metadata: metadataSchema,
  granules: z.array(granuleSchema),
  shards: z.array(z.object({ id: z.string(), granules: z.array(count) })),
});

type Document = z.infer<typeof documentSchema>;

/** Reads a format-2 document; `path` is the catalog's, for messages and for what `file` is relative to. */
export function parseFormat2(document: unknown, path: string): Catalog {
  const checked = checkShape(documentSchema, document, (what) => invalid(path, what));
  const { metadata, granules, shards } = checked;
  checkShards(checked, path);
  const folder = dirname(path);
  return {
    format: "zagg-catalog/2",
    metadata: readMetadata(metadata),
    granules: granules.map((granule) =>
      granule.file === undefined ? granule : { ...granule, file: resolve(folder, granule.file) },
    ),
    shards,
  };
}

/** The text of a catalog: one line per granule and shard, the same bytes for the same catalog. */
export function format2Text(catalog: Catalog, path: string): string {
  const folder = dirname(resolve(path));
  const granules = catalog.granules.map((granule) => JSON.stringify(granuleMembers(granule, folder)));
  const shards = catalog.shards.map(({ id, granules }) => JSON.stringify({ id, granules }));
  return `{
"metadata": ${JSON.stringify(metadataMembers(catalog.metadata), undefined, 1)},
"granules": ${lines(granules)},
"shards": ${lines(shards)}
}
`;
}

function checkShards({ metadata, granules, shards }: Document, path: string): void {
  const ids = new Set<string>();
  granules.forEach((granule, position) => {
    if (ids.has(granule.id)) {
      throw new CatalogError("duplicate-granule", `${path}: granule ${granule.id} is listed twice`, {
        path,
        granule: granule.id,
      });
    }
    ids.add(granule.id);
    if (granule.file === undefined && granule.s3 === undefined && granule.https === undefined) {
      throw invalid(path, `granules[${position}] (${granule.id}) has no file, s3 or https to read it from`);
    }
  });
  let before = -1;
  shards.forEach((shard, position) => {
    const rank = shardRank(shard.id, metadata.grid.parent_order);
    if (rank === undefined) {
      throw invalid(
        path,
        `shards[${position}]: ${shard.id} is not a morton id of order ${metadata.grid.parent_order}`,
      );
    }
    if (rank <= before)
      throw invalid(path, `shards[${position}] (${shard.id}) is not in ascending nested order`);
    before = rank;
    const bad = shard.granules.find((g, i) => g >= granules.length || g <= (shard.granules[i - 1] ?? -1));
    if (bad !== undefined) {
      throw invalid(
        path,
        `shard ${shard.id} lists granule ${bad}: positions must ascend and stay below ${granules.length}`,
      );
    }
  });
}

function invalid(path: string, what: string): CatalogError {
  return new CatalogError("invalid", `${path} is no usable catalog: ${what}`, { path });
}

function lines(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.join(",\n")}\n]`;
}

function granuleMembers({ id, file, s3, https, size, start, end }: CatalogGranule, folder: string): object {
  const place = file === undefined ? undefined : relative(folder, file).split(sep).join("/");
  return { id, file: place, s3, https, size, start, end };
}

function metadataMembers(metadata: CatalogMetadata): object {
  const { grid } = metadata;
  return {
    format: "zagg-catalog/2",
    grid: {
      type: "healpix",
      indexing_scheme: "nested",
      parent_order: grid.parentOrder,
      latitude: grid.latitude,
    },
    source: metadata.source,
    short_name: metadata.shortName,
    version: metadata.version,
    provider: metadata.provider,
    start_date: metadata.startDate,
    end_date: metadata.endDate,
    cycle: metadata.cycle,
    area: metadata.area,
    polygon: metadata.polygon,
    bbox: metadata.bbox,
    buffer_km: metadata.bufferKm,
    unusable: metadata.unusable,
  };
}

function readMetadata(document: z.infer<typeof metadataSchema>): CatalogMetadata {
  const { grid, short_name, start_date, end_date, buffer_km, format: _, ...same } = document;
  return defined({
    ...same,
    grid: { parentOrder: grid.parent_order, latitude: grid.latitude },
    shortName: short_name,
    startDate: start_date,
    endDate: end_date,
    bufferKm: buffer_km,
  });
}
