import { copyRows, undoFilters } from "./decode.js";
import { allocate, bringPieces, checked, compactRows, expectRoom, isStored, type RawRequest } from "./job.js";
import type { PlanRequest } from "./plan.js";
import type { ReadOptions } from "./source.js";

/**
 * The stored bytes of the wanted rows, filters undone, one array per request: plan all requests together, fetch, decode
 * what arrives.
 */
export async function readRaw(
  requests: readonly RawRequest[],
  options: ReadOptions,
): Promise<readonly Uint8Array[]> {
  const jobs = requests.map(checked);
  const context = jobs[0]?.dataset.context;
  if (!context) return [];
  expectRoom(
    jobs.reduce((sum, job) => sum + job.bytes, 0),
    context,
  );
  const stored = jobs.filter(isStored);
  let outputs: readonly Uint8Array[] = [];
  await bringPieces(stored, context, options, undefined, (wanted, { results }) => {
    outputs = stored.map((job, i) => allocate(job, results[i]?.complete === true));
    return (piece, bytes) => {
      const { map } = wanted[piece.request] as PlanRequest;
      const { filters } = (stored[piece.request] as (typeof stored)[number]).dataset.header;
      copyRows(undoFilters(bytes, piece, map, filters), piece, map, outputs[piece.request] as Uint8Array);
    };
  });
  let next = 0;
  return jobs.map((job) => compactRows(job) ?? (outputs[next++] as Uint8Array));
}
