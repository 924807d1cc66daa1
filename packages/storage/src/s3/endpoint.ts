import { StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";

/** Variables that name another endpoint than AWS's, the first that is set counts. */
const VARIABLES = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"] as const;

/**
 * The endpoint to use in place of AWS's: `given`, else that of the environment; undefined: AWS. Throws StorageError
 * `invalid` for what is no http(s) address, which says where it stands and what it should be.
 */
export function s3Endpoint(given: string | undefined): string | undefined {
  const variable = given ? undefined : VARIABLES.find((name) => process.env[name]);
  const endpoint = given || (variable && process.env[variable]) || undefined;
  if (endpoint === undefined || isAddress(endpoint)) return endpoint;
  const name = variable ?? "the S3 endpoint";
  // host:port has no scheme, though "host:" looks like one.
  const meant = isAddress(`http://${endpoint}`) ? `; is http://${redactUrl(endpoint)} meant?` : "";
  const what = `not an http:// or https:// address, as ${name} must be${meant}`;
  throw new StorageError("invalid", `${name}=${redactUrl(endpoint)}`, what);
}

function isAddress(text: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === "" && password === "" && search === "" && hash === "";
}
