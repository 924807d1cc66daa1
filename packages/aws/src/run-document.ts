import { decodeJson, encodeJson, type Plan, sha256Hex, ZaggError } from "@zagg/core";
import { type CredentialProvider, type Credentials, s3Store } from "@zagg/storage";

/** Where a run's document lies, and what it must hash to: all that an event says about the plan. */
export interface RunPointer {
  /** `s3://<private bucket>/runs/<run>/run.json` */
  readonly url: string;
  /** Of its bytes, hex. */
  readonly sha256: string;
}

/** What every worker of a run needs to know; immutable, in the private bucket. */
export interface RunDocument {
  readonly format: "zagg-lambda-run/1";
  /** `s3://bucket/prefix` of the product. */
  readonly store: string;
  readonly plan: Plan;
}

/** Short-lived secrets of the source, beside the run's document; replaced before they expire. */
export interface SecretsDocument {
  readonly format: "zagg-lambda-secrets/1";
  /** By the archive's address that hands them out. */
  readonly s3: Readonly<Record<string, StoredCredentials>>;
  /** Earthdata's bearer token, where granules are read by https. */
  readonly token?: string;
}

export type StoredCredentials = Omit<Credentials, "expiration"> & { readonly expiration?: string };

const RUN_KEY = "run.json";
const SECRETS_KEY = "secrets.json";

/** Puts a run's document into its folder of the private bucket. */
export async function putRun(
  folder: string,
  document: RunDocument,
  credentials: CredentialProvider,
): Promise<RunPointer> {
  const bytes = encodeJson(document);
  await s3Store(folder, { credentials }).put(RUN_KEY, bytes);
  return { url: `${folder}/${RUN_KEY}`, sha256: sha256Hex(bytes) };
}

export async function putSecrets(
  folder: string,
  secrets: SecretsDocument,
  credentials: CredentialProvider,
): Promise<void> {
  await s3Store(folder, { credentials }).put(SECRETS_KEY, encodeJson(secrets));
}

/** Folder of the run that a pointer names. Throws where it is not one of `bucket`: somebody else's plan. */
export function folderOf({ url }: RunPointer, bucket: string): string {
  const folder = /^(s3:\/\/([^/]+)\/runs\/[\w-]+)\/run\.json$/.exec(url);
  if (folder?.[2] === bucket && folder[1] !== undefined) return folder[1];
  const message = `the plan ${url} does not lie under s3://${bucket}/runs, the only place where this function takes plans from`;
  throw new ZaggError("config", "foreign-plan", message, { url });
}

/** Reads a run's document; throws where it is gone (it expires) or is not the one that was meant. */
export async function getRun(
  pointer: RunPointer,
  bucket: string,
  credentials: CredentialProvider,
): Promise<RunDocument> {
  const bytes = await s3Store(folderOf(pointer, bucket), { credentials }).get(RUN_KEY);
  if (!bytes) throw broken(pointer, "is gone: plans expire after a day");
  if (sha256Hex(bytes) !== pointer.sha256) throw broken(pointer, "is not the one that the event means");
  const document = decodeJson(bytes) as RunDocument;
  if (document.format !== "zagg-lambda-run/1") throw broken(pointer, "has another format");
  return document;
}

export async function getSecrets(
  folder: string,
  credentials: CredentialProvider,
): Promise<SecretsDocument | undefined> {
  const bytes = await s3Store(folder, { credentials }).get(SECRETS_KEY);
  return bytes && (decodeJson(bytes) as SecretsDocument);
}

function broken({ url }: RunPointer, what: string): ZaggError {
  return new ZaggError("config", "broken-plan", `the plan ${url} ${what}; start the run again`, { url });
}
