import { devNull, homedir } from "node:os";
import { join } from "node:path";
import { readText } from "../terms/index.js";
import { EarthdataError } from "./earthdata-error.js";
import { netrcEntry, parseNetrc } from "./netrc.js";

/** NASA's login, which all DAACs share. */
export const URS_URL = "https://urs.earthdata.nasa.gov";

/** Longest netrc that is read. */
const MOST_BYTES = 2 ** 20;

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
  const { EARTHDATA_USERNAME: username, EARTHDATA_PASSWORD: password } = env;
  const token = bareToken(env.EARTHDATA_TOKEN);
  if (token) return { kind: "token", token, from: "EARTHDATA_TOKEN" };
  if (username && password) {
    return { kind: "password", username, password, from: "EARTHDATA_USERNAME and EARTHDATA_PASSWORD" };
  }
  const { hostname } = new URL(ursUrl);
  const { login, others } = await netrcLogin(env, hostname);
  if (login) return login;
  const answer = await options.prompt?.(hostname);
  if (answer) return { kind: "password", ...answer, from: "the prompt" };
  throw noAccount(hostname, username, others);
}

/** A token as it was pasted: with its header's word before it, or in quotes. */
function bareToken(text = ""): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .replace(/^Bearer(\s+|$)/i, "")
    .trim();
}

/** The login for a host in the netrc file, and where there is none, what the files that are there have. */
async function netrcLogin(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
): Promise<{ readonly login?: Login; readonly others: readonly string[] }> {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  const paths = env.NETRC ? [env.NETRC] : [join(home, ".netrc"), join(home, "_netrc")];
  const others: string[] = [];
  for (const path of paths) {
    if (path === devNull) continue; // a way to say that there is none
    const unreadable = (what: string, cause?: Error) =>
      new EarthdataError("netrc", `${path} cannot be read: ${what}`, { path }, { cause });
    const text = await readText(path, unreadable, MOST_BYTES).catch((error: EarthdataError) => {
      const isAbsent = (error.cause as NodeJS.ErrnoException).code === "ENOENT" && path !== env.NETRC;
      if (!isAbsent) throw error;
    });
    if (text === undefined) continue;
    const entries = parseNetrc(text);
    const entry = netrcEntry(entries, host);
    if (!entry) {
      const machines = entries.map(({ machine }) => machine);
      others.push(
        `${path} has no entry for ${host}${machines.length > 0 ? `, only for ${machines.join(", ")}` : ""}.`,
      );
      continue;
    }
    if (entry.login === undefined || entry.password === undefined) {
      const lacks = entry.login === undefined ? "login" : "password";
      throw new EarthdataError("netrc", `${path}: the entry for ${host} has no ${lacks}`, { path });
    }
    const { login: username, password } = entry;
    return { login: { kind: "password", username, password, from: path }, others };
  }
  return { others };
}

function noAccount(host: string, username: string | undefined, others: readonly string[]): EarthdataError {
  const half = [...(username ? ["EARTHDATA_USERNAME is set, but EARTHDATA_PASSWORD is not."] : []), ...others]
    .map((line) => `${line}\n`)
    .join("");
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
