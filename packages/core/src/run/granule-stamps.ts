import { isStorageError } from "@zagg/storage";
import pMap from "p-map";
import type { GranuleProbe } from "./open-granule.js";
import type { Plan } from "./plan.js";
import type { ShardRecords } from "./run-record.js";
import type { GranuleStamp } from "./shard-record.js";

const PROBES_IN_FLIGHT = 32;

/** How the granules that some record has used look now, by id. */
export async function stampGranules(
  plan: Plan,
  records: ShardRecords,
  probe: GranuleProbe | undefined,
): Promise<Map<string, GranuleStamp>> {
  const used = new Set(
    [...records.values()].flatMap((record) => record.granules.map((granule) => granule.id)),
  );
  const stamps = new Map<string, GranuleStamp>();
  if (!probe) return stamps;
  let unreachable = false;
  await pMap(
    plan.granules.filter((granule) => used.has(granule.id)),
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
