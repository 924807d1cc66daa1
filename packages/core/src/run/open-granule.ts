import {
  type CredentialProvider,
  type DiskCache,
  fileSource,
  httpSource,
  type OpenSource,
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
} from "../earthdata/index.js";
import { GranuleError } from "../granule/index.js";
import type { DataSourceConfig } from "../terms/index.js";
import type { PlanGranule } from "./plan.js";

type Driver = DataSourceConfig["driver"];
type Place = "file" | "s3" | "https";

/** NASA's archives let S3 be read from this region only. */
const ARCHIVE_REGION = "us-west-2";

/** Variables that AWS sets on its own machines: Lambda; pods, as on a JupyterHub; containers and SageMaker. */
const SIGNS_OF_AWS = [
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

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
 * A way to open granules where `driver` says they lie. `auto` takes the nearest place that a granule has: the file,
 * then S3 from inside the archive's region, then https, then S3 (a bucket that is not the archive's).
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

/** Where `driver` reads a granule from, on this machine; undefined where the catalog has no such place for it. */
export function findPlace(granule: PlanGranule, driver: Driver): Place | undefined {
  const nearby: Place[] = insideArchiveRegion() ? ["file", "s3", "https"] : ["file", "https", "s3"];
  const places = driver === "auto" ? nearby : [driver];
  return places.find((each) => granule[each] !== undefined);
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

/** On a machine of AWS in the archive's region; elsewhere a configured region says nothing about where we run. */
function insideArchiveRegion(): boolean {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const onAws = SIGNS_OF_AWS.some((name) => process.env[name] !== undefined);
  return onAws && (AWS_REGION ?? AWS_DEFAULT_REGION) === ARCHIVE_REGION;
}
