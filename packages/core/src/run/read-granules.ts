import { withAbort } from "@zagg/storage";
import pMap from "p-map";
import { GranuleError, type GranuleResult, readGranule } from "../granule/index.js";
import { defined, machineError } from "../terms/index.js";
import type { GranuleOpener } from "./open-granule.js";
import { granuleAt, type PlanShard } from "./plan.js";
import type { ShardContext } from "./process-shard.js";
import { tellRefusals } from "./refusals.js";

/** Granules read at the same time: four saturate a fast line, more only cost memory. */
export const GRANULES_IN_FLIGHT = 4;

export interface ReadGranulesOptions {
  /** Go on when a granule cannot be fetched; otherwise those not begun are not tried, for the shard has failed. */
  readonly allowPartial: boolean;
  /** Rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What each granule of a shard holds for it, in the shard's order. What is wrong with one is in its result. Throws
 * `ZaggError` of kind `machine` where this machine gives no more.
 */
export async function readGranules(
  context: ShardContext,
  shard: PlanShard,
  { allowPartial, signal }: ReadGranulesOptions,
): Promise<GranuleResult[]> {
  const open: GranuleOpener = (granule) =>
    signal ? withAbort(context.open(granule), signal) : context.open(granule);
  const { parentOrder, childOrder, latitude } = context.plan.grid;
  const target = { parentOrder, childOrder, latitude, shard: shard.nested };
  let unreachable: GranuleError | undefined;
  const results = await pMap(
    shard.granules,
    async (position) => {
      const granule = granuleAt(context.plan, position);
      // Each try of a dead network lasts for minutes.
      if (unreachable && !allowPartial) return notTried(granule.id, unreachable);
      const result = await readGranule(granule.id, () => open(granule), context.reading, target);
      const limit = machineError(result.failure);
      if (limit) throw limit; // no other granule, or shard, would fare better
      if (result.failure?.kind === "network") unreachable = result.failure;
      return result;
    },
    defined({ concurrency: GRANULES_IN_FLIGHT, signal }),
  );
  return tellRefusals(context, shard, results);
}

function notTried(id: string, unreachable: GranuleError): GranuleResult {
  const message = `${id}: not tried, for ${unreachable.granule} could not be fetched`;
  return {
    id,
    metrics: { requests: 0, bytes: 0, retries: 0, waitMs: 0 },
    points: [],
    absentGroups: 0,
    emptyGroups: 0,
    failedGroups: 0,
    rowsScanned: 0,
    dropped: {},
    failure: new GranuleError("network", id, "not-tried", message),
  };
}
