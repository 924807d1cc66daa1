import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, type TestServer } from "./http-server-listen.js";

export interface HttpServerOptions {
  /** Folder to serve. */
  readonly root?: string;
  /** Added to every answer. */
  readonly latencyMs?: number;
  /** Asked before serving; answers itself and yields true to refuse or redirect. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface HttpServer extends TestServer {
  /** Objects in memory by path (with the slash in front); they come before the folder's files. */
  readonly objects: Map<string, Uint8Array>;
  /** What was asked, in order: `GET /path bytes=0-9`. */
  readonly requests: string[];
}

interface Content {
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
  send(response: ServerResponse, start: number, end: number): void;
}

/** A static file server with ranges, ETags, conditional reads and open CORS. */
export async function startHttpServer(options: HttpServerOptions = {}): Promise<HttpServer> {
  const objects = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const server = await listen(async (request, response) => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(" "));
    if (options.latencyMs !== undefined) await sleep(options.latencyMs);
    if (options.intercept?.(request, response)) return;
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://server").pathname);
    serve(request, response, inMemory(objects.get(path)) ?? (await onDisk(options.root, path)));
  });
  return { ...server, objects, requests };
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "range, if-match",
  "access-control-expose-headers": "content-range, content-length, etag, last-modified",
};

function serve(request: IncomingMessage, response: ServerResponse, content: Content | undefined): void {
  if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
  if (content === undefined) return void response.writeHead(404, CORS).end("not found");
  const { size, etag } = content;
  const headers = {
    ...CORS,
    etag,
    "accept-ranges": "bytes",
    "last-modified": content.modified.toUTCString(),
  };
  const ifMatch = request.headers["if-match"];
  if (ifMatch !== undefined && ifMatch !== etag) return void response.writeHead(412, headers).end();
  const range = /^bytes=(?!-$)(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  const fromEnd = range?.[1] === "";
  const start = fromEnd ? Math.max(0, size - Number(range[2])) : Number(range?.[1] ?? 0);
  const end = Math.min(range?.[2] && !fromEnd ? Number(range[2]) + 1 : size, size);
  if (range !== null && start >= end) {
    return void response.writeHead(416, { ...headers, "content-range": `bytes */${size}` }).end();
  }
  const contentRange = range === null ? {} : { "content-range": `bytes ${start}-${end - 1}/${size}` };
  response.writeHead(range === null ? 200 : 206, {
    ...headers,
    ...contentRange,
    "content-length": end - start,
  });
  if (request.method === "HEAD" || start === end) response.end();
  else content.send(response, start, end);
}

const etags = new WeakMap<Uint8Array, string>();

function inMemory(bytes: Uint8Array | undefined): Content | undefined {
  if (bytes === undefined) return undefined;
  const etag = etags.get(bytes) ?? `"${createHash("md5").update(bytes).digest("hex")}"`;
  etags.set(bytes, etag);
  return {
    size: bytes.length,
    etag,
    modified: new Date(0),
    send: (response, start, end) => response.end(bytes.subarray(start, end)),
  };
}

async function onDisk(root: string | undefined, path: string): Promise<Content | undefined> {
  if (root === undefined || path.split("/").includes("..")) return undefined;
  const file = join(root, path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return {
    size: found.size,
    etag: `"${found.size.toString(16)}-${found.mtimeMs.toString(16)}"`,
    modified: found.mtime,
    send: (response, start, end) => createReadStream(file, { start, end: end - 1 }).pipe(response),
  };
}
