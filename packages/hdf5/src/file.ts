import type { ByteSource, ReadOptions } from "./bytes/source.js";
import { FileDataset, type Hdf5Dataset } from "./dataset.js";
import { corrupt, Hdf5Error, within } from "./error.js";
import { FileContext } from "./file-context.js";
import { readDatasetHeader } from "./format/dataset-header.js";
import { Namespace } from "./format/namespace.js";
import { lookAtHeader } from "./format/object-header.js";
import { type Message, MessageType } from "./messages/message.js";
import type { RowRange } from "./read/plan.js";
import type { Attributes } from "./values/attributes.js";
import { isNumeric, type NumericType, type TypedArray, toTypedArray } from "./values/typed-array.js";

/** What a name in a group leads to. */
export interface Hdf5Member {
  readonly name: string;
  readonly kind: "group" | "dataset" | "datatype" | "soft-link" | "external-link" | "user-defined-link";
}

export interface OpenOptions extends ReadOptions {
  /** Bytes of values that one call may return; more is a `too-large` error. Default 1 GiB. */
  readonly maxReadBytes?: number;
}

/** A dataset, and the rows of it to read: ascending disjoint ranges, whose values follow each other. Default: all. */
export interface ReadRequest {
  readonly dataset: Hdf5Dataset;
  readonly rows?: readonly RowRange[];
}

/** A dataset of numbers whose stored bytes are here, and not yet decoded. */
export interface FetchedDataset {
  /**
   * The values of rows `[start, stop)` of those that were fetched; default all of these. Undoes the filters of the chunks that hold them, and of no others.
   *
   * @throws {Hdf5Error} `corrupt`, `invalid-request`, `too-large`.
   */
  read(rows?: RowRange): TypedArray;
  /** Lets go of the stored bytes: memory that is not left to be collected. Nothing is read afterwards. */
  release(): void;
}

/** An open HDF5 file. Paths count from the root group; a leading slash may be left out. */
export interface Hdf5File {
  /**
   * @throws {Hdf5Error} `not-found`, whose `component` is the first part of the path that does not exist; `wrong-kind`
   * for a group.
   */
  dataset(path: string): Promise<Hdf5Dataset>;
  /** Members of a group, ordered by name. Default: the root group. */
  list(path?: string): Promise<readonly Hdf5Member[]>;
  /** Where the header of an object lies in the file: two paths with one address lead to one object. Throws as `dataset` does. */
  address(path: string): Promise<number>;
  /** Attributes of a group, dataset or committed datatype. Default: those of the root group. */
  attributes(path?: string): Promise<Attributes>;
  /** Values of several datasets of numbers, planned and fetched together; in the order of the requests. */
  readMany(requests: readonly ReadRequest[], options?: ReadOptions): Promise<TypedArray[]>;
  /**
   * Stored bytes of several datasets of numbers, planned and fetched together, to be decoded part by part: a long track
   * never lies decoded in memory, and what one column rules out is never decoded of another. In the order of the requests.
   */
  fetchMany(requests: readonly ReadRequest[], options?: ReadOptions): Promise<FetchedDataset[]>;
}

const DEFAULT_MAX_READ_BYTES = 2 ** 30;

/**
 * Opens an HDF5 file: one read of its front, where most metadata are.
 *
 * @throws {Hdf5Error} `not-hdf5`, `truncated`, `corrupt`, `unsupported` (a file in several parts); what the source throws.
 * @example
 * const file = await openHdf5(fileSource("granule.h5"));
 * const heights = await file.dataset("gt1l/land_ice_segments/h_li");
 * heights.dtype; // => { class: "float", size: 4, littleEndian: true }
 * (await heights.read({ rows: [0, 3] })).length; // => 3
 */
export async function openHdf5(source: ByteSource, options: OpenOptions = {}): Promise<Hdf5File> {
  const { maxReadBytes = DEFAULT_MAX_READ_BYTES, ...readOptions } = options;
  return within(
    { url: source.url },
    async () => new OpenFile(await FileContext.open(source, readOptions, maxReadBytes)),
  );
}

class OpenFile implements Hdf5File {
  readonly #context: FileContext;
  readonly #names: Namespace;

  constructor(context: FileContext) {
    this.#context = context;
    this.#names = new Namespace(context.metadata, context.root);
  }

