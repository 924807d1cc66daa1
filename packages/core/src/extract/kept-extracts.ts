import type { SourceVersion, Store } from "@zagg/storage";
import pMap from "p-map";
import type { ExtractReceipt } from "./receipt.js";
import { decodeReceipt } from "./receipt-json.js";

const READS_IN_FLIGHT = 32;
/** A receipt has some 200 bytes for each shard and group. */
const MOST_BYTES = 32 * 2 ** 20;

/** What an extract must be of, to serve. */
export interface ExtractWanted extends Pick<ExtractReceipt, "key" | "columns"> {
  /** The granule as it is now; undefined where that cannot be told, and no extract serves. */
  version(id: string): Promise<SourceVersion | undefined>;
}

/**
 * The receipts in `store` that serve a run, by granule id: of this key, of the granule as it is now, and with all of the
 * columns. The granules of which there are some, and no others, are asked for their version.
 */
export async function keptExtracts(
  store: Store,
  ids: ReadonlySet<string>,
  { key, columns, version }: ExtractWanted,
): Promise<ReadonlyMap<string, readonly ExtractReceipt[]>> {
  const folders = new Set([...ids].map(encodeURIComponent));
  const keys: string[] = [];
  for await (const object of store.list("")) {
    const [folder = ""] = object.key.split("/");
    if (folders.has(folder) && object.key.endsWith(".json")) keys.push(object.key);
  }
  // What lies there instead of a receipt, a pipe or something without end, is none.
  const receipts = await pMap(
    keys,
    async (at) => decodeReceipt(await store.get(at, { maxBytes: MOST_BYTES }).catch(() => undefined)),
    { concurrency: READS_IN_FLIGHT },
  );
  const byId = new Map<string, ExtractReceipt[]>();
  for (const receipt of receipts) {
    if (
      !receipt ||
      !ids.has(receipt.id) ||
      receipt.key !== key ||
      !columns.every((each) => receipt.columns.includes(each))
    )
      continue;
    byId.set(receipt.id, [...(byId.get(receipt.id) ?? []), receipt]);
  }
  await pMap(
    [...byId],
    async ([id, found]) => {
      const now = await version(id).catch(() => undefined);
      const good = found.filter((receipt) => now && isVersion(receipt.version, now));
      if (good.length > 0) byId.set(id, good);
      else byId.delete(id);
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return byId;
}

function isVersion(a: SourceVersion, b: SourceVersion): boolean {
  return a.size === b.size && a.etag === b.etag && a.modified === b.modified;
}
