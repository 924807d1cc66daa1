import {
  ARCHIVE_REGION,
  defined,
  findPlace,
  type Plan,
  type SourceSecrets,
  s3CredentialsUrl,
} from "@zagg/core";
import type { SecretsDocument, StoredCredentials } from "../run-document.js";

/** Secrets are replaced so long before they expire, milliseconds. */
const RENEW_BEFORE_MS = 15 * 60_000;
/** After a renewal that failed. */
const RENEW_AGAIN_MS = 60_000;
/** Secrets that do not say when they expire. */
const RENEW_EVERY_MS = 30 * 60_000;

/** Which secrets of the source the workers of a plan need. */
export interface NeededSecrets {
  /** Addresses of the archives that hand out S3 credentials. */
  readonly s3: readonly string[];
  /** Whether granules are read by https with a token. */
  readonly token: boolean;
}

/** What a plan's granules need, read from `region`: workers take the same place of each. */
export function neededSecrets(plan: Plan, region: string): NeededSecrets {
  const s3 = new Set<string>();
  let token = false;
  for (const granule of plan.granules) {
    const place = findPlace(granule, plan.config.dataSource.driver, region === ARCHIVE_REGION);
    const url = s3CredentialsUrl(granule);
    if (place === "s3" && url !== undefined) s3.add(url);
    if (place === "https") token = true;
  }
  return { s3: [...s3], token };
}

/** Fetches what is needed; undefined where nothing is. `expires`: when the first of them ends. */
export async function fetchSecrets(
  needed: NeededSecrets,
  secrets: SourceSecrets,
): Promise<{ readonly document: SecretsDocument; readonly expires: number } | undefined> {
  if (needed.s3.length === 0 && !needed.token) return undefined;
  let expires = Number.POSITIVE_INFINITY;
  const s3: Record<string, StoredCredentials> = {};
  for (const url of needed.s3) {
    const { expiration, ...keys } = await secrets.s3(url)();
    if (expiration) expires = Math.min(expires, expiration.getTime());
    s3[url] = defined({ ...keys, expiration: expiration?.toISOString() });
  }
  const token = needed.token ? { token: await secrets.token() } : {};
  return { document: { format: "zagg-lambda-secrets/1", s3, ...token }, expires };
}

/** Fetches secrets anew and hands them to `put` before they expire, until it is stopped. */
export function keepRenewed(
  first: { readonly expires: number },
  renew: () => Promise<{ readonly expires: number } | undefined>,
  onNotice: (notice: string) => void,
): () => void {
  let timer: NodeJS.Timeout;
  function schedule(expires: number): void {
    const left = Number.isFinite(expires) ? expires - Date.now() : RENEW_EVERY_MS + RENEW_BEFORE_MS;
    after(Math.max(left / 2, left - RENEW_BEFORE_MS));
  }
  function after(ms: number): void {
    timer = setTimeout(() => {
      renew().then(
        (renewed) => renewed && schedule(renewed.expires),
        (error) => {
          onNotice(
            `the source's credentials could not be renewed, trying again: ${(error as Error).message}`,
          );
          after(RENEW_AGAIN_MS);
        },
      );
    }, ms);
    timer.unref();
  }
  schedule(first.expires);
  return () => clearTimeout(timer);
}
