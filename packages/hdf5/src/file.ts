import { readAttributes } from "./attributes.js";
import { ByteCache } from "./cache.js";
import { FileDataset, type Hdf5Dataset } from "./dataset.js";
import { readDatasetHeader } from "./dataset-header.js";
import { corrupt, Hdf5Error, type Hdf5ErrorPlace, within, withinSync } from "./error.js";
import { type FetchedRaw, fetchRaw } from "./fetched.js";
import type { FileContext } from "./file-context.js";
import { readFront } from "./front.js";
import { GlobalHeap } from "./global-heap.js";
import { Metadata } from "./metadata.js";
import { Namespace } from "./namespace.js";
import { type Message, MessageType, readObjectHeader } from "./object-header.js";
import type { RowRange } from "./plan.js";
import { Prefetch } from "./prefetch.js";
import { readRaw } from "./read.js";
import { openSharedTable } from "./shared-table.js";
import type { ByteSource, ReadOptions } from "./source.js";
import { readSuperblock } from "./superblock.js";
import { type Attributes, attributeValues } from "./values/attributes.js";
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
   * The values of rows `[start, stop)`; default all. Undoes the filters of the chunks that hold them, and of no others.
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
  /** Attributes of a group, dataset or committed datatype. Default: those of the root group. */
  attributes(path?: string): Promise<Attributes>;
  /** Values of several datasets of numbers, planned and fetched together; in the order of the requests. */
  readMany(requests: readonly ReadRequest[], options?: ReadOptions): Promise<TypedArray[]>;
  /**
   * Stored bytes of whole datasets of numbers, planned and fetched together, to be decoded part by part: a long track
   * never lies decoded in memory, and what one column rules out is never decoded of another. In the order of `datasets`.
   */
  fetchMany(datasets: readonly Hdf5Dataset[], options?: ReadOptions): Promise<FetchedDataset[]>;
}

const DEFAULT_MAX_READ_BYTES = 2 ** 30;

/**
 * Opens an HDF5 file: one read of its front, where most metadata are.
 *
 * @throws {Hdf5Error} `not-hdf5`, `truncated`, `corrupt`; what the byte source throws.
 */
export async function openHdf5(source: ByteSource, options: OpenOptions = {}): Promise<Hdf5File> {
  const place = { url: source.url };
  return within(place, async () => {
    const { signal, maxReadBytes = DEFAULT_MAX_READ_BYTES } = options;
    const reading = signal ? { signal } : {};
    const front = await readFront(source, reading);
    const cache = new ByteCache(source, front.size, reading);
    cache.keepFront(front.bytes);
    const superblock = await readSuperblock(cache);
    const metadata = new Metadata(cache, superblock.base, superblock);
    const context: FileContext = {
      cache,
      metadata,
      sharedTable: openSharedTable(metadata, superblock.extension),
      heap: new GlobalHeap(metadata),
      place,
      maxReadBytes,
      prefetch: new Prefetch(cache),
    };
    return new OpenFile(context, superblock.root);
  });
}

class OpenFile implements Hdf5File {
  readonly #context: FileContext;
  readonly #names: Namespace;

  constructor(context: FileContext, root: number) {
    this.#context = context;
    this.#names = new Namespace(context.metadata, root);
  }

  dataset(path: string): Promise<Hdf5Dataset> {
    const { metadata, sharedTable, prefetch } = this.#context;
    return this.#at(path, async (absolute) => {
      const address = await this.#names.resolve(absolute);
      const header = await readDatasetHeader(metadata, sharedTable, address);
      const dataset = new FileDataset(this.#context, absolute, address, header);
      if (dataset.index) prefetch.expect(dataset.index);
      return dataset;
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
          const messages = await readObjectHeader(this.#context.metadata, link.address, tellsKind);
          return { name: link.name, kind: kindOf(messages, link.address) };
        }),
      );
    });
  }

  attributes(path = "/"): Promise<Attributes> {
    const { metadata, sharedTable, heap } = this.#context;
    return this.#at(path, async (absolute) => {
      const messages = await readObjectHeader(metadata, await this.#names.resolve(absolute));
      return attributeValues(
        await readAttributes(metadata, sharedTable, messages),
        metadata.widths.offsetSize,
        heap,
      );
    });
  }

  readMany(requests: readonly ReadRequest[], options: ReadOptions = {}): Promise<TypedArray[]> {
    return within(this.#placeOf(requests.map(({ dataset }) => dataset)), async () => {
      const own = requests.map(({ dataset }) => this.#own(dataset));
      const raw = requests.map(({ rows }, i) => ({
        dataset: own[i] as NumericDataset,
        ...(rows ? { rows } : {}),
      }));
      const values = await readRaw(raw, options);
      return values.map((bytes, i) => toTypedArray(bytes, (own[i] as NumericDataset).dtype));
    });
  }

  fetchMany(datasets: readonly Hdf5Dataset[], options: ReadOptions = {}): Promise<FetchedDataset[]> {
    return within(this.#placeOf(datasets), async () => {
      const own = datasets.map((dataset) => this.#own(dataset));
      const fetched = await fetchRaw(own, options);
      return own.map((dataset, i): FetchedDataset => {
        const { read, release } = fetched[i] as FetchedRaw;
        return {
          read: (rows) => withinSync(this.#placeOf([dataset]), () => toTypedArray(read(rows), dataset.dtype)),
          release,
        };
      });
    });
  }

  #placeOf(datasets: readonly Hdf5Dataset[]): Hdf5ErrorPlace {
    return { ...this.#context.place, path: datasets.map(({ path }) => path).join(", ") };
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
    return within({ ...this.#context.place, path: absolute }, () => work(absolute));
  }
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
