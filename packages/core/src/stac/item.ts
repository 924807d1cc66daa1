import { basename } from "node:path";
import { cellSide } from "@zagg/healpix";
import { type ArraySpec, fillIsMissing, type Product, shardsWithData } from "@zagg/product";
import type { Bbox, TimeSpan } from "../catalog/index.js";
import type { PolygonGeometry } from "../export/cell-polygon.js";
import type { Attributes } from "../terms/index.js";
import { shardsFootprint } from "./footprint.js";

/** A STAC Item, version 1.1.0 (github.com/radiantearth/stac-spec). */
export interface StacItem {
  readonly type: "Feature";
  readonly stac_version: "1.1.0";
  readonly stac_extensions: readonly string[];
  readonly id: string;
  /** Null, and without `bbox`, where no shard holds data. */
  readonly geometry: PolygonGeometry | null;
  readonly bbox?: Bbox;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly links: readonly Readonly<Record<string, string>>[];
  readonly assets: { readonly data: Readonly<Record<string, unknown>> };
}

export interface StacItemOptions {
  /** Where the store is found: a URL, or a path relative to that of the item. */
  readonly href: string;
  /** When the data were taken. */
  readonly time: TimeSpan;
  /** When the item is made. Default: now. */
  readonly created?: Date;
}

/** As STAC's best practices for Zarr have it (github.com/radiantearth/stac-best-practices). */
const ZARR_MEDIA_TYPE = "application/vnd.zarr; version=3";

/** How STAC spells what JSON cannot. */
const NODATA: Readonly<Record<string, string>> = { NaN: "nan", Infinity: "inf", "-Infinity": "-inf" };

const EXTENSIONS = {
  projection: "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
  raster: "https://stac-extensions.github.io/raster/v2.0.0/schema.json",
  zarr: "https://stac-extensions.github.io/zarr/v1.1.0/schema.json",
  processing: "https://stac-extensions.github.io/processing/v1.2.0/schema.json",
} as const;

/**
 * The STAC Item of a product: its footprint is that of the shards that hold data.
 *
 * No STAC extension for DGGS has been published. `zagg:dggs` is the object of the Zarr convention as it stands in the
 * product's group, the other `zagg:` properties are the members of the group's attribute `zagg`.
 *
 * @example
 * const product = await openProduct(readStore("product.zarr"));
 * const time = { start: "2024-01-06T00:00:00Z", end: "2024-04-06T00:00:00Z" };
 * const item = await stacItem(product, { href: "https://host/product.zarr", time });
 */
export async function stacItem(
  product: Product,
  { href, time, created = new Date() }: StacItemOptions,
): Promise<StacItem> {
  const { spec, attributes } = product;
  const withData = (await shardsWithData(product)).map((k) => spec.shards[k] as number);
  const { geometry = null, bbox } = shardsFootprint(spec.grid, withData) ?? {};
  const provenance = product.status ? (attributes.zagg as Attributes) : {};
  const { version } = provenance;
  const store = href.replace(/\/+$/, "");
  return {
    type: "Feature",
    stac_version: "1.1.0",
    stac_extensions: [
      EXTENSIONS.projection,
      EXTENSIONS.raster,
      EXTENSIONS.zarr,
      ...(version === undefined ? [] : [EXTENSIONS.processing]),
    ],
    id: productName(product),
    geometry,
    ...(bbox && { bbox }),
    properties: {
      ...(typeof attributes.title === "string" && { title: attributes.title }),
      datetime: null,
      start_datetime: time.start,
      end_datetime: time.end,
      created: created.toISOString(),
      // Cells have no rows and columns in any CRS.
      "proj:code": null,
      ...(version !== undefined && {
        "processing:level": "L3",
        "processing:software": { zagg: String(version) },
      }),
      "zagg:dggs": attributes.dggs,
      ...Object.fromEntries(Object.entries(provenance).map(([key, value]) => [`zagg:${key}`, value])),
    },
    links: [{ rel: "store", href: store, type: ZARR_MEDIA_TYPE, title: "the Zarr store" }],
    assets: {
      data: {
        href: product.path === "" ? store : `${store}/${product.path}`,
        type: ZARR_MEDIA_TYPE,
        title: `HEALPix cells of order ${spec.grid.childOrder}`,
        roles: ["data"],
        "zarr:zarr_format": 3,
        "zarr:node_type": "group",
        // 0.1.0 consolidated the root only, and not always.
        ...(product.status && { "zarr:consolidated": true }),
        "raster:sampling": "area",
        "raster:spatial_resolution": Number(cellSide(spec.grid.childOrder).toFixed(3)),
        bands: Object.entries(spec.variables).map(([name, variable]) => bandOf(name, variable)),
      },
    },
  };
}

/** The last part of a store's address, without `.zarr`. */
function productName({ url }: Product): string {
  return basename(url).replace(/\.zarr$/, "") || "product";
}

function bandOf(name: string, { dtype, fillValue, attrs }: ArraySpec): Readonly<Record<string, unknown>> {
  const { units, long_name } = attrs;
  return {
    name,
    ...(typeof long_name === "string" && { description: long_name }),
    data_type: dtype,
    ...(fillIsMissing({ dtype, fillValue }) && { nodata: NODATA[fillValue] ?? fillValue }),
    ...(typeof units === "string" && { unit: units }),
  };
}
