import { isStorageError, type RetryPolicy } from "@zagg/storage";
import * as z from "zod/mini";
import { type Answer, request } from "../earthdata/request.js";
import { firstProblem } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";
import { CmrError } from "./cmr-error.js";
import type { Bbox } from "./model.js";

export const CMR_URL = "https://cmr.earthdata.nasa.gov";

/** CMR's largest page. */
const PAGE_SIZE = 2000;
/** A page of such granules has some 40 MB; what is longer than five such is none. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;

/** What to ask for; days are included whole. */
export interface CmrQuery {
  readonly provider: string;
  readonly shortName: string;
  readonly version: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly bbox?: Bbox;
}

export interface CmrOptions {
  /** Default {@link CMR_URL}; `--cmr-url`. */
  readonly url?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (collected: number, hits: number) => void;
  readonly retry?: Partial<RetryPolicy>;
  readonly pageSize?: number;
}

/** One granule as CMR describes it: UMM-G, of which {@link granuleInfo} takes what it needs. */
export interface UmmGranule {
  readonly meta?: { readonly "concept-id"?: string; readonly "revision-date"?: string };
  readonly umm?: object;
}

const itemsSchema = z.array(
  z.looseObject({
    meta: z.exactOptional(
      z.looseObject({
        "concept-id": z.exactOptional(z.string()),
        "revision-date": z.exactOptional(z.string()),
      }),
    ),
    umm: z.exactOptional(z.looseObject({})),
  }),
);

interface Page {
  readonly hits: number;
  readonly items: readonly UmmGranule[];
  /** Opaque: sent back with the same query it asks for the next page. */
  readonly searchAfter: string | undefined;
}

