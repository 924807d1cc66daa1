import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { EarthdataError } from "./earthdata-error.js";
import { netrcEntry, parseNetrc } from "./netrc.js";

/** NASA's login, which all DAACs share. */
export const URS_URL = "https://urs.earthdata.nasa.gov";

/** A bearer token that the user has given us. */
export interface TokenLogin {
  readonly kind: "token";
  readonly token: string;
  /** Where it was found, for messages. */
  readonly from: string;
}

/** A user name and password, for the login's own host only. */
export interface PasswordLogin {
  readonly kind: "password";
  readonly username: string;
  readonly password: string;
  readonly from: string;
}

export type Login = TokenLogin | PasswordLogin;

export interface LoginOptions {
  /** Default {@link URS_URL}. */
  readonly ursUrl?: string;
  /** Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Asked last, e.g. on a terminal; undefined gives up. */
  readonly prompt?: (
    host: string,
  ) => Promise<{ readonly username: string; readonly password: string } | undefined>;
}

/**
 * The first of: `EARTHDATA_TOKEN`, `EARTHDATA_USERNAME` with `EARTHDATA_PASSWORD`, the netrc file (`$NETRC`, else
 * `~/.netrc` or `~/_netrc`), the prompt. Throws EarthdataError `no-account` when there is none.
 */
export async function findLogin(options: LoginOptions = {}): Promise<Login> {
  const { env = process.env, ursUrl = URS_URL } = options;
  const { EARTHDATA_TOKEN: token, EARTHDATA_USERNAME: username, EARTHDATA_PASSWORD: password } = env;
  if (token) return { kind: "token", token: token.trim(), from: "EARTHDATA_TOKEN" };
  if (username && password) {
    return { kind: "password", username, password, from: "EARTHDATA_USERNAME and EARTHDATA_PASSWORD" };
  }
  const { hostname } = new URL(ursUrl);
  const netrc = await netrcLogin(env, hostname);
  if (netrc) return netrc;
  const answer = await options.prompt?.(hostname);
  if (answer) return { kind: "password", ...answer, from: "the prompt" };
  throw noAccount(hostname, username);
}

async function netrcLogin(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
): Promise<Login | undefined> {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  const paths = env.NETRC ? [env.NETRC] : [join(home, ".netrc"), join(home, "_netrc")];
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new EarthdataError(
        "netrc",
        `${path} cannot be read: ${error.message}`,
        { path },
        { cause: error },
      );
    });
    if (text === undefined) continue;
    const entry = netrcEntry(parseNetrc(text), host);
    if (!entry) continue;
    if (entry.login === undefined || entry.password === undefined) {
      const lacks = entry.login === undefined ? "login" : "password";
      throw new EarthdataError("netrc", `${path}: the entry for ${host} has no ${lacks}`, { path });
    }
    return { kind: "password", username: entry.login, password: entry.password, from: path };
  }
  return undefined;
}

function noAccount(host: string, username: string | undefined): EarthdataError {
  const half = username ? "EARTHDATA_USERNAME is set, but EARTHDATA_PASSWORD is not.\n" : "";
  return new EarthdataError(
    "no-account",
    `No Earthdata login was found; NASA's data need one (it is free).\n${half}` +
      `  1. Register: https://${host}/users/new\n` +
      "  2. Put these lines into ~/.netrc (and: chmod 600 ~/.netrc):\n" +
      `       machine ${host}\n         login YOUR_NAME\n         password YOUR_PASSWORD\n` +
      "     or set EARTHDATA_TOKEN, or EARTHDATA_USERNAME and EARTHDATA_PASSWORD.\n" +
      "  3. See whether it works: zagg doctor",
    { registrationUrl: `https://${host}/users/new` },
  );
}
