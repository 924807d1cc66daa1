import { GranuleError, type GranuleResult } from "../granule/index.js";
import { granuleProbe } from "./open-granule.js";
import { granuleAt, type PlanGranule, type PlanShard } from "./plan.js";
import type { ShardContext } from "./process-shard.js";

/** Granules asked for, at most, to find out whether the credentials are any good. */
const PROBES = 3;

/**
 * Tells a granule that may not be read from credentials that are no good, which end the whole run. Servers answer 403
 * for both; S3 even for a key that is not there, where it may not be listed. Where another granule of the same place
 * can be read, the refused one is `missing`.
 */
export async function tellRefusals(
  context: ShardContext,
  shard: PlanShard,
  results: readonly GranuleResult[],
): Promise<GranuleResult[]> {
  const refused = (result: GranuleResult | undefined) =>
    result?.failure?.kind === "auth" && result.failure.code === "denied";
  if (!results.some(refused)) return [...results];

  const granule = (position: number) => granuleAt(context.plan, position);
  const placeOf = (position: number) => place(context, granule(position));
  const places = new Map<string, boolean>();
  for (const [i, position] of shard.granules.entries()) {
    const where = placeOf(position);
    if (!refused(results[i]) || places.has(where)) continue;
    const readHere = shard.granules.some((other, j) => !results[j]?.failure && placeOf(other) === where);
    const others = context.plan.granules.filter((_, other) => !shard.granules.includes(other));
    const candidates = others.filter((other) => place(context, other) === where).slice(0, PROBES);
    places.set(where, readHere || (await anyAnswers(context, candidates)));
  }
  return results.map((result, i) => {
    if (!refused(result) || !places.get(placeOf(shard.granules[i] as number))) return result;
    const { id, failure } = result as GranuleResult & { failure: GranuleError };
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
