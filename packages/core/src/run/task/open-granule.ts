import {
  type CredentialProvider,
  type DiskCache,
  fileSource,
  httpSource,
  type OpenSource,
  type SourceVersion,
  s3Source,
  standardCredentials,
  type TokenProvider,
  withDiskCache,
} from "@zagg/storage";
import {
  EARTHDATA_HOSTS,
  earthdataToken,
  s3CredentialProvider,
  s3CredentialsUrl,
} from "../../earthdata/index.js";
import { GranuleError } from "../../granule/index.js";
import { type Driver, findPlace, type Place } from "../plan/granule-place.js";
import type { PlanGranule } from "../plan/plan.js";

/** Opens granules; what is fetched over a network goes through `cache`, where one is given. */
export type GranuleOpener = (granule: PlanGranule) => OpenSource;

/** The secrets that open a source: its own, never those of the output. */
export interface SourceSecrets {
  readonly token: TokenProvider;
  /** Credentials for the buckets of an archive, from its address that hands them out. */
  s3(credentialsUrl: string): CredentialProvider;
}

/** The user's Earthdata login, found when first needed. */
export const earthdataSecrets: SourceSecrets = {
  token: async () => (await earthdataToken()).token,
  s3: (url) => s3CredentialProvider(url),
};

/**
 * A way to open granules where `driver` says they lie: see {@link findPlace}.
 *
 * Secrets of the source are shared by all granules: the token for https, S3 credentials for the archives' buckets;
 * all other buckets are read with the standard AWS chain.
 */
export function granuleOpener(
  driver: Driver,
  cache?: DiskCache,
  secrets: SourceSecrets = earthdataSecrets,
): GranuleOpener {
  const providers = new Map<string, CredentialProvider>();
  function credentialsFor(granule: PlanGranule): CredentialProvider {
    const url = s3CredentialsUrl(granule);
    if (url === undefined) return standardCredentials;
    const provider = providers.get(url) ?? secrets.s3(url);
    providers.set(url, provider);
    return provider;
  }

  return (granule) => {
    const place = placeOf(granule, driver);
    if (place === "file") return fileSource(granule.file as string);
    const remote =
      place === "s3"
        ? s3Source(granule.s3 as string, { credentials: credentialsFor(granule) })
        : httpSource(granule.https as string, { token: secrets.token, tokenHosts: EARTHDATA_HOSTS });
    return cache ? withDiskCache(remote, cache) : remote;
  };
}

function placeOf(granule: PlanGranule, driver: Driver): Place {
  const place = findPlace(granule, driver);
  if (place) return place;
  const has = (["file", "s3", "https"] as const).filter((each) => granule[each] !== undefined);
  throw new GranuleError(
    "missing",
    granule.id,
    "no-location",
    `${granule.id}: the catalog has ${has.length > 0 ? `only its ${has.join(" and ")} location` : "no location for it"}, \
which driver ${driver} does not read; choose another --driver or make the catalog again`,
  );
}

/** Looks up a granule's size and ETag or time, without reading it. May throw; that granule counts as unchanged. */
export type GranuleProbe = (granule: PlanGranule) => Promise<SourceVersion>;

/** Asks for versions through `open`: give it no cache, which would answer for what it once saw. */
export function granuleProbe(open: GranuleOpener): GranuleProbe {
  return async (granule) => {
    const source = open(granule);
    try {
      return await source.version();
    } finally {
      await source.close();
    }
  };
}
