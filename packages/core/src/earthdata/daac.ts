/** NASA's archives let S3 be read from this region only. */
export const ARCHIVE_REGION = "us-west-2";

/** An archive of NASA that hands out S3 credentials of its own. */
interface Daac {
  readonly name: string;
  /** Host of its https links and of `/s3credentials`. */
  readonly host: string;
  /** CMR providers whose data it holds in the cloud. */
  readonly providers: readonly string[];
  readonly buckets: RegExp;
}

const DAACS: readonly Daac[] = [
  {
    name: "NSIDC",
    host: "data.nsidc.earthdatacloud.nasa.gov",
    providers: ["NSIDC_CPRD"],
    buckets: /^nsidc-cumulus-prod-/,
  },
  {
    name: "LP DAAC",
    host: "data.lpdaac.earthdatacloud.nasa.gov",
    providers: ["LPCLOUD"],
    buckets: /^lp-prod-/,
  },
  {
    name: "ORNL DAAC",
    host: "data.ornldaac.earthdata.nasa.gov",
    providers: ["ORNL_CLOUD"],
    buckets: /^ornl-cumulus-prod-/,
  },
  {
    name: "PO.DAAC",
    host: "archive.podaac.earthdata.nasa.gov",
    providers: ["POCLOUD"],
    buckets: /^podaac-ops-cumulus-/,
  },
  {
    name: "GES DISC",
    host: "data.gesdisc.earthdata.nasa.gov",
    providers: ["GES_DISC"],
    buckets: /^gesdisc-cumulus-prod-/,
  },
];

/** Where a granule lies, as far as it is known. */
export interface GranulePlace {
  readonly s3?: string;
  readonly https?: string;
  /** CMR provider of its catalog. */
  readonly provider?: string;
}

/**
 * Address that hands out credentials for a granule's bucket, found by its provider, its bucket or the host of its
 * https link; undefined for buckets that are no archive's (public or the user's own).
 *
 * @example
 * const url = s3CredentialsUrl({ provider: "NSIDC_CPRD" });
 * url; // => "https://data.nsidc.earthdatacloud.nasa.gov/s3credentials"
 */
export function s3CredentialsUrl(place: GranulePlace): string | undefined {
  const bucket = /^s3:\/\/([^/]+)/.exec(place.s3 ?? "")?.[1] ?? "";
  const host = place.https === undefined ? undefined : new URL(place.https).host;
  const daac = DAACS.find(
    (d) =>
      d.buckets.test(bucket) || d.host === host || (place.provider && d.providers.includes(place.provider)),
  );
  return daac && `https://${daac.host}/s3credentials`;
}
