import { isStorageError } from "@zagg/storage";
import pMap from "p-map";
import type { Plan } from "../plan/plan.js";
import type { ShardRecords } from "../record/run-record.js";
import type { GranuleStamp } from "../record/shard-record.js";
import type { GranuleProbe } from "../task/open-granule.js";

const PROBES_IN_FLIGHT = 32;

/** Ids of the granules that some record has used. */
export function usedGranules(records: ShardRecords): Set<string> {
  return new Set([...records.values()].flatMap((record) => record.granules.map(({ id }) => id)));
}

/** How granules look now, by id; those that do not answer are absent. */
export async function stampGranules(
  plan: Plan,
  ids: ReadonlySet<string>,
  probe: GranuleProbe | undefined,
): Promise<Map<string, GranuleStamp>> {
  const stamps = new Map<string, GranuleStamp>();
  if (!probe) return stamps;
  let unreachable = false;
  await pMap(
    plan.granules.filter((granule) => ids.has(granule.id)),
    async (granule) => {
      // Each try of a dead network lasts for minutes, and refused credentials are refused for all.
      if (unreachable) return;
      try {
        stamps.set(granule.id, { id: granule.id, ...(await probe(granule)) });
      } catch (error) {
        if (isStorageError(error, "network", "throttled", "unavailable", "auth")) unreachable = true;
      }
    },
    { concurrency: PROBES_IN_FLIGHT },
  );
  return stamps;
}
