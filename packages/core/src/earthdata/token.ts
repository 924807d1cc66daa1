import { isStorageError, type RetryPolicy } from "@zagg/storage";
import { defined } from "../terms/index.js";
import { EarthdataError } from "./earthdata-error.js";
import { parseObject } from "./json-object.js";
import { findLogin, type LoginOptions, type PasswordLogin, type TokenLogin, URS_URL } from "./login.js";
import { foreignRedirect, invalidLogin, unexpected } from "./refusals.js";
import { request } from "./request.js";

export interface EarthdataOptions extends LoginOptions {
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A bearer token for NASA's archives, and where the login behind it was found. */
export interface EarthdataToken {
  readonly token: string;
  /** `EARTHDATA_TOKEN`, a netrc's path …; never the login itself. */
  readonly from: string;
  /** Absent for a given token that does not tell. */
  readonly expires?: Date;
}

/**
 * The user's Earthdata token: the given one, or the one that the login finds or creates at NASA (60 days long, two
 * at most, so they are reused). Throws EarthdataError.
 *
 * @example const { token, from } = await earthdataToken(); // of EARTHDATA_TOKEN, or of the login in ~/.netrc
 */
export async function earthdataToken(options: EarthdataOptions = {}): Promise<EarthdataToken> {
  const login = await findLogin(options);
  return login.kind === "token" ? givenToken(login) : fetchToken(login, options);
}

function givenToken({ token, from }: TokenLogin): EarthdataToken {
  const expires = expiryOf(token);
  if (expires && expires.getTime() <= Date.now()) {
    throw new EarthdataError(
      "token-refused",
      `The token in ${from} expired on ${expires.toISOString().slice(0, 10)}. Make another at ` +
        `${URS_URL}/profile (Generate Token), or unset ${from} to log in by netrc.`,
      { from },
    );
  }
  return defined({ token, from, expires });
}

/** When a JSON Web Token ends, if it says so. */
function expiryOf(token: string): Date | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof claims.exp === "number" ? new Date(claims.exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}

async function fetchToken(login: PasswordLogin, options: EarthdataOptions): Promise<EarthdataToken> {
  const { ursUrl = URS_URL } = options;
  const answer = await askEarthdata(new URL("/api/users/find_or_create_token", ursUrl), {
    ...options,
    method: "POST",
    headers: { authorization: basic(login), accept: "application/json" },
  });
  if (answer.status === 401) throw invalidLogin(login, ursUrl);
  if (answer.status >= 300 && answer.status < 400)
    throw foreignRedirect(ursUrl, answer.headers.get("location"));
  if (answer.status !== 200) throw unexpected(ursUrl, `find_or_create_token answered ${answer.status}`);

  const { access_token: token, expiration_date: date } = parseObject(answer.body);
  if (typeof token !== "string") throw unexpected(ursUrl, "find_or_create_token answered without a token");
  const stated = typeof date === "string" ? new Date(`${date} UTC`) : undefined;
  const expires = Number.isNaN(stated?.getTime()) ? undefined : stated;
  return defined({ token, from: login.from, expires });
}

/** `Authorization` of a user; for the login's own host only. */
export function basic({ username, password }: PasswordLogin): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

/** A request whose failure says that it is Earthdata that does not answer. */
export async function askEarthdata(
  url: URL,
  options: Parameters<typeof request>[1],
): ReturnType<typeof request> {
  try {
    return await request(url.href, options);
  } catch (error) {
    if (!isStorageError(error) || error.code === "aborted") throw error;
    const what = `Earthdata does not answer: ${error.message}. Try again later (its state: https://status.earthdata.nasa.gov).`;
    throw new EarthdataError("unavailable", what, { url: error.url }, { cause: error });
  }
}
