import type { Extents } from "../bytes/extents.js";
import { Lease } from "../bytes/lease.js";
import type { ReadOptions } from "../bytes/source.js";
import { Hdf5Error } from "../error.js";
import { expectSupported } from "../filters/pipeline.js";
import { copyRows, undoFilters } from "./decode.js";
import { fetchPieces } from "./fetch.js";
import { type Piece, type Plan, type PlanRequest, plan, type RowRange } from "./plan.js";
import type { ReadAhead } from "./read-ahead.js";
import { allocate, expectRoom, type StoredDataset, type Wanted, wantedRows } from "./wanted.js";

/** A dataset, and the rows of it to read. Default: all. */
export interface RowRequest<D extends StoredDataset> {
  readonly dataset: D;
  readonly rows?: readonly RowRange[] | undefined;
}

/** The values of one request as stored, filters undone. */
export interface RawValues<D extends StoredDataset> {
  readonly dataset: D;
  readonly bytes: Uint8Array;
}

/** A dataset whose stored bytes are here. */
export interface FetchedBytes<D extends StoredDataset> {
  readonly dataset: D;
  /** Decodes rows, of those that were fetched; default all of these. */
  read(rows?: RowRange): Uint8Array;
  /** Lets go of the stored bytes; nothing is read afterwards. */
  release(): void;
}

/** Wanted rows on their way, with the map that they are planned by. */
interface Job<D extends StoredDataset = StoredDataset> extends PlanRequest {
  readonly wanted: Wanted<D>;
  /** Where decoded rows go. */
  values: Uint8Array;
  /** Where chunks wait that are decoded later. */
  readonly chunks: Map<number, StoredChunk>;
}

interface StoredChunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** How values get from the file to the caller: check what is asked for, plan, fetch, decode. */
export class Pipeline {
  readonly #extents: Extents;
  readonly #readAhead: ReadAhead;
  readonly #maxReadBytes: number;

  constructor(extents: Extents, readAhead: ReadAhead, maxReadBytes: number) {
    this.#extents = extents;
    this.#readAhead = readAhead;
    this.#maxReadBytes = maxReadBytes;
  }

  /** The wanted rows of all requests, in their order: planned and fetched together, decoded as they arrive. */
  async read<D extends StoredDataset>(
    requests: readonly RowRequest<D>[],
    options: ReadOptions,
  ): Promise<readonly RawValues<D>[]> {
    const wanted = requests.map(({ dataset, rows }) => wantedRows(dataset, rows));
    expectRoom(total(wanted.map(({ bytes }) => bytes)), this.#maxReadBytes);
    const jobs = await this.#bring(wanted, options, undefined, (plans) => {
      for (const { request, complete } of plans) request.values = allocate(request.wanted, complete);
      return (piece, bytes) => copyRows(decoded(bytes, piece), piece, piece.request.values);
    });
    return jobs.map(({ wanted, values }) => ({ dataset: wanted.dataset, bytes: values }));
  }

  /** The stored bytes of the wanted rows of all requests, planned and fetched together, and none of them decoded. */
  async fetch<D extends StoredDataset>(
    requests: readonly RowRequest<D>[],
    options: ReadOptions,
  ): Promise<readonly FetchedBytes<D>[]> {
    const wanted = requests.map(({ dataset, rows }) => wantedRows(dataset, rows));
    const lease = new Lease();
    const jobs = await this.#bring(wanted, options, lease, (plans) => {
      const lengths = plans.flatMap(({ pieces }) => pieces.map(({ length }) => length));
      expectRoom(total(lengths), this.#maxReadBytes);
      return ({ request, chunk, offset }, bytes) => request.chunks.set(chunk, { offset, bytes });
    });
    // Neighbours lie in the same buffers, which are freed when the last dataset lets go.
    const inUse = new Set(jobs);
    return jobs.map((job) => ({
      dataset: job.wanted.dataset,
      read: (rows) => {
        if (!inUse.has(job)) throw new Hdf5Error("invalid-request", "its bytes have been released");
        const wanted = rows ? wantedRows(job.wanted.dataset, [rows]) : job.wanted;
        expectRoom(wanted.bytes, this.#maxReadBytes);
        return decodeRows({ ...job, wanted, rows: wanted.rows });
      },
      release: () => {
        if (inUse.delete(job) && inUse.size === 0) lease.giveBack(this.#extents.requests);
      },
    }));
  }

  /**
   * Plans all together and brings the pieces. `begin` gets the plans before anything is fetched, and gives what is to be
   * done with each piece as it arrives: what it keeps of the bytes is good until `lease` is given back.
   */
  async #bring<D extends StoredDataset>(
    wanted: readonly Wanted<D>[],
    options: ReadOptions,
    lease: Lease | undefined,
    begin: (plans: readonly Plan<Job<D>>[]) => (piece: Piece<Job<D>>, bytes: Uint8Array) => void,
  ): Promise<readonly Job<D>[]> {
    const indexes = wanted.flatMap(({ dataset }) => dataset.index ?? []);
    this.#readAhead.begin(indexes);
    try {
      const jobs = await Promise.all(wanted.map(jobOf));
      options.signal?.throwIfAborted();
      const plans = jobs.map(plan);
      for (const { request, pieces } of plans) {
        const { filters } = request.wanted.dataset.header;
        for (const { mask } of pieces) expectSupported(filters, mask);
      }
      const take = begin(plans);
      const pieces = plans.flatMap(({ request, pieces }) => {
        const { layout } = request.wanted.dataset.header;
        if (layout.kind !== "compact") return pieces;
        // Values that the header holds are here.
        for (const piece of pieces)
          take(piece, layout.bytes.subarray(piece.offset, piece.offset + piece.length));
        return [];
      });
      await fetchPieces(this.#extents, pieces, options, lease, take);
      return jobs;
    } finally {
      this.#readAhead.end(indexes);
    }
  }
}

async function jobOf<D extends StoredDataset>(wanted: Wanted<D>): Promise<Job<D>> {
  const { dataset, rows } = wanted;
  return { wanted, rows, map: await dataset.map(), values: EMPTY, chunks: new Map() };
}

const EMPTY = new Uint8Array();

function decoded(stored: Uint8Array, piece: Piece<Job>): Uint8Array {
  return undoFilters(stored, piece, piece.request.wanted.dataset.header.filters);
}

/** The wanted rows of a dataset whose chunks are here. */
function decodeRows(job: Job): Uint8Array {
  const { wanted, chunks } = job;
  const { pieces, complete } = plan(job);
  const alone = complete && pieces.length === 1;
  let out: Uint8Array | undefined;
  for (const piece of pieces) {
    const chunk = chunks.get(piece.chunk);
    const start = piece.offset - (chunk?.offset ?? 0);
    if (!chunk || start < 0 || start + piece.length > chunk.bytes.length) {
      throw new Hdf5Error("invalid-request", "these rows have not been fetched");
    }
    const stored = chunk.bytes.subarray(start, start + piece.length);
    const values = decoded(stored, piece);
    // Just one whole chunk, in memory of its own: no copy, for this is how a long track is gone through.
    if (alone && values.length === wanted.bytes && values.buffer !== stored.buffer) return values;
    out ??= allocate(wanted, complete);
    copyRows(values, piece, out);
  }
  return out ?? allocate(wanted, complete);
}

function total(bytes: readonly number[]): number {
  return bytes.reduce((sum, each) => sum + each, 0);
}
