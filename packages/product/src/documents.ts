import { cellsPerShard, type Grid } from "@zagg/healpix";
import {
  type ArrayDocument,
  type Attributes,
  arrayDocument,
  codecsFor,
  consolidate,
  type DataType,
  type Document,
  type FillValue,
  groupDocument,
} from "@zagg/zarr";
import {
  cellIdsAttributes,
  dggsAttributes,
  SHARD_STATE_ATTRIBUTES,
  shardIdsAttributes,
} from "./attributes.js";
import { arrayCodecs } from "./layout.js";
import { fillAttributes } from "./missing.js";
import { orderGroup, type ProductSpec } from "./spec.js";
import { isComplete, type StateCounts } from "./state.js";

/** What a run adds to the group's `zagg` attribute. */
export interface ProductStatus {
  readonly shards: StateCounts;
  /** Points kept, occupied cells …: whatever the run counted. */
  readonly counts: Attributes;
}

/** The group attribute `zagg`: this, and the spec's provenance. */
export interface ZaggAttribute extends ProductStatus {
  readonly grid: {
    readonly parent_order: number;
    readonly child_order: number;
    readonly latitude: Grid["latitude"];
  };
  /** Every shard is written or empty. */
  readonly complete: boolean;
}

/** Metadata documents of a product by path, root first, consolidated in the root and in the group. */
export function productDocuments(spec: ProductSpec, status: ProductStatus): Map<string, Document> {
  const group = orderGroup(spec.grid);
  const documents = new Map<string, Document>([
    ["", groupDocument()],
    [group, groupDocument(groupAttributes(spec, status))],
  ]);
  for (const [name, document] of arrayDocuments(spec)) documents.set(`${group}/${name}`, document);
  return consolidate(documents);
}

/** Metadata of every array of a product's group, by name. */
export function arrayDocuments(spec: ProductSpec): Map<string, ArrayDocument> {
  const { grid, shards, shardsPerObject } = spec;
  const documents = new Map<string, ArrayDocument>();
  const add = (name: string, dataType: DataType, fillValue: FillValue, attributes: Attributes) =>
    documents.set(
      name,
      arrayDocument({
        shape: [shards.length * cellsPerShard(grid)],
        chunkShape: [shardsPerObject * cellsPerShard(grid)],
        dataType,
        fillValue,
        codecs: arrayCodecs(spec, dataType),
        dimensionNames: ["cells"],
        attributes,
      }),
    );
  // CF: names the arrays that locate a variable's values; xarray then makes them coordinates.
  const coordinates = Object.keys(spec.coordinates).join(" ");
  for (const [name, { dtype, fillValue, attrs }] of Object.entries(spec.coordinates)) {
    add(name, dtype, fillValue, name === "cell_ids" ? cellIdsAttributes(grid) : attrs);
  }
  for (const [name, { dtype, fillValue, attrs }] of Object.entries(spec.variables)) {
    add(name, dtype, fillValue, { ...attrs, ...fillAttributes({ dtype, fillValue }), coordinates });
  }
  documents.set("shard_ids", shardArray(spec, "uint64", shardIdsAttributes(grid)));
  documents.set(
    "shard_state",
    shardArray(spec, "uint8", { ...SHARD_STATE_ATTRIBUTES, coordinates: "shard_ids" }),
  );
  return documents;
}

/** An array with one value per shard, in one chunk: small, and replaced whole. */
function shardArray(spec: ProductSpec, dataType: DataType, attributes: Attributes): ArrayDocument {
  return arrayDocument({
    shape: [spec.shards.length],
    chunkShape: [spec.shards.length],
    dataType,
    fillValue: 0,
    codecs: codecsFor(dataType, spec.codecs),
    dimensionNames: ["shards"],
    attributes,
  });
}

function groupAttributes(spec: ProductSpec, { shards, counts }: ProductStatus): Attributes {
  const { parentOrder, childOrder, latitude } = spec.grid;
  const status: ZaggAttribute = {
    grid: { parent_order: parentOrder, child_order: childOrder, latitude },
    complete: isComplete(shards),
    shards,
    counts,
  };
  return { ...spec.groupAttrs, ...dggsAttributes(spec.grid), zagg: { ...spec.provenance, ...status } };
}
