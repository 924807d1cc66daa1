import { EarthdataError } from "./earthdata-error.js";
import { parseObject } from "./json-object.js";
import { type PasswordLogin, URS_URL } from "./login.js";

export function invalidLogin({ from }: PasswordLogin, ursUrl: string): EarthdataError {
  const { host } = new URL(ursUrl);
  return new EarthdataError(
    "invalid-login",
    `${host} refuses the user name or password from ${from}. Try them at https://${host}.`,
    { from },
  );
}

export function tokenRefused(url: string, from: string): EarthdataError {
  return new EarthdataError(
    "token-refused",
    `${new URL(url).host} does not take the Earthdata token (login from ${from}). Make another at ${URS_URL}/profile ` +
      "(Generate Token), or log in by netrc.",
    { url, from },
  );
}

/** Only whoever has agreed to an archive's terms gets its data; the archive says where to do so. */
export function eulaRefusal(body: string, url: string): EarthdataError {
  const { host } = new URL(url);
  const { resolution_url: resolutionUrl, error_description: said } = parseObject(body);
  const where = typeof resolutionUrl === "string" ? resolutionUrl : `${URS_URL}/profile (Applications)`;
  return new EarthdataError(
    "eula",
    `${host} refuses S3 credentials${typeof said === "string" ? ` (${said})` : ""}. Log in and agree to its ` +
      `terms, once: ${where}`,
    { url, resolutionUrl: where },
  );
}

/** As eulaRefusal, for the older login, which does not say where. */
export function accessDenied(url: string, urs: string): EarthdataError {
  const resolutionUrl = `${urs}/profile`;
  return new EarthdataError(
    "eula",
    `${new URL(url).host} denies access: the account has not agreed to its terms. Log in, approve the application ` +
      `and its EULA, once: ${resolutionUrl} (Applications)`,
    { url, resolutionUrl },
  );
}

/** A redirect to a host that is neither the archive nor its login: nothing was sent there. */
export function foreignRedirect(url: string, location: string | null): EarthdataError {
  const to =
    location !== null && URL.canParse(location, url) ? new URL(location, url).host : "an unknown place";
  return new EarthdataError(
    "foreign-redirect",
    `${new URL(url).host} redirects to ${to}, which must not see Earthdata credentials; none were sent there.`,
    { url, to },
  );
}

export function unexpected(url: string, what: string): EarthdataError {
  return new EarthdataError("invalid-answer", `${new URL(url).host}: ${what}. Try again later.`, { url });
}
