import { rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { localStore, type Store } from "@zagg/storage";
import { withStoreErrors } from "./store-errors.js";

/**
 * Where the points of a run's granules are kept until all its shards are done: beside the product, in `<store>.run`; of
 * one that goes to S3, in a folder of that name where the run was started.
 *
 * @param run address of the run's store
 */
export function extractsPlace(run: string): string {
  return join(run.startsWith("s3://") ? basename(run) : run, "extracts");
}

/** Opens a folder of extracts; what is being written lies in it, too, and is no extract. */
export function openExtracts(folder: string): Store {
  return withStoreErrors(localStore(folder, { tmp: join(folder, ".tmp") }));
}

/** Removes extracts that nobody needs any more; what another run puts there meanwhile may stay. */
export async function removeExtracts(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  await rmdir(dirname(folder)).catch(() => undefined); // of a run whose record lies elsewhere
}
