import { randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { ZaggError } from "@zagg/core";
import type { ReadableStore } from "@zagg/product";
import { objectOf } from "./view-objects.js";

export interface ViewServerOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** Host names besides this machine's own that a proxy in front may ask for, e.g. a JupyterHub's. */
  readonly allowHosts?: readonly string[] | undefined;
}

export interface ViewServer {
  /** Address of the viewer with the store opened. It holds a token, without which the server answers nothing. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Below this path the store's objects lie; the page asks for it by a relative address, so that proxies work. */
const STORE_PREFIX = "/store/";

/** Nobody guesses 128 bits. */
const TOKEN_BYTES = 16;

/** Who may come in. */
interface Entry {
  readonly hosts: ReadonlySet<string>;
  readonly token: string;
}

const OWN_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
};

/** No site may frame the page or read its answers: what is served is the user's own. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "frame-ancestors 'self'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
} as const;

/**
 * Serves the web viewer and one store, read-only, to this machine alone, below a path that is a secret: others who are
 * logged in here could open the port. The Host header is checked, so that no name that an attacker points at 127.0.0.1
 * reaches the store through the user's browser (DNS rebinding).
 *
 * @example
 * const server = await startViewServer(readStore("product.zarr"));
 * console.log(`open ${server.url}`);
 * await server.close();
 */
export async function startViewServer(
  store: ReadableStore,
  options: ViewServerOptions = {},
): Promise<ViewServer> {
  const site = siteFiles();
  const hosts = new Set([...OWN_HOSTS, ...(options.allowHosts ?? [])]);
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const server = createServer((request, response) => {
    void answer(request, response, store, site, { hosts, token }).catch(() => response.destroy());
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://localhost:${port}/${token}/#store=${encodeURIComponent(STORE_PREFIX.slice(1))}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  store: ReadableStore,
  site: ReadonlyMap<string, Uint8Array>,
  { hosts, token }: Entry,
): Promise<void> {
  const send = (status: number, type: string, body: Uint8Array | string) => {
    response.writeHead(status, {
      ...HEADERS,
      "content-type": type,
      "content-length": Buffer.byteLength(body),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  const refuse = (status: number, why: string) => send(status, "text/plain; charset=utf-8", `${why}\n`);

  const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  if (!hosts.has(host))
    return refuse(403, `This server does not answer to the name ${JSON.stringify(host)}.`);
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "This server only reads.");
  const whole = pathOf(request.url ?? "/");
  if (whole === undefined) return refuse(400, "That is no path.");
  const path = below(token, whole);
  if (path === undefined) return refuse(403, "Open the address that zagg view printed: it holds a token.");
  if (path.startsWith(STORE_PREFIX)) {
    const found = await objectOf(store, path.slice(STORE_PREFIX.length), {
      headOnly: request.method === "HEAD",
      range: request.headers.range,
    });
    if ("why" in found) return refuse(found.status, found.why);
    const type = CONTENT_TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(found.status, { ...HEADERS, "content-type": type, ...found.headers });
    if (request.method === "HEAD") response.end();
    else await pipeline(found.body, response);
    return;
  }
  const name = path === "/" ? "/index.html" : path;
  const file = site.get(name);
  if (!file) return refuse(404, "There is nothing here.");
  send(200, CONTENT_TYPES[extname(name)] ?? "application/octet-stream", file);
}

/** The path below the token, with its slash; undefined where the token is another, or none. */
function below(token: string, path: string): string | undefined {
  const given = Buffer.from(path.slice(1).split("/", 1)[0] ?? "");
  const right = Buffer.from(token);
  const rest = path.slice(1 + token.length);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return rest.startsWith("/") ? rest : undefined;
}

/** The decoded path of a request, without its query; undefined when it does not decode. */
function pathOf(target: string): string | undefined {
  try {
    return decodeURIComponent(target.replace(/[?#].*$/s, ""));
  } catch {
    return undefined;
  }
}

/** The built viewer, by request path; nothing else is ever read from that folder. */
function siteFiles(): ReadonlyMap<string, Uint8Array> {
  const entry = fileURLToPath(import.meta.resolve("@zagg/viewer"));
  const folder = [join(dirname(entry), "site"), join(dirname(entry), "../dist/site")].find(existsSync);
  if (!folder) {
    throw new ZaggError(
      "config",
      "no-viewer",
      "the viewer is not built; in a checkout, npm run build makes it",
    );
  }
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length).replaceAll("\\", "/"), readFileSync(path)];
    }),
  );
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    // In a promise, since a port beyond 65535 is thrown and one that is taken emitted.
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  } catch (cause) {
    const message = `port ${port} cannot be used: ${(cause as Error).message}`;
    throw new ZaggError("config", "port", message, { port }, { cause });
  }
}
