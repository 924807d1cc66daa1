import { isStorageError, type RetryPolicy } from "@zagg/storage";
import { type Answer, request } from "../earthdata/request.js";
import { CatalogError } from "./catalog-error.js";
import { CmrError } from "./cmr-error.js";
import type { Bbox } from "./model.js";

export const CMR_URL = "https://cmr.earthdata.nasa.gov";

/** CMR's largest page. */
const PAGE_SIZE = 2000;

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
 */
export function queryCmr(
  query: CmrQuery,
  options: CmrOptions = {},
): AsyncGenerator<readonly UmmGranule[], void, undefined> {
  return searchPages(cmrQueryUrl(query, options.url, options.pageSize), options);
}

/** The pages of any search of CMR, as {@link queryCmr} asks for them. */
export async function* searchPages(
  url: string,
  options: CmrOptions = {},
): AsyncGenerator<readonly UmmGranule[], void, undefined> {
  let collected = 0;
  let searchAfter: string | undefined;
  for (;;) {
    const page = await fetchPage(url, searchAfter, options);
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
      check: ({ status, body }) => {
        if (status === 200) items = JSON.parse(body)?.items;
      },
    });
  } catch (error) {
    if (!isStorageError(error) || error.code === "aborted") throw error;
    throw new CmrError(
      "unavailable",
      `CMR does not answer: ${error.message}. Try again later (its state: https://status.earthdata.nasa.gov).`,
      { url, status: error.status },
      { cause: error },
    );
  }
  if (answer.status !== 200) throw refusal(url, answer.status, answer.body);

  const hits = Number(answer.headers.get("cmr-hits") ?? Number.NaN);
  if (!Array.isArray(items) || !Number.isSafeInteger(hits)) {
    const what = Number.isSafeInteger(hits) ? "no list of items" : "no CMR-Hits";
    throw new CmrError("invalid-answer", `${url} answered what is no CMR search result: ${what}`, { url });
  }
  return { hits, items, searchAfter: answer.headers.get("cmr-search-after") ?? undefined };
}

function refusal(url: string, status: number, body: string): CmrError {
  let said = body.slice(0, 300);
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
