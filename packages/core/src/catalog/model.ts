import type { ShardGrid } from "@zagg/healpix";

/** Ours, and that of zagg 0.1.0. */
export type CatalogFormat = "zagg-catalog/2" | "0.1.0";

/** One HDF5 file and every place where it lies. */
export interface CatalogGranule {
  /** File name: the granule's identity, whatever its place. */
  readonly id: string;
  /** Absolute path on this machine (in the file: relative to the catalog). */
  readonly file?: string;
  /** `s3://bucket/key`. */
  readonly s3?: string;
  readonly https?: string;
  /** Bytes. */
  readonly size?: number;
  /** First and last time of its data, ISO 8601. */
  readonly start?: string;
  readonly end?: string;
}

/** One shard and the granules that touch it. */
export interface CatalogShard {
  /** Decimal morton id, at the grid's parent order. */
  readonly id: string;
  /** Positions in the catalog's granules, ascending. */
  readonly granules: readonly number[];
}

/** West, south, east, north in degrees; `west > east` crosses the antimeridian. */
export type Bbox = readonly [west: number, south: number, east: number, north: number];

/** What a catalog says about itself. All but `grid` tells where it came from, and is absent where unknown. */
export interface CatalogMetadata {
  readonly grid: ShardGrid;
  /** How it was made: from granules' points, or from CMR's footprints. */
  readonly source?: "granules" | "cmr";
  readonly shortName?: string;
  readonly version?: string;
  readonly provider?: string;
  /** Days, `YYYY-MM-DD`, both included. */
  readonly startDate?: string;
  readonly endDate?: string;
  /** ICESat-2 repeat cycle. */
  readonly cycle?: number;
  /** What the region was: a built-in area's name, or the GeoJSON file's name. */
  readonly area?: string;
  readonly polygon?: string;
  readonly bbox?: Bbox;
  /** How far footprints were widened before they were mapped to shards. */
  readonly bufferKm?: number;
  /** Granules that were found but cannot be used. */
  readonly unusable?: readonly UnusableGranule[];
}

/** Why a granule that was found is not in the catalog. */
export const UNUSABLE_REASONS = [
  "orbit", // CMR has only its orbit: an old version kept on NSIDC's own disks
  "no-footprint", // neither polygons nor boxes, or a polygon that is none
  "no-link", // nowhere to read it from
  "invalid", // not as CMR's own schema has it
  "duplicate", // an older entry of a granule of the same name
  "older", // an older release or revision of a granule that is there
  "copy", // a copy, or a part, of a granule that is there
] as const;
export type UnusableReason = (typeof UNUSABLE_REASONS)[number];

/** A granule that was found but is not in the catalog. */
export interface UnusableGranule {
  readonly id: string;
  readonly reason: UnusableReason;
  /** The granule that is there in its place. */
  readonly instead?: string;
}

/**
 * Which granules touch which shard. Granules are in ascending order of id, shards in ascending nested order;
 * shards without granules are part of the region and belong to the product.
 */
export interface Catalog {
  /** The file format it was read from, or will be written in. */
  readonly format: CatalogFormat;
  readonly metadata: CatalogMetadata;
  readonly granules: readonly CatalogGranule[];
  readonly shards: readonly CatalogShard[];
}
