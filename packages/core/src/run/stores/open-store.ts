import { readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import {
  type CredentialProvider,
  localStore,
  redactUrl,
  type Store,
  s3Problem,
  s3Store,
  standardCredentials,
} from "@zagg/storage";
import { ZaggError } from "../../terms/index.js";
import { withStoreErrors } from "./store-errors.js";

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
 * Throws `ZaggError` of kind `config` (`store`) for what is no place for a product; the stores throw those of kind `store`.
 *
 * @example openStores("s3://bucket/product").run.url; // => "s3://bucket/product.run/"
 */
export function openStores(
  target: string,
  credentials: CredentialProvider = standardCredentials,
): ProductStores {
  const root = checkedTarget(target);
  const folder = root.startsWith("s3://") ? root : withoutLink(root);
  const open = (place: string) =>
    place.startsWith("s3://")
      ? s3Store(place, { credentials })
      : localStore(place, { tmp: `${folder}.run/tmp` });
  return { product: withStoreErrors(open(folder)), run: withStoreErrors(open(`${folder}.run`)) };
}

/** Of a URL; a single letter is a drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
/** A bucket alone will not do: `.run` behind it would be another bucket. */
const BUCKET_ALONE = /^s3:\/\/[^/]*$/;

function checkedTarget(target: string): string {
  const root = target.replace(/\/+$/, "");
  const shown = redactUrl(target);
  const refused = (why: string) =>
    new ZaggError("config", "store", `store "${shown}": ${why}; name a folder or s3://bucket/prefix`, {
      target: shown,
    });
  if (target.trim() === "") throw refused("it is empty");
  const problem = root.startsWith("s3://") ? s3Problem(target, "prefix") : undefined;
  if (problem !== undefined) throw refused(problem);
  if (SCHEME.test(root) && (BUCKET_ALONE.test(root) || !root.startsWith("s3://")))
    throw refused("no product can be written there");
  if (root.startsWith("s3://")) return root;
  if (dirname(resolve(target)) === resolve(target)) throw refused("a product does not go into the root");
  return [".", ".."].includes(basename(root)) ? resolve(root) : root;
}

/** The record lies beside the store itself, whichever link the store was named by. */
function withoutLink(folder: string): string {
  try {
    readlinkSync(folder);
    return realpathSync(folder);
  } catch {
    return folder; // no link, or one that leads nowhere, as writing will tell
  }
}
