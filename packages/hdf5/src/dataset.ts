import { readAttributes } from "./attributes.js";
import { type ChunkMap, chunkedMap, contiguousMap } from "./chunk-map.js";
import type { DatasetHeader } from "./dataset-header.js";
import { Hdf5UnsupportedError, within } from "./error.js";
import type { FileContext } from "./file-context.js";
import type { Datatype } from "./messages/datatype.js";
import { readObjectHeader } from "./object-header.js";
import type { RowRange } from "./plan.js";
import { readRaw } from "./read.js";
import { remember } from "./remember.js";
import type { ReadOptions } from "./source.js";
import type { IndexPlace } from "./spans.js";
import { type Attributes, attributeValues } from "./values/attributes.js";
import type { Hdf5Values } from "./values/element.js";
import { loadValues } from "./values/load.js";
import { isNumeric, toTypedArray } from "./values/typed-array.js";

/** One dataset of an open file. */
export interface Hdf5Dataset {
  /** Absolute path. */
  readonly path: string;
  /** Extents in elements; empty for a scalar. */
  readonly shape: readonly number[];
  readonly dtype: Datatype;
  /** Extents of a chunk, if the dataset is chunked. */
  readonly chunkShape?: readonly number[];
  /** The fill value that the file's maker chose; absent for types other than numbers and where none was chosen. */
  readonly fillValue?: number | bigint;
  /** All attributes by name. */
  attributes(): Promise<Attributes>;
  /**
   * The values in C order: a typed array for numbers, else an array. `rows` limits the first dimension to
   * `[start, stop)`.
   *
   * @throws {Hdf5Error} `corrupt`, `truncated`, `unsupported`, `invalid-request`, `too-large`; what the byte source throws.
   */
  read(options?: ReadOptions & { readonly rows?: RowRange }): Promise<Hdf5Values>;
}

export class FileDataset implements Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: Datatype;
  readonly chunkShape?: readonly number[];
  readonly fillValue?: number | bigint;
  readonly header: DatasetHeader;
  readonly context: FileContext;
  readonly #address: number;
  /** Where the chunks lie; read once. */
  readonly map: () => Promise<ChunkMap> = remember(() => this.#readMap());

  constructor(context: FileContext, path: string, address: number, header: DatasetHeader) {
    this.context = context;
    this.path = path;
    this.header = header;
    this.shape = header.space.shape;
    this.dtype = header.type;
    this.#address = address;
    if (header.layout.kind === "chunked") this.chunkShape = header.layout.chunkShape;
    if (header.fill && isNumeric(header.type)) {
      this.fillValue = toTypedArray(header.fill.slice(), header.type)[0] as number | bigint;
    }
  }

  /** Extents as planning wants them: a scalar is one row. */
  get rows(): readonly number[] {
    if (this.header.space.kind === "null") return [0];
    return this.shape.length === 0 ? [1] : this.shape;
  }

  /** Where the index begins, if it is of a kind that lies directly before the chunks. */
  get index(): IndexPlace | undefined {
    const { layout, space } = this.header;
    if (layout.kind !== "chunked" || layout.index.type !== "btree-v1" || layout.index.address === undefined)
      return undefined;
    return {
      offset: this.context.metadata.base + layout.index.address,
      rawBytes: space.shape.reduce((product, extent) => product * extent, layout.elementSize),
    };
  }

  attributes(): Promise<Attributes> {
    const { metadata, sharedTable, place, heap } = this.context;
    return within({ ...place, path: this.path }, async () => {
      const messages = await readObjectHeader(metadata, this.#address);
      return attributeValues(
        await readAttributes(metadata, sharedTable, messages),
        metadata.widths.offsetSize,
        heap,
      );
    });
  }

  read(options: ReadOptions & { readonly rows?: RowRange } = {}): Promise<Hdf5Values> {
    const { metadata, heap, place } = this.context;
    return within({ ...place, path: this.path }, async () => {
      const rows = options.rows && [options.rows];
      const [bytes] = await readRaw([{ dataset: this, ...(rows ? { rows } : {}) }], options);
      return loadValues(bytes as Uint8Array, this.dtype, metadata.widths.offsetSize, heap);
    });
  }

  #readMap(): Promise<ChunkMap> {
    const { metadata, place } = this.context;
    const { layout, space, type, filters } = this.header;
    return within({ ...place, path: this.path }, async () => {
      if (layout.kind === "chunked") return chunkedMap(metadata, space, layout, filters.length > 0);
      if (layout.kind === "contiguous") return contiguousMap(metadata, this.rows, type.size, layout.address);
      throw new Hdf5UnsupportedError(
        layout.kind === "unsupported" ? layout.feature : "a map of compact data",
      );
    });
  }
}
