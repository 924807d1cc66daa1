import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A granule as CMR returns it. */
export interface CmrItem {
  readonly meta: { readonly "concept-id": string; readonly [key: string]: string };
  readonly umm: object;
}

/** A collection that CMR knows. */
export interface CmrCollection {
  readonly shortName: string;
  readonly version: string;
  readonly provider: string;
  readonly cloud?: boolean;
}

/** Something that goes wrong with one request; requests without a fault are answered properly. */
export type CmrFault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: "truncated" } // half of the JSON, as if whole
  | { readonly kind: "cut" } // the connection breaks in the body
  | { readonly kind: "reset" } // the connection breaks before the answer
  | { readonly kind: "hits"; readonly hits: number } // CMR-Hits is wrong
  | { readonly kind: "empty" }; // a page without items, as after the last one

export interface CmrServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Every request so far: its query and its `CMR-Search-After`. */
  readonly requests: readonly { readonly query: URLSearchParams; readonly searchAfter: string | undefined }[];
  close(): Promise<void>;
}

/**
 * CMR's granule search over `items`: pages of at most `page_size` by `CMR-Search-After`, headers as recorded. The
 * n-th request meets the n-th of `faults`, undefined being none. Does not search: every query finds all items. Its search
 * of collections is by short name, and by those in the cloud.
 */
export async function startCmrServer(
  items: readonly CmrItem[],
  faults: readonly (CmrFault | undefined)[] = [],
  collections: readonly CmrCollection[] = [],
): Promise<CmrServer> {
  const requests: { query: URLSearchParams; searchAfter: string | undefined }[] = [];
  const server = createServer((message, response) => {
    const { pathname, searchParams: query } = new URL(message.url ?? "/", "http://cmr");
    const searchAfter = header(message, "cmr-search-after");
    requests.push({ query, searchAfter });
    if (pathname === "/search/collections.umm_json") {
      const found = collections.filter(
        (each) =>
          each.shortName === query.get("short_name") && (!query.has("cloud_hosted") || each.cloud === true),
      );
      const json = found.map(({ provider, version }) => ({
        meta: { "provider-id": provider, "concept-type": "collection" },
        umm: { ShortName: query.get("short_name"), Version: version },
      }));
      response.writeHead(200, { "cmr-hits": String(json.length) }).end(JSON.stringify({ items: json }));
      return;
    }
    if (pathname !== "/search/granules.umm_json") {
      response.writeHead(404, { "content-type": "application/json" }).end('{"errors":["no such resource"]}');
      return;
    }
    answer(message, response, page(items, query, searchAfter), faults[requests.length - 1]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

interface Page {
  readonly hits: number;
  readonly items: readonly CmrItem[];
  readonly searchAfter: string | undefined;
}

function page(items: readonly CmrItem[], query: URLSearchParams, searchAfter: string | undefined): Page {
  const size = Number(query.get("page_size") ?? 10);
  const start = searchAfter === undefined ? 0 : 1 + items.findIndex((item) => token(item) === searchAfter);
  const chosen = items.slice(start, start + size);
  const last = chosen.at(-1);
  // A page that holds the last item still carries the header; only an empty one has none.
  return { hits: items.length, items: chosen, searchAfter: last && token(last) };
}

/** Like CMR's: provider, time, number; opaque to clients. */
function token(item: CmrItem): string {
  const id = item.meta["concept-id"];
  return JSON.stringify([(item.meta["provider-id"] ?? "nsidc_cprd").toLowerCase(), 1704672682000, id]);
}

function answer(
  message: IncomingMessage,
  response: ServerResponse,
  result: Page,
  fault: CmrFault | undefined,
): void {
  if (fault?.kind === "reset") {
    message.socket.destroy();
    return;
  }
  if (fault?.kind === "status") {
    response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    return;
  }
  const items = fault?.kind === "empty" ? [] : result.items;
  const hits = fault?.kind === "hits" ? fault.hits : result.hits;
  const body = JSON.stringify({ hits, took: 1, items });
  const headers = {
    "content-type": "application/vnd.nasa.cmr.umm_results+json;version=1.6.6; charset=utf-8",
    "cmr-hits": String(hits),
    "cmr-request-id": "b8ff42d9-6def-455f-91fc-ff5a28b9bebc",
    ...(items.length > 0 && result.searchAfter !== undefined && { "cmr-search-after": result.searchAfter }),
  };
  if (fault?.kind === "truncated") {
    response.writeHead(200, headers).end(body.slice(0, body.length / 2));
  } else if (fault?.kind === "cut") {
    response.writeHead(200, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    response.write(body.slice(0, body.length / 2), () => message.socket.destroy());
  } else {
    response.writeHead(200, headers).end(body);
  }
}

function header(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
