import { randomUUID } from "node:crypto";
import { type HttpServer, startHttpServer } from "./http-server.js";
import type { TestServer } from "./http-server-listen.js";

export interface ArchiveOptions {
  readonly root?: string;
  /** How long a signed URL opens its object. Default 3600. */
  readonly signedSeconds?: number;
}

export interface Archive extends TestServer {
  /** The tokens that are taken; may be changed while the server runs. */
  readonly tokens: Set<string>;
  /** The server at another origin that holds the objects and takes signed URLs only. */
  readonly bucket: HttpServer;
  /** `Authorization` of every request that reached the bucket: must stay empty. */
  readonly leaked: string[];
  /** Signatures that are not taken any more. */
  revoke(): void;
  readonly requests: string[];
}

/**
 * An Earthdata archive: a door that takes a bearer token and redirects to a signed URL at another origin, or to
 * a login page when there is no token it takes.
 */
export async function startArchive(options: ArchiveOptions = {}): Promise<Archive> {
  const tokens = new Set<string>();
  const signatures = new Map<string, number>();
  const leaked: string[] = [];
  const bucket = await startHttpServer({
    ...(options.root !== undefined && { root: options.root }),
    intercept(request, response) {
      if (request.headers.authorization !== undefined) leaked.push(request.headers.authorization);
      const signature =
        new URL(request.url ?? "/", "http://bucket").searchParams.get("X-Amz-Signature") ?? "";
      if (Date.now() < (signatures.get(signature) ?? 0)) return false;
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
      return true;
    },
  });
  const door = await startHttpServer({
    intercept(request, response) {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      if (token === undefined || !tokens.has(token)) {
        response.writeHead(302, { location: `${bucket.url}/oauth/authorize?client_id=archive` }).end();
        return true;
      }
      const seconds = options.signedSeconds ?? 3600;
      const signature = randomUUID();
      signatures.set(signature, Date.now() + seconds * 1000);
      const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, "");
      const query = new URLSearchParams({
        "X-Amz-Date": date,
        "X-Amz-Expires": String(seconds),
        "X-Amz-Signature": signature,
      });
      response.writeHead(303, { location: `${bucket.url}${request.url}?${query}` }).end();
      return true;
    },
  });
  return {
    url: door.url,
    requests: door.requests,
    tokens,
    bucket,
    leaked,
    revoke: () => signatures.clear(),
    async close() {
      await Promise.all([door.close(), bucket.close()]);
    },
  };
}
