import { type PasswordLogin, URS_URL } from "./login.js";
import { accessDenied, eulaRefusal, foreignRedirect, invalidLogin, unexpected } from "./refusals.js";
import { askEarthdata, basic, type EarthdataOptions } from "./token.js";

/** Archive → login → archive → answer takes four; more is a loop. */
const MAX_HOPS = 8;

/**
 * Gets `url` by the older login: the archive sends us to Earthdata, which takes user and password and sends us
 * back with a code, for which the archive gives a cookie. Only two hosts are ever asked: the archive, which gets
 * its own cookies, and the login, which gets the password too. Returns the body. Throws EarthdataError.
 */
export async function cookieLogin(
  url: string,
  login: PasswordLogin,
  options: EarthdataOptions,
): Promise<string> {
  const archive = new URL(url).origin;
  const urs = new URL(options.ursUrl ?? URS_URL).origin;
  const cookies = new Map<string, Map<string, string>>([
    [archive, new Map()],
    [urs, new Map()],
  ]);

  let next = new URL(url);
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const jar = cookies.get(next.origin);
    if (jar === undefined) throw foreignRedirect(url, next.href);
    const answer = await askEarthdata(next, {
      ...options,
      headers: {
        accept: "application/json",
        ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") }),
        ...(next.origin === urs && { authorization: basic(login) }),
      },
    });
    keepCookies(jar, answer.headers.getSetCookie());
    const location = answer.headers.get("location");
    if (
      answer.status >= 300 &&
      answer.status < 400 &&
      location !== null &&
      URL.canParse(location, next.href)
    ) {
      next = new URL(location, next);
    } else if (answer.status === 200 && next.origin === archive) {
      return answer.body;
    } else if (answer.status === 401 && next.origin === urs) {
      throw invalidLogin(login, urs);
    } else if (answer.status === 403) {
      throw eulaRefusal(answer.body, url);
    } else if (answer.status === 401) {
      throw accessDenied(url, urs);
    } else {
      throw unexpected(next.href, `the login answered ${answer.status}`);
    }
  }
  throw unexpected(url, `the login did not end after ${MAX_HOPS} redirects`);
}

function keepCookies(jar: Map<string, string>, headers: readonly string[]): void {
  for (const header of headers) {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(header) ?? [];
    if (name !== undefined && value !== undefined) jar.set(name.trim(), value.trim());
  }
}
