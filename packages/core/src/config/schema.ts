import { MAX_MORTON_INT64_ORDER, MAX_ORDER } from "@zagg/healpix";
import { COMBINATIONS } from "@zagg/stats";
import { DATA_TYPES } from "@zagg/zarr";
import * as z from "zod/mini";
import { FILTER_OPS } from "../terms/index.js";

/**
 * The YAML document of a config, key for key. It says what may stand where; what the keys mean together is checked
 * in `check.ts`. The JSON Schema for editors and the wording of errors come from it.
 */

const text = () => z.string().check(z.minLength(1));
const order = (finest: number) => z.int().check(z.gte(1), z.lte(finest));
const described = <T extends z.core.SomeType>(schema: T, description: string) =>
  z.optional(schema).check(z.describe(description));

const dtype = z.enum(DATA_TYPES);
const fillValue = z.union([z.number(), z.literal("NaN")]);
const attrs = z.record(z.string(), z.unknown());

const orNone = <T extends z.core.SomeType>(schema: T) => z.union([schema, z.literal(false)]);

const join = z.strictObject({
  repeat: described(z.int().check(z.gte(1), z.lte(1_000_000_000)), "Each value is that of so many points"),
  index: described(text(), "Path template of a dataset that gives for each point the position of its value"),
  begin: described(
    text(),
    "Path template of a dataset that gives for each value the position of its first point",
  ),
  count: described(text(), "With begin: path template of the number of points of each value"),
  base: described(z.union([z.literal(0), z.literal(1)]), "Number of the first position (default 0)"),
});

const datasetSpec = z.strictObject({
  path: text().check(z.describe("Path template")),
  join: described(join, "How values of another rate belong to the points"),
  decode: described(z.boolean(), "false: what the file says about its values does not count (default true)"),
  fill: described(
    orNone(z.union([z.number(), z.array(z.number())])),
    "Stored values that mean missing, in place of _FillValue and missing_value; false: none",
  ),
  scale_factor: described(z.number(), "In place of the file's"),
  add_offset: described(z.number(), "In place of the file's"),
  unsigned: described(z.boolean(), "In place of _Unsigned"),
  valid_min: described(orNone(z.number()), "Smaller stored values are missing; false: none is too small"),
  valid_max: described(orNone(z.number()), "Larger stored values are missing; false: none is too large"),
});

const dataset = (description: string) => z.union([text().check(z.describe(description)), datasetSpec]);
const path = () => dataset("Path template");

const raw = described(z.boolean(), "Compare the stored values, as they are (default false)");

const comparison = z.strictObject({
  dataset: dataset("Path template, or the name of a column"),
  op: z.enum(FILTER_OPS),
  value: z
    .union([z.number(), text(), z.array(z.union([z.number(), text()]))])
    .check(
      z.describe(
        "A number, or text of an attribute; a list for in and not_in; [low, high] for between and outside; a mask for bits",
      ),
    ),
  raw,
});

const filter = z.union([
  comparison,
  z.strictObject({
    expression: text().check(z.describe("Formula over the columns, true of the rows to keep")),
  }),
]);

const dataSource = z.strictObject({
  reader: described(z.enum(["h5coro", "hdf5"]), "Both names mean the built-in HDF5 reader"),
  driver: described(z.enum(["auto", "file", "s3", "https"]), "How granules are fetched (default auto)"),
  short_name: described(text(), "The product at NASA's CMR: default of --short-name"),
  groups: described(
    z.array(text()).check(z.minLength(1)),
    "What {group} stands for, one after the other; * and ? fit names of groups; absent: the paths have none",
  ),
  coordinates: z.strictObject({ latitude: path(), longitude: path() }),
  variables: z.record(z.string(), path()).check(z.describe("Column name: path template, or a mapping")),
  quality_filter: described(
    z.strictObject({ dataset: path(), value: z.number(), raw }),
    "Keep the rows whose value equals this",
  ),
  filters: described(z.array(filter), "Keep the rows for which every filter holds"),
});

const coordinate = z.strictObject({
  dtype: z.optional(dtype),
  fill_value: z.optional(fillValue),
  attrs: z.optional(attrs),
});

const statistic = z.strictObject({
  function: described(text(), "Name of a function, see docs/configuration.md"),
  expression: described(text(), "Formula over the columns that gives one value per cell"),
  source: described(text(), "Column that the function works on"),
  params: described(
    z.record(z.string(), z.union([z.number(), z.string()])),
    "Arguments of the function: a number, a column or an expression",
  ),
  dtype: described(dtype, "Default float32"),
  fill_value: described(fillValue, "Value of cells without data (default NaN; 0 for whole-number dtypes)"),
  attrs: described(attrs, "Attributes of the array: long_name, units …"),
  raster: described(z.enum(COMBINATIONS), "How cells combine into a coarser pixel"),
});

const grid = z.strictObject({
  type: z.literal("healpix"),
  indexing_scheme: z.optional(z.literal("nested")),
  child_order: order(MAX_ORDER).check(z.describe("Order of the cells")),
  parent_order: described(order(MAX_MORTON_INT64_ORDER), "Order of the shards; absent: the catalog's"),
  latitude: described(
    z.enum(["authalic", "geodetic"]),
    "Which latitude places a point in a cell; absent: the catalog's",
  ),
});

const date = () =>
  z
    .string()
    .check(z.regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?$/), z.describe("2020-01-31"));

const bounds = z.strictObject({
  temporal: z.optional(z.strictObject({ start_date: date(), end_date: date() })),
  spatial: described(
    z.array(z.number()).check(z.minLength(4), z.maxLength(4)),
    "[west, south, east, north] in degrees; west > east crosses the antimeridian",
  ),
});

export const configDocument = z.strictObject({
  data_source: dataSource,
  aggregation: z.strictObject({
    coordinates: described(
      z.partialRecord(z.enum(["cell_ids", "morton", "latitude", "longitude"]), coordinate),
      "Coordinate arrays of the product (default cell_ids and morton)",
    ),
    variables: z.record(z.string(), statistic),
  }),
  output: z.strictObject({
    grid,
    store: described(text(), "Default of --store: a folder or s3://bucket/prefix"),
    codecs: described(z.enum(["gzip", "none"]), "Compression of chunks (default gzip)"),
    shards_per_object: described(
      z.int().check(z.gte(1)),
      "Shards side by side in one object of each array (default 64, fewer where their cells are many; 1 without codecs)",
    ),
  }),
  bounds: described(bounds, "Limits on whole granules and shards"),
  catalog: described(text(), "Default of --catalog"),
  attrs: described(attrs, "Attributes of the product's group"),
});

export type ConfigDocument = z.infer<typeof configDocument>;
export type DatasetDocument = z.infer<ReturnType<typeof dataset>>;

/**
 * JSON Schema (draft 2020-12) of the YAML config, for editors.
 *
 * @example configSchema().$schema; // => "https://json-schema.org/draft/2020-12/schema"
 */
export function configSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(configDocument, { io: "input" }),
    title: "zagg pipeline config",
  };
}
