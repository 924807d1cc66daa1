import { at } from "./at.js";
import type { ReadOptions } from "./bytes/source.js";
import type { FileContext } from "./file-context.js";
import { filterName } from "./filters/pipeline.js";
import type { DatasetHeader } from "./format/dataset-header.js";
import { type ChunkMap, readChunkMap } from "./index/chunk-map.js";
import type { Datatype } from "./messages/datatype.js";
import type { RowRange } from "./read/plan.js";
import { indexPlace } from "./read/spans.js";
import type { StoredDataset } from "./read/wanted.js";
import { remember } from "./remember.js";
import type { Attributes } from "./values/attributes.js";
import type { Hdf5Values } from "./values/element.js";
import { loadValues } from "./values/load.js";
import { firstNumber, isNumeric } from "./values/typed-array.js";

/** One dataset of an open file. */
export interface Hdf5Dataset {
  /** Absolute path. */
  readonly path: string;
  /** Extents in elements; empty for a scalar. */
  readonly shape: readonly number[];
  readonly dtype: Datatype;
  /** Extents of a chunk, if the dataset is chunked. */
  readonly chunkShape?: readonly number[];
  /** What was done to every chunk before it was stored, in this order: `["shuffle", "deflate"]`. */
  readonly filters: readonly string[];
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

export class FileDataset implements Hdf5Dataset, StoredDataset {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: Datatype;
  readonly chunkShape?: readonly number[];
  readonly filters: readonly string[];
  readonly fillValue?: number | bigint;
  readonly header: DatasetHeader;
  readonly context: FileContext;
  readonly index: number | undefined;
  readonly map: () => Promise<ChunkMap>;
  readonly #address: number;

  constructor(context: FileContext, path: string, address: number, header: DatasetHeader) {
    this.context = context;
    this.path = path;
    this.header = header;
    this.shape = header.space.shape;
    this.dtype = header.type;
    this.filters = header.filters.map(filterName);
    this.#address = address;
    if (header.layout.kind === "chunked") this.chunkShape = header.layout.chunkShape;
    if (header.fill && isNumeric(header.type)) this.fillValue = firstNumber(header.fill, header.type);
    this.map = remember(() => context.at(path, () => readChunkMap(context.metadata, header)));
    const place = indexPlace(header, context.metadata.base);
    this.index = place?.offset;
    if (place) context.readAhead.expect(place);
  }

  attributes(): Promise<Attributes> {
    return this.context.at(this.path, () => this.context.attributes(this.#address));
  }

  read({ rows, ...options }: ReadOptions & { readonly rows?: RowRange } = {}): Promise<Hdf5Values> {
    const { pipeline, metadata, heap } = this.context;
    return this.context.at(this.path, async () => {
      const { bytes } = at(await pipeline.read([{ dataset: this, rows: rows && [rows] }], options), 0);
      return loadValues(bytes, this.dtype, metadata.widths.offsetSize, heap);
    });
  }
}
