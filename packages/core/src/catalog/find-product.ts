import { isStorageError } from "@zagg/storage";
import * as z from "zod/mini";
import { request } from "../earthdata/request.js";
import { defined } from "../terms/index.js";
import { CatalogError } from "./catalog-error.js";
import { CMR_URL, type CmrOptions } from "./cmr-client.js";
import { CmrError } from "./cmr-error.js";

/** A product as CMR is asked for its granules. */
export interface Product {
  readonly shortName: string;
  readonly version: string;
  readonly provider: string;
}

/** The product where neither options nor the config nor 0.1.0 say otherwise. */
export const DEFAULT_PRODUCT = { shortName: "ATL06", version: "007", provider: "NSIDC_CPRD" } as const;

/** ICESat-2 along the track: one archive, one release for all. */
const ICESAT2 = /^ATL(03|06|07|08|09|10|11|12|13)$/;

/** Collections of one short name that are looked at: versions and archives, some dozens at most. */
const MOST_COLLECTIONS = 200;

const collections = z.array(
  z.looseObject({
    meta: z.looseObject({ "provider-id": z.string() }),
    umm: z.looseObject({ Version: z.string() }),
  }),
);

/**
 * Version and provider of a product: those that are given, for ICESat-2's those of its archive in the cloud, else what CMR
 * knows: the newest version, in the cloud where it is there. Throws CatalogError `no-product` where CMR has none of that name,
 * `option` where several providers have its newest version.
 */
export async function findProduct(
  { shortName = DEFAULT_PRODUCT.shortName, version, provider }: Partial<Product>,
  cmr: CmrOptions = {},
): Promise<Product> {
  if (version !== undefined && provider !== undefined) return { shortName, version, provider };
  if (ICESAT2.test(shortName)) {
    const known = DEFAULT_PRODUCT;
    return { shortName, version: version ?? known.version, provider: provider ?? known.provider };
  }
  const all = await collectionsOf(shortName, cmr);
  const fitting = all.filter(
    (each) => (version ?? each.version) === each.version && (provider ?? each.provider) === each.provider,
  );
  if (fitting.length === 0) throw noProduct(shortName, defined({ version, provider }), all);
  const newest = fitting.reduce((a, b) => (compare(b.version, a.version) > 0 ? b : a)).version;
  const archives = [
    ...new Set(fitting.filter((each) => each.version === newest).map((each) => each.provider)),
  ];
  const [only, another] = archives as [string, string | undefined];
  if (another === undefined) return { shortName, version: newest, provider: only };
  const message = `${shortName} ${newest} is at several providers: say --provider ${archives.join(", or --provider ")}`;
  throw new CatalogError("option", message, { key: "provider", providers: archives });
}

type Collection = Omit<Product, "shortName">;

/** What CMR has of a product, of those in the cloud alone where there are such. */
async function collectionsOf(shortName: string, cmr: CmrOptions): Promise<readonly Collection[]> {
  const cloud = await search(shortName, cmr, true);
  return cloud.length > 0 ? cloud : search(shortName, cmr, false);
}

async function search(
  shortName: string,
  { url = CMR_URL, signal, retry }: CmrOptions,
  cloud: boolean,
): Promise<readonly Collection[]> {
  if (!(URL.canParse(url) && /^https?:\/\//i.test(url)))
    throw new CatalogError("option", `--cmr-url ${url}: not an https address`, { key: "cmr-url" });
  const parameters = new URLSearchParams({ short_name: shortName, page_size: String(MOST_COLLECTIONS) });
  if (cloud) parameters.set("cloud_hosted", "true");
  const at = `${url.replace(/\/+$/, "")}/search/collections.umm_json?${parameters}`;
  let found: unknown;
  const answer = await request(at, {
    signal,
    retry,
    maxBytes: MOST_BYTES,
    check: ({ status, body }) => {
      if (status === 200 && !/^\s*</.test(body)) found = JSON.parse(body)?.items;
    },
  }).catch((cause: unknown) => {
    if (!isStorageError(cause) || cause.code === "aborted") throw cause;
    const code = cause.code === "invalid" ? "invalid-answer" : "unavailable";
    throw new CmrError(code, `CMR does not answer: ${cause.message}`, { url: at }, { cause });
  });
  const items = collections.safeParse(found);
  if (answer.status !== 200 || !items.success) {
    const what = `${at} answered what is no CMR search result (HTTP ${answer.status}); say --version and --provider to do without it`;
    throw new CmrError("invalid-answer", what, { url: at, status: answer.status });
  }
  return items.data.map(({ meta, umm }) => ({ version: umm.Version, provider: meta["provider-id"] }));
}

/** A collection has some 30 kB. */
const MOST_BYTES = 32 * 2 ** 20;

function noProduct(
  shortName: string,
  { version, provider }: Partial<Collection>,
  all: readonly Collection[],
): CatalogError {
  const asked = [shortName, version, provider && `of ${provider}`].filter(Boolean).join(" ");
  const there = all.map((each) => `${each.version} of ${each.provider}`).join(", ");
  const message = there
    ? `CMR has no ${asked}; of ${shortName} it has ${there}`
    : `CMR has no product of the short name ${shortName} (capitals count)`;
  return new CatalogError("no-product", message, { shortName });
}

/** Versions as people order them: 002 before 010, 2.0 before 2.1. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
