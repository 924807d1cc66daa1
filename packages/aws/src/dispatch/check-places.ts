import { defined, findPlace, type Plan, ZaggError } from "@zagg/core";

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
  const unreadable = plan.granules.filter(({ s3, https }) => !findPlace(defined({ s3, https }), driver));
  if (unreadable.length === 0) return;
  const message = `${unreadable.length} of ${plan.granules.length} granules (the first ${unreadable[0]?.id}) are not \
where Lambda reads with driver ${driver}: make the catalog with zagg catalog from CMR, or choose another --driver`;
  throw new ZaggError("config", "granule-place", message);
}
