import type { RetryPolicy } from "@zagg/storage";
import {
  type CmrFault,
  type CmrItem,
  dataPath,
  sharedData,
  startCmrReplay,
  startCmrServer,
} from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { type CmrQuery, cmrQueryUrl, queryCmr, searchPages, type UmmGranule } from "./cmr-client.js";
import { CmrError } from "./cmr-error.js";

const query: CmrQuery = {
  provider: "NSIDC_CPRD",
  shortName: "ATL06",
  version: "007",
  startDate: "2024-01-06",
  endDate: "2024-04-06",
  bbox: [-180, -90, 180, -60],
};

/** As in use, but quick. */
const quick: RetryPolicy = { baseMs: 1, capMs: 30, budgetMs: 10_000, idleMs: 5_000 };

function items(count: number): CmrItem[] {
  return Array.from({ length: count }, (_, i) => ({ meta: { "concept-id": `G${i}-NSIDC_CPRD` }, umm: {} }));
}

async function collect(pages: AsyncIterable<readonly UmmGranule[]>): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of pages) ids.push(...page.map((item) => item.meta?.["concept-id"] ?? ""));
  return ids;
}

/** What `queryCmr` makes of `count` granules in pages of 10 when requests meet `faults`. */
async function search(count: number, faults: readonly (CmrFault | undefined)[], retry = quick) {
  const server = await startCmrServer(items(count), faults);
  try {
    const progress: [number, number][] = [];
    const onProgress = (collected: number, hits: number) => progress.push([collected, hits]);
    const pages = queryCmr(query, { url: server.url, pageSize: 10, retry, onProgress });
    const outcome = await collect(pages).catch((error: unknown) => error as CmrError);
    return { outcome, progress, requests: server.requests };
  } finally {
    await server.close();
  }
}

test("the query is that of 0.1.0", () => {
  const url = new URL(cmrQueryUrl(query));
  expect(url.origin + url.pathname).toBe("https://cmr.earthdata.nasa.gov/search/granules.umm_json");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    provider: "NSIDC_CPRD",
    short_name: "ATL06",
    version: "007",
    temporal: "2024-01-06T00:00:00Z,2024-04-06T23:59:59Z",
    bounding_box: "-180,-90,180,-60",
    page_size: "2000",
  });
});

test("pages follow each other by CMR-Search-After, without a request too many", async () => {
  const { outcome, progress, requests } = await search(30, []);
  expect(outcome).toEqual(items(30).map((item) => item.meta["concept-id"]));
  expect(progress).toEqual([
    [10, 30],
    [20, 30],
    [30, 30],
  ]);
  expect(requests.map(({ searchAfter }) => searchAfter?.match(/G\d+/)?.[0])).toEqual([
    undefined,
    "G9",
    "G19",
  ]);
  expect(new Set(requests.map((request) => String(request.query))).size).toBe(1);
});

test("no granules at all", async () => {
  expect((await search(0, [])).outcome).toEqual([]);
});

const soon: CmrFault = { kind: "status", status: 429, headers: { "retry-after": "0" } };
test.each<[string, (CmrFault | undefined)[]]>([
  ["502", [undefined, { kind: "status", status: 502, body: "<html>Bad Gateway" }]],
  ["429 with Retry-After", [soon, soon]],
  ["truncated JSON", [{ kind: "truncated" }, undefined, { kind: "truncated" }]],
  ["a connection cut in the body", [undefined, { kind: "cut" }]],
  ["a connection reset", [{ kind: "reset" }, { kind: "reset" }]],
])("%s is tried again", async (_, faults) => {
  const { outcome, requests } = await search(25, faults);
  expect(outcome).toHaveLength(25);
  expect(requests).toHaveLength(3 + faults.filter((fault) => fault !== undefined).length);
});

