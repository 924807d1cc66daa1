import type { FileDataset } from "./dataset.js";
import { decodePiece } from "./decode.js";
import { Hdf5Error, Hdf5UnsupportedError } from "./error.js";
import { fetchPieces } from "./fetch.js";
import type { FileContext } from "./file-context.js";
import { expectSupported } from "./filters/pipeline.js";
import { countRows, type PlanRequest, plan, type RowRange } from "./plan.js";
import type { ReadOptions } from "./source.js";

export interface RawRequest {
  readonly dataset: FileDataset;
  readonly rows?: readonly RowRange[];
}

/** A request, checked, with the size of its result. */
interface Job {
  readonly dataset: FileDataset;
  readonly rows: readonly RowRange[];
  readonly rowBytes: number;
  readonly bytes: number;
}

/**
 * The stored bytes of the wanted rows, filters undone, one array per request: plan all requests together, fetch, decode.
 */
export async function readRaw(
  requests: readonly RawRequest[],
  options: ReadOptions,
): Promise<readonly Uint8Array[]> {
  const jobs = requests.map(check);
  const context = jobs[0]?.dataset.context;
  if (!context) return [];
  expectRoom(jobs, context);
  const stored = jobs.filter(({ dataset }) => dataset.header.layout.kind !== "compact");
  const indexes = stored.flatMap(({ dataset }) => dataset.index?.offset ?? []);
  context.prefetch.begin(indexes);
  try {
    const wanted = await Promise.all(
      stored.map(async ({ dataset, rows }): Promise<PlanRequest> => ({ map: await dataset.map(), rows })),
    );
    options.signal?.throwIfAborted();
    const { pieces, results } = plan(wanted);
    const filtersOf = (request: number) => (stored[request] as Job).dataset.header.filters;
    for (const { request, mask } of pieces) expectSupported(filtersOf(request), mask);
    const outputs = stored.map((job, i) => allocate(job, results[i]?.complete === true));
    await fetchPieces(context.cache, pieces, options, (piece, bytes) => {
      const { map } = wanted[piece.request] as PlanRequest;
      decodePiece(bytes, piece, map, filtersOf(piece.request), outputs[piece.request] as Uint8Array);
    });
    let next = 0;
    return jobs.map((job) => compactRows(job) ?? (outputs[next++] as Uint8Array));
  } finally {
    context.prefetch.end(indexes);
  }
}

function check({ dataset, rows }: RawRequest): Job {
  const { layout, type } = dataset.header;
  if (layout.kind === "unsupported") throw new Hdf5UnsupportedError(layout.feature);
  if (type.class === "unsupported") throw new Hdf5UnsupportedError(type.feature);
  if (rows && dataset.shape.length === 0) throw new Hdf5Error("invalid-request", "a scalar has no rows");
  const [total = 0, ...others] = dataset.rows;
  const ranges = rows ?? [[0, total] as const];
  const rowBytes = others.reduce((product, extent) => product * extent, type.size);
  return { dataset, rows: ranges, rowBytes, bytes: countRows(ranges, total) * rowBytes };
}

function expectRoom(jobs: readonly Job[], { maxReadBytes }: FileContext): void {
  const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
  if (bytes > maxReadBytes) {
    throw new Hdf5Error(
      "too-large",
      `${bytes} bytes of values; maxReadBytes is ${maxReadBytes}: read fewer rows at once`,
    );
  }
}

function allocate({ dataset, bytes }: Job, complete: boolean): Uint8Array {
  const out = new Uint8Array(bytes);
  const { fill } = dataset.header;
  if (!complete && fill?.some((byte) => byte !== 0)) {
    for (let at = 0; at < bytes; at += fill.length) out.set(fill, at);
  }
  return out;
}

/** The wanted rows of values that lie in the object header itself. */
function compactRows({ dataset, rows, rowBytes, bytes }: Job): Uint8Array | undefined {
  const { layout } = dataset.header;
  if (layout.kind !== "compact") return undefined;
  const out = new Uint8Array(bytes);
  let at = 0;
  for (const [start, stop] of rows) {
    out.set(layout.bytes.subarray(start * rowBytes, stop * rowBytes), at);
    at += (stop - start) * rowBytes;
  }
  return out;
}