  dataset(path: string): Promise<Hdf5Dataset> {
    return this.#at(path, async (absolute) => {
      const address = await this.#names.resolve(absolute);
      const header = await readDatasetHeader(this.#context.metadata, this.#context.open, address);
      return new FileDataset(this.#context, absolute, address, header);
    });
  }

  list(path = "/"): Promise<readonly Hdf5Member[]> {
    return this.#at(path, async (absolute) => {
      const group = await this.#names.group(await this.#names.resolve(absolute));
      if (!group) throw new Hdf5Error("wrong-kind", "this is not a group");
      const links = await group.list();
      return Promise.all(
        links.map(async (link): Promise<Hdf5Member> => {
          if (link.kind !== "hard") return { name: link.name, kind: `${link.kind}${LINK}` };
          const messages = await lookAtHeader(this.#context.metadata, link.address, tellsKind);
          return { name: link.name, kind: kindOf(messages, link.address) };
        }),
      );
    });
  }

  address(path: string): Promise<number> {
    return this.#at(path, (absolute) => this.#names.resolve(absolute));
  }

  attributes(path = "/"): Promise<Attributes> {
    return this.#at(path, async (absolute) => this.#context.attributes(await this.#names.resolve(absolute)));
  }

  readMany(requests: readonly ReadRequest[], options: ReadOptions = {}): Promise<TypedArray[]> {
    return this.#context.at(pathsOf(requests), async () => {
      const own = requests.map(({ dataset, rows }) => ({ dataset: this.#own(dataset), rows }));
      const values = await this.#context.pipeline.read(own, options);
      return values.map(({ dataset, bytes }) => toTypedArray(bytes, dataset.dtype));
    });
  }

  fetchMany(requests: readonly ReadRequest[], options: ReadOptions = {}): Promise<FetchedDataset[]> {
    return this.#context.at(pathsOf(requests), async () => {
      const own = requests.map(({ dataset, rows }) => ({ dataset: this.#own(dataset), rows }));
      const fetched = await this.#context.pipeline.fetch(own, options);
      return fetched.map(({ dataset, read, release }): FetchedDataset => {
        const { path, dtype } = dataset;
        return { read: (rows) => this.#context.atNow(path, () => toTypedArray(read(rows), dtype)), release };
      });
    });
  }

  #own(dataset: Hdf5Dataset): NumericDataset {
    const { path, dtype } = dataset;
    if (!(dataset instanceof FileDataset) || dataset.context !== this.#context) {
      throw new Hdf5Error("invalid-request", `${path} is not a dataset of this file`);
    }
    if (hasNumbers(dataset)) return dataset;
    throw new Hdf5Error("invalid-request", `${path} holds ${dtype.class} values where numbers are needed`);
  }

  #at<T>(path: string, work: (absolute: string) => Promise<T>): Promise<T> {
    const absolute = `/${path.split("/").filter(Boolean).join("/")}`;
    return this.#context.at(absolute, () => work(absolute));
  }
}

function pathsOf(requests: readonly ReadRequest[]): string {
  return requests.map(({ dataset }) => dataset.path).join(", ");
}

type NumericDataset = FileDataset & { readonly dtype: NumericType };

function hasNumbers(dataset: FileDataset): dataset is NumericDataset {
  return isNumeric(dataset.dtype);
}

const LINK = "-link";

/** Messages that only one kind of object has; a datatype's, which datasets have too, comes last. */
const KINDS: readonly (readonly [type: number, kind: "group" | "dataset" | "datatype"])[] = [
  [MessageType.layout, "dataset"],
  [MessageType.symbolTable, "group"],
  [MessageType.linkInfo, "group"],
  [MessageType.link, "group"],
  [MessageType.datatype, "datatype"],
];

function tellsKind(messages: readonly Message[]): boolean {
  return messages.some(({ type }) => KINDS.some(([known, kind]) => known === type && kind !== "datatype"));
}

/** A header of the first version has no checksum: what is no header at all can look like an empty one. */
function kindOf(messages: readonly Message[], address: number): "group" | "dataset" | "datatype" {
  const kind = KINDS.find(([known]) => messages.some(({ type }) => type === known))?.[1];
  if (!kind) throw corrupt("an object that is neither group nor dataset nor datatype", address);
  return kind;
}