const always = (fault: CmrFault) => Array<CmrFault>(1000).fill(fault);
test.each<[string, (CmrFault | undefined)[], string, RegExp]>([
  ["502 for ever", always({ kind: "status", status: 502 }), "unavailable", /HTTP 502; gave up/],
  ["JSON cut off for ever", always({ kind: "truncated" }), "unavailable", /JSON/],
  ["fewer granules than hits", always({ kind: "hits", hits: 26 }), "incomplete", /has 26 .* sent 25/],
  ["more granules than hits", [undefined, { kind: "hits", hits: 19 }], "incomplete", /has 19 .* sent 20/],
  ["an empty page too early", [undefined, { kind: "empty" }], "incomplete", /has 25 .* sent 10/],
])("%s ends in an error of the upstream", async (_, faults, code, message) => {
  const { outcome } = await search(25, faults, { ...quick, budgetMs: 100 });
  expect(outcome).toBeInstanceOf(CmrError);
  expect(outcome).toMatchObject({ code, kind: "upstream" });
  expect((outcome as CmrError).message).toMatch(message);
});

test("a query that CMR refuses is ours to correct, in CMR's words, and not sent twice", async () => {
  const body = JSON.stringify({ errors: ["Parameter [bounding_box] is invalid"] });
  const { outcome, requests } = await search(25, [{ kind: "status", status: 400, body }]);
  expect(outcome).toMatchObject({ code: "refused", kind: "config" });
  expect((outcome as CmrError).message).toContain("Parameter [bounding_box] is invalid");
  expect(requests).toHaveLength(1);
});

test("a host that is not known is told at once", async () => {
  const pages = queryCmr(query, { url: "http://no-such-host.invalid", retry: { ...quick, baseMs: 60_000 } });
  await expect(collect(pages)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("ENOTFOUND"),
  });
});

test.each(["nonsense", "ftp://cmr.example", "https://"])("%s: no address of a CMR", (url) => {
  expect(() => queryCmr(query, { url })).toThrow(expect.objectContaining({ kind: "config", code: "option" }));
});

test("stops when told to, waiting or not", async () => {
  const controller = new AbortController();
  const server = await startCmrServer(items(25), [{ kind: "status", status: 503 }]);
  const retry = { ...quick, baseMs: 60_000, capMs: 60_000, budgetMs: 600_000 };
  const pages = collect(queryCmr(query, { url: server.url, retry, signal: controller.signal }));
  controller.abort(new Error("enough"));
  await expect(pages).rejects.toThrow(/aborted|stopped/);
  await server.close();
});

describe.skipIf(!sharedData.present)(`recordings (${sharedData.reason})`, () => {
  test("a result that fits one page: complete although CMR-Search-After came with it", async () => {
    const replay = await startCmrReplay(
      dataPath("cmr", "earthaccess", "TestResults.test_get_all_less_than_2k.json"),
    );
    const url = `${replay.url}/search/granules.umm_json?short_name=TELLUS_GRAC_L3_JPL_RL06_LND_v04&page_size=2000`;
    const ids = await collect(searchPages(url, { retry: quick }));
    expect(new Set(ids).size).toBe(163);
    await replay.close();
  });

  test("ten pages by CMR-Search-After; the recording's end is an error, not the end of the search", async () => {
    const replay = await startCmrReplay(
      dataPath("cmr", "python_cmr", "TestMultipleQueries.test_results_unparsed_format.json"),
    );
    const ids: string[] = [];
    const url = `${replay.url}/search/granules.umm_json?short_name=MOD02QKM&page_size=2`;
    const reading = (async () => {
      for await (const page of searchPages(url, { retry: quick })) {
        ids.push(...page.map((item) => item.meta?.["concept-id"] ?? ""));
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "invalid-answer", kind: "upstream" });
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
    await replay.close();
  });

  test("an answer that is no search result", async () => {
    const replay = await startCmrReplay(
      dataPath("cmr", "python_cmr", "TestMultipleQueries.test_zero_hits_query.json"),
    );
    const url = `${replay.url}/search/granules.json?short_name=MOD09GA&version=061&temporal[]=1990-01-01T00:00:00Z,1990-01-02T00:00:00Z&page_size=2000`;
    await expect(collect(searchPages(url, { retry: quick }))).rejects.toMatchObject({
      code: "invalid-answer",
    });
    await replay.close();
  });
});
