import { defined, findPlace, hasSecretAddress, type Plan, type PlanGranule, ZaggError } from "@zagg/core";

/**
 * Refuses what no worker in the cloud can do: a store on this machine, and granules that lie where Lambda does not read.
 * Throws `ZaggError` (config): `store-place`, `granule-place`.
 */
export function checkPlaces(plan: Plan, store: string): void {
  if (!store.startsWith("s3://")) {
    const message = `the store ${store} is on this machine, where Lambda cannot write: --store s3://bucket/prefix`;
    throw new ZaggError("config", "store-place", message, { store });
  }
  const { driver } = plan.config.dataSource;
  const unreadable = plan.granules.filter((granule) => !findPlace(inTheCloud(granule), driver));
  if (unreadable.length === 0) return;
  const why = unreadable.some(hasSecretAddress)
    ? "addresses with a password or a signed query are not handed to workers"
    : "make the catalog with zagg catalog from CMR, or choose another --driver";
  const message = `${unreadable.length} of ${plan.granules.length} granules (the first ${unreadable[0]?.id}) are not \
where Lambda reads with driver ${driver}: ${why}`;
  throw new ZaggError("config", "granule-place", message);
}

/** A granule as workers may know it: without its place on this machine, or an address that holds a secret. */
export function inTheCloud(granule: PlanGranule): PlanGranule {
  const { file: _, https, ...rest } = granule;
  return defined({ ...rest, https: hasSecretAddress(granule) ? undefined : https });
}
