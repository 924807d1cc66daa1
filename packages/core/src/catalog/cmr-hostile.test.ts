import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type CmrQuery, queryCmr } from "./cmr-client.js";
import { granuleInfo } from "./granule-info.js";

const query: CmrQuery = {
  provider: "NSIDC_CPRD",
  shortName: "ATL06",
  version: "007",
  startDate: "2024-01-06",
  endDate: "2024-04-06",
};
const retry = { baseMs: 1, capMs: 5, budgetMs: 2_000, idleMs: 5_000 };

let close: (() => void) | undefined;
afterEach(() => close?.());

/** What a search in pages of 10 makes of a server, and how often it asked. */
async function search(answer: (request: number, response: ServerResponse, message: IncomingMessage) => void) {
  let requests = 0;
  const server = createServer((message, response) => answer(requests++, response, message));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ids: unknown[] = [];
  const outcome = await (async () => {
    for await (const page of queryCmr(query, { url, pageSize: 10, retry })) ids.push(...page);
  })().catch((error: unknown) => error);
  return { outcome, requests, ids };
}

const granules = (from: number, count: number) =>
  Array.from({ length: count }, (_, k) => ({ meta: { "concept-id": `G${from + k}` }, umm: {} }));

function page(response: ServerResponse, hits: number | string, items: unknown, after?: string) {
  const headers = { "cmr-hits": String(hits), ...(after !== undefined && { "cmr-search-after": after }) };
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify({ items }));
}

describe("a CMR that leads astray ends in an error, soon", () => {
  test("the same page again: half of the granules would be missing, though as many came", async () => {
    const { outcome, requests } = await search((n, response) =>
      page(response, 20, granules(0, 10), `after ${n}`),
    );
    expect(outcome).toMatchObject({
      code: "invalid-answer",
      message: expect.stringContaining("G0 came twice"),
    });
    expect(requests).toBe(2);
  });

  test("a token that leads back to itself", async () => {
    const { outcome, requests } = await search((n, response) =>
      page(response, 1e6, granules(10 * n, 10), "same"),
    );
    expect(outcome).toMatchObject({
      code: "invalid-answer",
      message: expect.stringContaining("the same page again"),
    });
    expect(requests).toBe(2);
  });

  test("a granule a page, for ever", async () => {
    const { outcome, requests } = await search((n, response) =>
      page(response, 1000, granules(n, 1), `after ${n}`),
    );
    expect(outcome).toMatchObject({
      code: "invalid-answer",
      message: expect.stringContaining("pages for 1000"),
    });
    expect(requests).toBeLessThan(300);
  });

  test("a page larger than asked for", async () => {
    const { outcome } = await search((_, response) => page(response, 11, granules(0, 11)));
    expect(outcome).toMatchObject({
      code: "invalid-answer",
      message: expect.stringContaining("page of 11 granules"),
    });
  });

  test("pages shorter than asked for are none the worse", async () => {
    const { outcome, ids } = await search((n, response) =>
      page(response, 12, granules(4 * n, 4), `after ${n}`),
    );
    expect(outcome).toBeUndefined();
    expect(ids).toEqual(granules(0, 12));
  });

  test.each<[string, number | string, unknown, RegExp]>([
    ["no number of hits", "", [], /no CMR-Hits/],
    ["hits below nothing", "-1", [], /no CMR-Hits/],
    ["hits that are no number", "0x10", [], /no CMR-Hits/],
    ["no list", 1, { G0: {} }, /no list of granules/],
    ["nothing in a list", 1, [null], /no list of granules/],
    ["a name that is none", 1, [{ meta: { "concept-id": 7 } }], /no list of granules/],
  ])("%s", async (_, hits, items, message) => {
    const { outcome, requests } = await search((_n, response) => page(response, hits, items));
    expect(outcome).toMatchObject({ code: "invalid-answer", message: expect.stringMatching(message) });
    expect(requests).toBe(1);
  });

  test("a web page with status 200, as of a hotel's network", async () => {
    const html = "<!doctype html><title>Please log in</title>";
    const { outcome, requests } = await search((_, response) =>
      response.writeHead(200, { "cmr-hits": "0" }).end(html),
    );
    expect(outcome).toMatchObject({ code: "invalid-answer", message: expect.stringContaining("a web page") });
    expect(requests).toBe(1);
  });

  test("another place: not followed", async () => {
    const { outcome, requests } = await search((_, response) =>
      response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    );
    expect(outcome).toMatchObject({ code: "invalid-answer", message: expect.stringContaining("HTTP 302") });
    expect(requests).toBe(1);
  });
});

test("a host that does not exist is told at once", async () => {
  const slow = { ...retry, baseMs: 30_000, capMs: 30_000, budgetMs: 20_000 };
  const pages = queryCmr(query, { url: "https://cmr.invalid", retry: slow });
  await expect(pages.next()).rejects.toMatchObject({
    code: "unavailable",
    // Where no name server answers at all, trying again may help.
    message: expect.stringMatching(/ENOTFOUND cmr\.invalid(?!.*gave up)|EAI_AGAIN/),
  });
});

test.each<[string, object]>([
  ["links that are none", { RelatedUrls: "https://a/b.h5" }],
  ["a link without an address", { RelatedUrls: [{ Type: "GET DATA" }] }],
  [
    "corners that are no numbers",
    footprint({ GPolygons: [{ Boundary: { Points: [{ Longitude: null, Latitude: 1 }] } }] }),
  ],
  ["a box without sides", footprint({ BoundingRectangles: [{ WestBoundingCoordinate: 1 }] })],
  ["a name that is none", { GranuleUR: { toString: null } }],
])("an entry with %s is unusable, not a crash", (_, umm) => {
  expect(granuleInfo({ meta: { "concept-id": "G1" }, umm })).toEqual({
    usable: false,
    id: "G1",
    reason: "invalid",
  });
});

function footprint(geometry: object): object {
  return { SpatialExtent: { HorizontalSpatialDomain: { Geometry: geometry } } };
}
