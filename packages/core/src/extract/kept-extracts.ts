import type { SourceVersion, Store } from "@zagg/storage";
import pMap from "p-map";
import { decodeReceipt, type ExtractReceipt } from "./receipt.js";

const READS_IN_FLIGHT = 32;

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
  const keys: string[] = [];
  for await (const object of store.list("")) {
    const id = decodeURIComponent(object.key.split("/")[0] as string);
    if (ids.has(id) && object.key.endsWith(".json")) keys.push(object.key);
  }
  const receipts = await pMap(keys, async (at) => decodeReceipt(await store.get(at)), {
    concurrency: READS_IN_FLIGHT,
  });
  const byId = new Map<string, ExtractReceipt[]>();
  for (const receipt of receipts) {
    if (!receipt || receipt.key !== key || !columns.every((each) => receipt.columns.includes(each))) continue;
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
