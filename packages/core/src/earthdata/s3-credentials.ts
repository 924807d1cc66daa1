import type { CredentialProvider, Credentials } from "@zagg/storage";
import { utcTime } from "../terms/index.js";
import { cookieLogin } from "./cookie-login.js";
import { parseObject } from "./json-object.js";
import { findLogin, URS_URL } from "./login.js";
import { eulaRefusal, foreignRedirect, tokenRefused, unexpected } from "./refusals.js";
import { askEarthdata, type EarthdataOptions, earthdataToken } from "./token.js";

/** As Credentials of the storage, with nothing left out. */
export interface S3Credentials extends Credentials {
  readonly sessionToken: string;
  readonly expiration: Date;
}

/**
 * Temporary S3 credentials of one archive: they live for an hour and read its buckets, from within us-west-2 only.
 * By the bearer token; where the archive does not take one, by its older login with cookies. Throws EarthdataError.
 *
 * @param url `https://<archive>/s3credentials`, as s3CredentialsUrl finds it
 *
 * @example
 * const url = "https://data.nsidc.earthdatacloud.nasa.gov/s3credentials";
 * const { accessKeyId, expiration } = await s3Credentials(url);
 */
export async function s3Credentials(url: string, options: EarthdataOptions = {}): Promise<S3Credentials> {
  const { token, from } = await earthdataToken(options);
  const answer = await askEarthdata(new URL(url), {
    ...options,
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
  });
  if (answer.status === 200) return parseCredentials(answer.body, url);
  if (answer.status === 403) throw eulaRefusal(answer.body, url);

  const redirected = answer.status >= 300 && answer.status < 400;
  if (redirected && isLoginPage(answer.headers.get("location"), url, options)) {
    const login = await findLogin(options);
    if (login.kind === "password") return parseCredentials(await cookieLogin(url, login, options), url);
  } else if (redirected) {
    throw foreignRedirect(url, answer.headers.get("location"));
  }
  if (redirected || answer.status === 400 || answer.status === 401) throw tokenRefused(url, from);
  throw unexpected(url, `s3credentials answered ${answer.status}`);
}

/**
 * The same as a provider for S3 sources: whoever asks while a fetch is under way shares its answer, so that an
 * expiry does not become a hundred logins. Every later call fetches anew: the source keeps what it got.
 *
 * @example
 * const url = "https://data.nsidc.earthdatacloud.nasa.gov/s3credentials";
 * const credentials = s3CredentialProvider(url);
 * console.log((await credentials()).expiration);
 */
export function s3CredentialProvider(url: string, options: EarthdataOptions = {}): CredentialProvider {
  let fetching: Promise<Credentials> | undefined;
  return () => {
    fetching ??= s3Credentials(url, options).finally(() => {
      fetching = undefined;
    });
    return fetching;
  };
}

function parseCredentials(body: string, url: string): S3Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = parseObject(body);
  // Python's str(datetime): a blank in place of the T, and a zone only where it knows one.
  const expires = new Date(typeof expiration === "string" ? utcTime(expiration) : Number.NaN);
  if (
    typeof accessKeyId !== "string" ||
    typeof secretAccessKey !== "string" ||
    typeof sessionToken !== "string" ||
    Number.isNaN(expires.getTime())
  ) {
    throw unexpected(url, "s3credentials answered what are no credentials");
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiration: expires };
}

function isLoginPage(location: string | null, url: string, { ursUrl = URS_URL }: EarthdataOptions): boolean {
  return (
    location !== null &&
    URL.canParse(location, url) &&
    new URL(location, url).origin === new URL(ursUrl).origin
  );
}
