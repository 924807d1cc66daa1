import type { Codec } from "./codec.js";
import type { DataType, FillValue } from "./data-type.js";
import { ZarrError } from "./error.js";
import { type ShardingCodec, shardingProblem } from "./sharding.js";

export type Attributes = Readonly<Record<string, unknown>>;

/** What `zarr.json` of a group holds (Zarr v3 core specification, "Group metadata"). */
export interface GroupDocument {
  readonly attributes: Attributes;
  readonly zarr_format: 3;
  readonly node_type: "group";
  readonly consolidated_metadata?: ConsolidatedMetadata;
}

/** Zarr-python's inline block: documents of every node below the group, by path relative to it. */
export interface ConsolidatedMetadata {
  readonly kind: "inline";
  readonly must_understand: false;
  readonly metadata: Readonly<Record<string, Document>>;
}

/** What `zarr.json` of an array holds (Zarr v3 core specification, "Array metadata"). */
export interface ArrayDocument {
  readonly shape: readonly number[];
  readonly data_type: DataType;
  readonly chunk_grid: {
    readonly name: "regular";
    readonly configuration: { readonly chunk_shape: readonly number[] };
  };
  readonly chunk_key_encoding: {
    readonly name: "default";
    readonly configuration: { readonly separator: "/" };
  };
  readonly fill_value: FillValue;
  readonly codecs: readonly Codec[] | readonly [ShardingCodec];
  readonly attributes: Attributes;
  readonly dimension_names: readonly (string | null)[];
  readonly zarr_format: 3;
  readonly node_type: "array";
  readonly storage_transformers: readonly [];
}

export type Document = GroupDocument | ArrayDocument;

export interface ArrayOptions {
  readonly shape: readonly number[];
  /** Shape of what one object holds. */
  readonly chunkShape: readonly number[];
  readonly dataType: DataType;
  readonly fillValue: FillValue;
  readonly codecs: ArrayDocument["codecs"];
  readonly dimensionNames: readonly string[];
  readonly attributes?: Attributes;
}

/** Metadata of a group. */
export function groupDocument(attributes: Attributes = {}): GroupDocument {
  return { attributes, zarr_format: 3, node_type: "group" };
}

/**
 * Metadata of an array on a regular chunk grid, with the default chunk keys (`c/0/1`). Throws `invalid` for shapes that do
 * not go together.
 */
export function arrayDocument(options: ArrayOptions): ArrayDocument {
  const { shape, chunkShape, dimensionNames } = options;
  if (chunkShape.length !== shape.length || dimensionNames.length !== shape.length) {
    throw new ZarrError(
      "invalid",
      `shape [${shape}], chunk shape [${chunkShape}] and names [${dimensionNames}] differ`,
    );
  }
  const document: ArrayDocument = {
    shape,
    data_type: options.dataType,
    chunk_grid: { name: "regular", configuration: { chunk_shape: chunkShape } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: options.fillValue,
    codecs: options.codecs,
    attributes: options.attributes ?? {},
    dimension_names: dimensionNames,
    zarr_format: 3,
    node_type: "array",
    storage_transformers: [],
  };
  const problem = shardingProblem(document);
  if (problem) throw new ZarrError("invalid", `no array has ${problem}`);
  return document;
}

/** Store key of a node's metadata; the root's path is "". */
export function documentKey(path: string): string {
  return path === "" ? "zarr.json" : `${path}/zarr.json`;
}

/** Store key of the chunk at `indices` of the chunk grid, in the default encoding. */
export function chunkKey(path: string, ...indices: readonly number[]): string {
  return [path, "c", ...indices].filter((part) => part !== "").join("/");
}

/** The bytes of a `zarr.json`. Equal documents give equal bytes. */
export function encodeDocument(document: Document): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(document, refuseNonFinite, 2)}\n`);
}

/** JSON would turn NaN in an attribute into null without a word; the fill value spells it as a string. */
function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new ZarrError("invalid", `${key} is ${value}, which JSON cannot hold`);
  }
  return value;
}
