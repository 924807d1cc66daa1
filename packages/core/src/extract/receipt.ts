import type { SourceVersion } from "@zagg/storage";
import type { DataType } from "@zagg/zarr";
import type { Encoding, GranuleScan } from "../granule/index.js";

/** Points of one group in one slice. */
export interface SliceGroup {
  /** Position of the group in the config. */
  readonly group: number;
  readonly rows: number;
}

/** The points of one shard in one part of an extract. */
export interface ExtractSlice {
  /** Nested id of the shard. */
  readonly shard: number;
  /** Position of the part in the receipt. */
  readonly part: number;
  /** Where the slice lies in it, bytes, and its CRC-32. */
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  /** What lies in it, in this order; a group comes twice where its rows did not fit into one stretch. */
  readonly groups: readonly SliceGroup[];
}

/** How a column is stored, and how its values are meant. */
export interface ExtractColumn {
  readonly dtype: DataType;
  readonly encoding: Encoding;
}

/** What became of a group of the granule. */
export interface ExtractGroup {
  readonly group: number;
  readonly absent: boolean;
  /** Its columns, in the receipt's order; none where it gave no points. */
  readonly columns: readonly ExtractColumn[];
}

/** What going through a granule came to, whatever its shards make of it. */
export interface ReadCounts {
  /** Rows whose coordinates were looked at. */
  readonly rows: number;
  /** Of those, rows without usable coordinates. */
  readonly withoutCoordinates: number;
  /** Rows that lie in shards of the product which the catalog does not list for the granule. */
  readonly unlisted: number;
  /** Bytes and requests of the source, with retries. */
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
}

/** Proof that a granule was read: what its extract holds, and where. Written last. */
export interface ExtractReceipt {
  readonly format: "zagg-extract/1";
  /** Names everything that decides an extract but the granule, columns and shards: see `extractKey`. */
  readonly key: string;
  /** File name of the granule, and the version that was read. */
  readonly id: string;
  readonly version: SourceVersion;
  /** What the columns are of, one text each: see `extractColumns`. */
  readonly columns: readonly string[];
  readonly groups: readonly ExtractGroup[];
  /** Nested ids of the shards that it holds all points of. */
  readonly shards: readonly number[];
  /** Keys of the objects that hold the points. */
  readonly parts: readonly string[];
  readonly slices: readonly ExtractSlice[];
  /** Of each shard (nested id) that filters dropped rows of: how many, by filter. */
  readonly dropped: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly counts: ReadCounts;
}

/** What a shard needs to know of a granule that was read. */
export interface GranuleSlices
  extends Pick<ExtractReceipt, "id" | "version" | "groups" | "parts" | "slices"> {
  /** Places of the wanted columns among the extract's. */
  readonly columns: readonly number[];
  readonly dropped: Readonly<Record<string, number>>;
}

/** The part of an extract that is one shard's. `columns`: those that its statistics use. */
export function slicesOf(receipt: ExtractReceipt, shard: number, columns: readonly string[]): GranuleSlices {
  const { id, version, groups, parts, slices, dropped } = receipt;
  return {
    id,
    version,
    groups,
    parts,
    slices: slices.filter((slice) => slice.shard === shard),
    columns: columns.map((column) => receipt.columns.indexOf(column)),
    dropped: dropped[shard] ?? {},
  };
}

/** Sums up a granule that was gone through. */
export function readCounts({ groups, metrics }: Pick<GranuleScan, "groups" | "metrics">): ReadCounts {
  const total = (key: "rows" | "withoutCoordinates" | "unlisted") =>
    groups.reduce((sum, group) => sum + group[key], 0);
  return {
    rows: total("rows"),
    withoutCoordinates: total("withoutCoordinates"),
    unlisted: total("unlisted"),
    bytes: metrics.bytes,
    requests: metrics.requests,
    retries: metrics.retries,
  };
}

/** Bytes from one array of a slice to the next: each begins where every type may. */
export function paddedLength(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
