import { readlinkSync, realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type CredentialProvider, localStore, type Store, s3Store, standardCredentials } from "@zagg/storage";
import { ZaggError } from "../error.js";

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
 * Throws `ZaggError` of kind `config` (`store`) for what is no place for a product.
 */
export function openStores(
  target: string,
  credentials: CredentialProvider = standardCredentials,
): ProductStores {
  const root = checkedTarget(target);
  if (root.startsWith("s3://")) {
    return { product: s3Store(root, { credentials }), run: s3Store(`${root}.run`, { credentials }) };
  }
  const folder = withoutLink(root);
  const tmp = `${folder}.run/tmp`;
  return { product: localStore(folder, { tmp }), run: localStore(`${folder}.run`, { tmp }) };
}

function checkedTarget(target: string): string {
  const root = target.replace(/\/+$/, "");
  const refused = (why: string) =>
    new ZaggError("config", "store", `store "${target}": ${why}; name a folder or s3://bucket/prefix`, {
      target,
    });
  if (root === "")
    throw refused(target === "" ? "it is empty" : "a product does not go into the root folder");
  // A single letter is a drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(root) && !root.startsWith("s3://"))
    throw refused("not a place to write to");
  if (root.startsWith("s3:") && !/^s3:\/\/[^/]+\/./.test(root))
    throw refused("a prefix in the bucket is missing");
  return [".", ".."].includes(basename(root)) ? resolve(root) : root;
}

/** The record lies beside the store itself, whichever link the store was named by. */
function withoutLink(folder: string): string {
  try {
    readlinkSync(folder);
  } catch {
    return folder;
  }
  return realpathSync(folder);
}
