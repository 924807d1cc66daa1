import { redactUrl } from "@zagg/storage";
import type { Plan, PlanGranule } from "./plan.js";

/** Whether a granule's https address opens it to whoever reads the address: a user and password, or a signed query. */
export function hasSecretAddress({ https }: Pick<PlanGranule, "https">): boolean {
  return https !== undefined && redactUrl(https) !== https;
}

/**
 * A plan as it is kept beside its product, where others may read it: addresses without user, password and query, and
 * marked. A run has them from its catalog, each time.
 */
export function withoutSecrets(plan: Plan): Plan {
  if (!plan.granules.some(hasSecretAddress)) return plan;
  const granules = plan.granules.map((granule): PlanGranule => {
    if (granule.https === undefined || !hasSecretAddress(granule)) return granule;
    return { ...granule, https: redactUrl(granule.https).replace(/\?…$/, ""), withheld: true };
  });
  return { ...plan, granules };
}
