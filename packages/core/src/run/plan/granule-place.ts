import { ARCHIVE_REGION } from "../../earthdata/index.js";
import type { DataSourceConfig } from "../../terms/index.js";

export type Driver = DataSourceConfig["driver"];
export type Place = "file" | "s3" | "https";

/** Variables that AWS sets on its own machines: Lambda; pods, as on a JupyterHub; containers and SageMaker. */
const SIGNS_OF_AWS = [
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Where `driver` reads a granule from; undefined where the catalog has no such place for it. `auto` takes the nearest:
 * the file, then S3 from inside the archive's region (`inArchive`), then https, then S3 (a bucket that is not the
 * archive's).
 */
export function findPlace(
  granule: { readonly [P in Place]?: string },
  driver: Driver,
  inArchive = isInArchive(),
): Place | undefined {
  const nearest: readonly Place[] = inArchive ? ["file", "s3", "https"] : ["file", "https", "s3"];
  const places = driver === "auto" ? nearest : [driver];
  return places.find((each) => granule[each] !== undefined);
}

/** On a machine of AWS in the archive's region; elsewhere a configured region says nothing about where we run. */
function isInArchive(): boolean {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const onAws = SIGNS_OF_AWS.some((name) => process.env[name] !== undefined);
  return onAws && (AWS_REGION ?? AWS_DEFAULT_REGION) === ARCHIVE_REGION;
}
