import { expect, test } from "vitest";
import { s3CredentialsUrl } from "./daac.js";

const NSIDC = "https://data.nsidc.earthdatacloud.nasa.gov/s3credentials";
const ORNL = "https://data.ornldaac.earthdata.nasa.gov/s3credentials";

test.each([
  ["its bucket", { s3: "s3://nsidc-cumulus-prod-protected/ATLAS/a.h5" }, NSIDC],
  ["its https link", { https: "https://data.nsidc.earthdatacloud.nasa.gov/a.h5" }, NSIDC],
  ["its provider", { provider: "NSIDC_CPRD" }, NSIDC],
  ["any of these", { s3: "s3://elsewhere/a.h5", provider: "ORNL_CLOUD" }, ORNL],
])("an archive is known by %s", (_, place, url) => {
  expect(s3CredentialsUrl(place)).toBe(url);
});

test.each([
  [{ s3: "s3://mine/nsidc-cumulus-prod-protected/a.h5" }],
  [{ s3: "s3://mine-nsidc-cumulus-prod-/a.h5" }],
  [{ https: "https://data.nsidc.earthdatacloud.nasa.gov.example/a.h5" }],
  [{ provider: "NSIDC" }],
  [{}],
])("%j is no archive's", (place) => {
  expect(s3CredentialsUrl(place)).toBeUndefined();
});
