import type { Lease } from "./cache.js";
import type { FileDataset } from "./dataset.js";
import { Hdf5Error, Hdf5UnsupportedError } from "./error.js";
import { fetchPieces } from "./fetch.js";
import type { FileContext } from "./file-context.js";
import { expectSupported } from "./filters/pipeline.js";
import { countRows, type Piece, type Plan, type PlanRequest, plan, type RowRange } from "./plan.js";
import type { ReadOptions } from "./source.js";

export interface RawRequest {
  readonly dataset: FileDataset;
  readonly rows?: readonly RowRange[];
}

/** A request, checked, with the size of its result. */
export interface Job {
  readonly dataset: FileDataset;
  readonly rows: readonly RowRange[];
  readonly rowBytes: number;
  readonly bytes: number;
}

export function checked({ dataset, rows }: RawRequest): Job {
  const { layout, type } = dataset.header;
  if (layout.kind === "unsupported") throw new Hdf5UnsupportedError(layout.feature);
  if (type.class === "unsupported") throw new Hdf5UnsupportedError(type.feature);
  if (rows && dataset.shape.length === 0) throw new Hdf5Error("invalid-request", "a scalar has no rows");
  const [total = 0, ...others] = dataset.rows;
  const ranges = rows ?? [[0, total] as const];
  const rowBytes = others.reduce((product, extent) => product * extent, type.size);
  return { dataset, rows: ranges, rowBytes, bytes: countRows(ranges, total) * rowBytes };
}

export function isStored({ dataset }: Job): boolean {
  return dataset.header.layout.kind !== "compact";
}

/** Throws where `bytes` are more than one call may hold. */
export function expectRoom(bytes: number, { maxReadBytes }: FileContext): void {
  if (bytes > maxReadBytes) {
    throw new Hdf5Error(
      "too-large",
      `${bytes} bytes of values; maxReadBytes is ${maxReadBytes}: read fewer rows at once`,
    );
  }
}

/**
 * Plans stored jobs together and brings their pieces. `begin` gets the plan before anything is fetched, and gives what
 * is to be done with each piece as it arrives: what it keeps of the bytes is good until `lease` is given back.
 */
export async function bringPieces(
  jobs: readonly Job[],
  context: FileContext,
  options: ReadOptions,
  lease: Lease | undefined,
  begin: (wanted: readonly PlanRequest[], planned: Plan) => (piece: Piece, bytes: Uint8Array) => void,
): Promise<void> {
  const indexes = jobs.flatMap(({ dataset }) => dataset.index?.offset ?? []);
  context.prefetch.begin(indexes);
  try {
    const wanted = await Promise.all(
      jobs.map(async ({ dataset, rows }): Promise<PlanRequest> => ({ map: await dataset.map(), rows })),
    );
    options.signal?.throwIfAborted();
    const planned = plan(wanted);
    for (const { request, mask } of planned.pieces)
      expectSupported((jobs[request] as Job).dataset.header.filters, mask);
    await fetchPieces(context.cache, planned.pieces, options, lease, begin(wanted, planned));
  } finally {
    context.prefetch.end(indexes);
  }
}

/** Room for a job's values, filled where stored chunks do not cover all of them. */
export function allocate({ dataset, bytes }: Job, complete: boolean): Uint8Array {
  const out = new Uint8Array(bytes);
  const { fill } = dataset.header;
  if (!complete && fill?.some((byte) => byte !== 0)) {
    for (let at = 0; at < bytes; at += fill.length) out.set(fill, at);
  }
  return out;
}

/** The wanted rows of values that lie in the object header itself. */
export function compactRows({ dataset, rows, rowBytes, bytes }: Job): Uint8Array | undefined {
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
