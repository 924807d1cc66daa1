import { lstatSync, realpathSync } from "node:fs";
import { type CredentialProvider, localStore, type Store, s3Store, standardCredentials } from "@zagg/storage";

/** The two stores of a product: its own, and beside it the record of its runs. */
export interface ProductStores {
  /** The product: nothing but Zarr. */
  readonly product: Store;
  /** `<store>.run`: plan, shard records, summary. */
  readonly run: Store;
}

/**
 * Opens `target`, a folder or `s3://bucket/prefix`. Local writes go through `<target>.run/tmp`, on the same file
 * system, and are renamed into place, so that nothing foreign or half-written ever lies inside the product; S3 puts
 * are whole objects. S3 is written with the standard AWS credentials: those of the output, never the source's.
 */
export function openStores(
  target: string,
  credentials: CredentialProvider = standardCredentials,
): ProductStores {
  const root = target.replace(/\/+$/, "");
  if (root.startsWith("s3://")) {
    return { product: s3Store(root, { credentials }), run: s3Store(`${root}.run`, { credentials }) };
  }
  const folder = withoutLink(root);
  const tmp = `${folder}.run/tmp`;
  return { product: localStore(folder, { tmp }), run: localStore(`${folder}.run`, { tmp }) };
}

/** The record lies beside the store itself, whichever link the store was named by. */
function withoutLink(folder: string): string {
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? realpathSync(folder) : folder;
}
