import {
  type Config,
  defined,
  extractsPlace,
  loadCatalog,
  openStores,
  removeExtracts,
  ZaggError,
} from "@zagg/core";
import { type AggEstimate, type AggOptions, type AggSummary, agg, planRun } from "./agg.js";

/** One of several products. */
export interface ProductOf {
  readonly config: Config | string;
  /** Default: the config's `output.store`. */
  readonly store?: string | undefined;
  /** Called when this one is begun; gives who is told how it goes. */
  readonly listen?: () => Listeners;
}

/** Who is told how a run goes: see {@link AggOptions}. */
export type Listeners = Pick<
  AggOptions,
  "onPhase" | "onStart" | "onRead" | "onProgress" | "onMend" | "onNotice" | "onCost"
>;

/**
 * Makes several products of one catalog one after the other, and reads each granule once for all of them, as far as their
 * filters, groups and latitude are the same (and on this machine: on Lambda each shard reads for itself). Yields what
 * each came to; where one is interrupted, or the source is down, the others are not begun.
 *
 * @example
 * const products = [{ config: "atl06", store: "a.zarr" }, { config: "atl06-extended", store: "b.zarr" }];
 * for await (const summary of aggEach(products, { catalog: "catalog.json" })) console.log(summary.format);
 */
export async function* aggEach(
  products: readonly ProductOf[],
  options: Omit<AggOptions, "store" | "alongside"> & { readonly dryRun?: boolean } = {},
): AsyncGenerator<AggSummary | AggEstimate> {
  const catalog = typeof options.catalog === "string" ? await loadCatalog(options.catalog) : options.catalog;
  const common = defined({ ...options, catalog });
  const plans = await Promise.all(
    products.map(({ config, store }) => planRun(config, defined({ ...common, store }))),
  );
  const targets = plans.map(({ target }) => target);
  const twice = targets.find((target, i) => targets.indexOf(target) !== i);
  if (twice !== undefined) {
    throw new ZaggError(
      "config",
      "same-store",
      `two products would go to ${twice}: give each its own --store`,
    );
  }
  const isShared = products.length > 1 && options.backend !== "lambda";
  const place =
    options.extracts ?? (isShared ? extractsPlace(openStores(targets[0] ?? "").run.url) : undefined);
  let left = products.length;
  for (const [i, { config, store, listen }] of products.entries()) {
    const alongside = isShared ? products.slice(i + 1).map((other) => other.config) : [];
    const answer = await agg(
      config,
      defined({ ...common, ...listen?.(), store, extracts: place, alongside }),
    );
    yield answer;
    if (answer.format === "zagg-estimate/1") continue;
    if (answer.interrupted || answer.stopped_by) return;
    if (answer.pending + answer.failed + answer.partial === 0) left--;
  }
  if (left === 0 && place !== undefined && options.extracts === undefined) await removeExtracts(place);
}
