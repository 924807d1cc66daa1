import { GranuleError } from "../../granule/index.js";
import { granuleAt, type PlanGranule } from "../plan/plan.js";
import { granuleProbe } from "./open-granule.js";
import type { ShardContext } from "./process-shard.js";

/** Granules asked for, at most, to find out whether the credentials are any good. */
const PROBES = 3;

/** What reading one granule came to. */
interface Read {
  readonly id: string;
  readonly failure?: GranuleError;
}

/**
 * Tells a granule that may not be read from credentials that are no good, which end the whole run. Servers answer 403
 * for both; S3 even for a key that is not there, where it may not be listed. Where another granule of the same place
 * can be read, the refused one is `missing`.
 *
 * @param positions in the plan of the granules that `results` are of
 */
export async function tellRefusals<R extends Read>(
  context: ShardContext,
  positions: readonly number[],
  results: readonly R[],
): Promise<R[]> {
  const refused = (result: R | undefined) =>
    result?.failure?.kind === "auth" && result.failure.code === "denied";
  if (!results.some(refused)) return [...results];

  const placeOf = (position: number) => place(context, granuleAt(context.plan, position));
  const places = new Map<string, boolean>();
  for (const [i, position] of positions.entries()) {
    const where = placeOf(position);
    if (!refused(results[i]) || places.has(where)) continue;
    const readHere = positions.some((other, j) => !results[j]?.failure && placeOf(other) === where);
    const others = context.plan.granules.filter((_, other) => !positions.includes(other));
    const candidates = others.filter((other) => place(context, other) === where).slice(0, PROBES);
    places.set(where, readHere || (await anyAnswers(context, candidates)));
  }
  return results.map((result, i) => {
    const { id, failure } = result;
    if (!failure || !refused(result) || !places.get(placeOf(positions[i] as number))) return result;
    const message = `${failure.message} (others of the same place can be read: it is not there, or not for us)`;
    return { ...result, failure: new GranuleError("missing", id, "denied", message, { cause: failure }) };
  });
}

async function anyAnswers(context: ShardContext, candidates: readonly PlanGranule[]): Promise<boolean> {
  const probe = granuleProbe(context.open);
  for (const granule of candidates) {
    try {
      await probe(granule);
      return true;
    } catch {
      // The next one may answer.
    }
  }
  return false;
}

/** Bucket or host; one for all files. */
function place(context: ShardContext, granule: PlanGranule): string {
  try {
    return /^\w+:\/\/[^/]*/.exec(context.open(granule).url)?.[0] ?? "";
  } catch {
    return granule.id; // it lies nowhere that the driver reads
  }
}
