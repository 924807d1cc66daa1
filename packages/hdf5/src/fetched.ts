import { Lease } from "./cache.js";
import type { FileDataset } from "./dataset.js";
import { copyRows, undoFilters } from "./decode.js";
import { Hdf5Error } from "./error.js";
import { allocate, bringPieces, checked, compactRows, expectRoom, isStored, type Job } from "./job.js";
import { type PlanRequest, plan, type RowRange } from "./plan.js";
import type { ReadOptions } from "./source.js";

/** A dataset whose stored bytes are here. */
export interface FetchedRaw {
  /** Decodes rows; default all. */
  read(rows?: RowRange): Uint8Array;
  /** Lets go of the stored bytes; nothing is read afterwards. */
  release(): void;
}

interface StoredChunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Brings the stored bytes of whole datasets, planned together, and decodes none of them. */
export async function fetchRaw(
  datasets: readonly FileDataset[],
  options: ReadOptions,
): Promise<readonly FetchedRaw[]> {
  const jobs = datasets.map((dataset) => checked({ dataset }));
  const context = datasets[0]?.context;
  if (!context) return [];
  const lease = new Lease();
  const stored = jobs.filter(isStored);
  let requests: readonly PlanRequest[] = [];
  const chunks = stored.map(() => new Map<number, StoredChunk>());
  await bringPieces(stored, context, options, lease, (wanted, { pieces }) => {
    expectRoom(
      pieces.reduce((sum, { length }) => sum + length, 0),
      context,
    );
    requests = wanted;
    return ({ request, chunk, offset }, bytes) => chunks[request]?.set(chunk, { offset, bytes });
  });
  // Neighbours lie in the same buffers, which are freed when the last dataset lets go.
  const inUse = new Set(jobs);
  let next = 0;
  return jobs.map((job) => {
    const wanted = isStored(job) ? requests[next] : undefined;
    const held = wanted && chunks[next++];
    return {
      read(rows) {
        if (!inUse.has(job)) throw new Hdf5Error("invalid-request", "its bytes have been released");
        const now = part(job, rows);
        return wanted && held ? decodeRows(now, wanted.map, held) : (compactRows(now) as Uint8Array);
      },
      release() {
        if (inUse.delete(job) && inUse.size === 0) context.cache.giveBack(lease);
      },
    };
  });
}

/** The part of a job that is wanted now. */
function part(job: Job, rows: RowRange | undefined): Job {
  const wanted = checked({ dataset: job.dataset, ...(rows ? { rows: [rows] } : {}) });
  expectRoom(wanted.bytes, job.dataset.context);
  return wanted;
}

function decodeRows(job: Job, map: PlanRequest["map"], chunks: ReadonlyMap<number, StoredChunk>): Uint8Array {
  const { pieces, results } = plan([{ map, rows: job.rows }]);
  const complete = results[0]?.complete === true;
  const alone = complete && pieces.length === 1;
  let out: Uint8Array | undefined;
  for (const piece of pieces) {
    const { offset, bytes } = chunks.get(piece.chunk) as StoredChunk;
    const start = piece.offset - offset;
    const stored = bytes.subarray(start, start + piece.length);
    const decoded = undoFilters(stored, piece, map, job.dataset.header.filters);
    // Just one whole chunk, in memory of its own: no copy, for this is how a long track is gone through.
    if (alone && decoded.length === job.bytes && decoded.buffer !== stored.buffer) return decoded;
    out ??= allocate(job, complete);
    copyRows(decoded, piece, map, out);
  }
  return out ?? allocate(job, complete);
}
