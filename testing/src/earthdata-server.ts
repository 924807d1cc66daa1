import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface EarthdataOptions {
  readonly username: string;
  readonly password: string;
  /** `token`: the archive takes bearer tokens; `cookies`: it knows the older login only. Default `token`. */
  readonly archive?: "token" | "cookies";
  /** Whether the account has agreed to the archive's terms. Default true. */
  readonly eula?: boolean;
  /** Which answer sends clients to the foreign host, in place of where they should go. Default none. */
  readonly strays?: "archive" | "token" | "authorize";
  /** Told of all S3 credentials that the archive hands out. */
  readonly onIssue?: (credentials: IssuedCredentials) => void;
  /** Answers of the archive before the first good one. */
  readonly archiveFaults?: readonly number[];
}

export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What one of the servers was asked, with whatever secrets it was sent. */
export interface EarthdataRequest {
  readonly server: "urs" | "archive" | "foreign";
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}

export interface EarthdataServers {
  /** The login. */
  readonly ursUrl: string;
  /** The archive's `/s3credentials`. */
  readonly s3CredentialsUrl: string;
  /** The user's bearer token. */
  readonly token: string;
  readonly requests: readonly EarthdataRequest[];
  close(): Promise<void>;
}

/** NASA's login, an archive (thin-egress-app or old Cumulus), and a host that belongs to neither. */
export async function startEarthdata(options: EarthdataOptions): Promise<EarthdataServers> {
  const requests: EarthdataRequest[] = [];
  const start = async (server: EarthdataRequest["server"], handle: Handler) => {
    const listener = createServer((message, response) => {
      const { authorization, cookie } = message.headers;
      requests.push({ server, method: message.method ?? "", path: message.url ?? "", authorization, cookie });
      handle(message, response, new URL(message.url ?? "/", "http://host"));
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return { listener, url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}` };
  };

  const foreign = await start("foreign", (_, response) => json(response, 200, { accessKeyId: "stolen" }));
  const urls = { urs: "", archive: "", foreign: foreign.url };
  const urs = await start("urs", ursHandler(options, urls));
  const archive = await start("archive", archiveHandler(options, urls));
  urls.urs = urs.url;
  urls.archive = archive.url;
  return {
    ursUrl: urs.url,
    s3CredentialsUrl: `${archive.url}/s3credentials`,
    token: tokenOf(options.username),
    requests,
    close: async () => {
      await Promise.all([foreign, urs, archive].map(({ listener }) => stop(listener)));
    },
  };
}

/** How long S3 credentials live: an hour, as at NASA's archives. */
const LIFETIME_MS = 3_600_000;

type Handler = (message: IncomingMessage, response: ServerResponse, url: URL) => void;
type Urls = Readonly<Record<EarthdataRequest["server"], string>>;

/** Token and authorization code that a login gets; the archive knows them. */
const CODE = "f47ac10b58cc4372";

function ursHandler({ username, password, strays }: EarthdataOptions, urls: Urls): Handler {
  const right = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return (message, response, { pathname, searchParams }) => {
    const knows = message.headers.authorization === right;
    if (strays === "token" && pathname === "/api/users/find_or_create_token") {
      redirect(response, 302, `${urls.foreign}/token`);
    } else if (pathname === "/api/users/find_or_create_token" && message.method === "POST") {
      if (!knows)
        return json(response, 401, {
          error: "invalid_credentials",
          error_description: "Invalid user credentials",
        });
      json(response, 200, {
        access_token: tokenOf(username),
        token_type: "Bearer",
        expiration_date: "12/15/2099",
      });
    } else if (pathname === "/oauth/authorize") {
      if (!knows) {
        response.writeHead(401, {
          "www-authenticate": 'Basic realm="Please enter your Earthdata Login credentials"',
        });
        response.end();
        return;
      }
      const back = new URL(
        strays === "authorize" ? `${urls.foreign}/login` : (searchParams.get("redirect_uri") ?? ""),
      );
      back.searchParams.set("code", CODE);
      back.searchParams.set("state", searchParams.get("state") ?? "");
      redirect(response, 302, back.href, "_urs-gui_session=92a39ca69d55605a; path=/; HttpOnly");
    } else {
      json(response, 404, { error: "not_found" });
    }
  };
}

function archiveHandler(options: EarthdataOptions, urls: Urls): Handler {
  const { username, archive = "token", eula = true, strays } = options;
  const faults = [...(options.archiveFaults ?? [])];
  const session = `asf-urs=${tokenOf(username)}`;
  let issued = 0;
  return (message, response, { pathname, searchParams }) => {
    const { authorization, cookie } = message.headers;
    if (pathname === "/login") {
      if (searchParams.get("code") !== CODE) return json(response, 400, { error: "invalid code" });
      return redirect(response, 301, searchParams.get("state") ?? "/", `${session}; Path=/`);
    }
    if (pathname !== "/s3credentials") return json(response, 404, {});
    const fault = faults.shift();
    if (fault !== undefined) return json(response, fault, {});
    if (strays === "archive") return redirect(response, 302, `${urls.foreign}/s3credentials`);

    const byToken = archive === "token" && authorization === `Bearer ${tokenOf(username)}`;
    const byCookie = (cookie ?? "").split("; ").includes(session);
    if (!byToken && !byCookie) {
      const login = new URL("/oauth/authorize", urls.urs);
      login.searchParams.set("client_id", "BO_n7nTIlMljdvU6kRRB3g");
      login.searchParams.set("response_type", "code");
      login.searchParams.set("redirect_uri", `${urls.archive}/login`);
      login.searchParams.set("state", "/s3credentials");
      return redirect(response, archive === "token" ? 302 : 307, login.href);
    }
    if (!eula) {
      return json(response, 403, {
        status_code: 403,
        error_description: "EULA Acceptance Failure",
        resolution_url: `${urls.urs}/approve_app?client_id=BO_n7nTIlMljdvU6kRRB3g`,
      });
    }
    issued++;
    const expiration = new Date(Date.now() + LIFETIME_MS);
    const keys = {
      accessKeyId: `ASIA${issued}`,
      secretAccessKey: `secret-${issued}`,
      sessionToken: `session-${issued}`,
    };
    options.onIssue?.({ ...keys, expiration });
    json(response, 200, { ...keys, expiration: pythonTime(expiration) });
  };
}

/** Three parts, as archives decode it without checking the signature. */
function tokenOf(username: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ uid: username, exp: 4_102_444_800 })}.c2lnbmF0dXJl`;
}

/** `str(datetime)`: a blank where ISO 8601 has a T. */
function pythonTime(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "+00:00");
}

function redirect(response: ServerResponse, status: number, location: string, cookie?: string): void {
  response.writeHead(status, { location, ...(cookie !== undefined && { "set-cookie": cookie }) }).end();
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