/** The query as a URL. Throws CatalogError `option` where `base` is none. */
export function cmrQueryUrl(query: CmrQuery, base: string = CMR_URL, pageSize: number = PAGE_SIZE): string {
  if (!(URL.canParse(base) && /^https?:\/\//i.test(base)))
    throw new CatalogError("option", `--cmr-url ${base}: not an https address`, { key: "cmr-url" });
  const parameters = new URLSearchParams({
    provider: query.provider,
    short_name: query.shortName,
    version: query.version,
    temporal: `${query.startDate}T00:00:00Z,${query.endDate}T23:59:59Z`,
    page_size: String(pageSize),
  });
  if (query.bbox) parameters.set("bounding_box", query.bbox.join(","));
  return `${base.replace(/\/+$/, "")}/search/granules.umm_json?${parameters}`;
}

/**
 * Asks CMR for granules, a page at a time, all of them or an error: ends only when as many granules have arrived
 * as CMR says there are. Throws CmrError.
 *
 * @example
 * const query = { provider: "NSIDC_CPRD", shortName: "ATL06", version: "007" };
 * const days = { startDate: "2024-01-06", endDate: "2024-04-06" };
 * for await (const page of queryCmr({ ...query, ...days })) console.log(page.length);
 */
export function queryCmr(
  query: CmrQuery,
  options: CmrOptions = {},
): AsyncGenerator<readonly UmmGranule[], void, undefined> {
  return searchPages(cmrQueryUrl(query, options.url, options.pageSize), options);
}

/**
 * The pages of any search of CMR, as {@link queryCmr} asks for them. Every granule comes once: pages that repeat
 * themselves, or that go on beyond what was announced, are an error.
 */
export async function* searchPages(
  url: string,
  options: CmrOptions = {},
): AsyncGenerator<readonly UmmGranule[], void, undefined> {
  const pageSize = Number(new URL(url).searchParams.get("page_size") ?? PAGE_SIZE);
  const known = new Set<string>();
  let collected = 0;
  let searchAfter: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await fetchPage(url, searchAfter, options);
    checkPage(page, { url, pageSize, pages, known, searchAfter });
    collected += page.items.length;
    options.onProgress?.(collected, page.hits);
    if (page.items.length > 0) yield page.items;
    if (collected === page.hits) return;
    if (collected > page.hits || page.items.length === 0 || page.searchAfter === undefined) {
      throw new CmrError(
        "incomplete",
        `CMR has ${page.hits} granules but sent ${collected}. The catalog would not be whole, so none was made; try ` +
          `again in a few minutes. Query: ${url}`,
        { url, hits: page.hits, collected },
      );
    }
    searchAfter = page.searchAfter;
  }
}

interface Progress {
  readonly url: string;
  readonly pageSize: number;
  /** How many came, this one included. */
  readonly pages: number;
  /** Concept ids so far. */
  readonly known: Set<string>;
  /** What this one was asked for with. */
  readonly searchAfter: string | undefined;
}

/** Refuses a page that would never come to an end, or that tells a granule again in place of another. */
function checkPage({ hits, items, searchAfter }: Page, progress: Progress): void {
  const { url, pageSize, pages, known } = progress;
  const wrong = (what: string) => {
    const message = `${url} answered what is no CMR search result: ${what}. No catalog was made.`;
    return new CmrError("invalid-answer", message, { url });
  };
  if (items.length > pageSize)
    throw wrong(`a page of ${items.length} granules where ${pageSize} were asked for`);
  if (pages > MOST_PAGES + 2 * Math.ceil(hits / pageSize)) throw wrong(`${pages} pages for ${hits} granules`);
  if (searchAfter !== undefined && searchAfter === progress.searchAfter && items.length > 0)
    throw wrong("its CMR-Search-After leads to the same page again");
  for (const { meta } of items) {
    const id = meta?.["concept-id"];
    if (id === undefined) continue;
    if (known.has(id)) throw wrong(`granule ${id} came twice`);
    known.add(id);
  }
}

/** A search may come in more pages than it needs, but not in so many more. */
const MOST_PAGES = 10;

async function fetchPage(url: string, searchAfter: string | undefined, options: CmrOptions): Promise<Page> {
  const headers = {
    accept: "application/vnd.nasa.cmr.umm_results+json",
    ...(searchAfter !== undefined && { "CMR-Search-After": searchAfter }),
  };
  let items: unknown;
  let answer: Answer;
  try {
    answer = await request(url, {
      headers,
      signal: options.signal,
      retry: options.retry,
      maxBytes: MAX_PAGE_BYTES,
      check: ({ status, body }) => {
        // A page for people in CMR's place, of a portal or a proxy, stays one however often it is asked for.
        if (status === 200 && !/^\s*</.test(body)) items = JSON.parse(body)?.items;
      },
    });
  } catch (error) {
    if (!isStorageError(error) || error.code === "aborted") throw error;
    if (error.code === "invalid")
      throw new CmrError("invalid-answer", error.message, { url }, { cause: error });
    throw new CmrError(
      "unavailable",
      `CMR does not answer: ${error.message}. Try again later (its state: https://status.earthdata.nasa.gov).`,
      { url, status: error.status },
      { cause: error },
    );
  }
  if (answer.status !== 200) throw refusal(url, answer.status, answer.body);

  const told = answer.headers.get("cmr-hits") ?? "";
  const hits = /^\d+$/.test(told) ? Number(told) : Number.NaN;
  const granules = itemsSchema.safeParse(items);
  if (!granules.success || !Number.isSafeInteger(hits)) {
    const isPage = /^\s*</.test(answer.body);
    const what = isPage
      ? "a web page (of a login or a proxy?)"
      : Number.isNaN(hits)
        ? "no CMR-Hits"
        : `no list of granules (${firstProblem(itemsSchema, items)})`;
    throw new CmrError("invalid-answer", `${url} answered what is no CMR search result: ${what}`, { url });
  }
  return {
    hits,
    items: granules.data as readonly UmmGranule[],
    searchAfter: answer.headers.get("cmr-search-after") ?? undefined,
  };
}

function refusal(url: string, status: number, body: string): CmrError {
  let said = body.slice(0, 300).trim();
  try {
    const { errors } = JSON.parse(body) as { readonly errors?: readonly string[] };
    said = errors?.join("; ") ?? said;
  } catch {
    // Not JSON: its first words must do.
  }
  if (status !== 400) {
    const what = `${url} is not CMR, or not well: HTTP ${status}: ${said}`;
    return new CmrError("invalid-answer", what, { url, status });
  }
  return new CmrError("refused", `CMR refuses the query: ${said}. Query: ${url}`, { url, status });
}
