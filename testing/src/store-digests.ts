import { createHash } from "node:crypto";

/** What this needs of a store. */
interface Listed {
  list(prefix: string): AsyncIterable<{ readonly key: string }>;
  get(key: string): Promise<Uint8Array | undefined>;
}

/** SHA-256 of every object of a store by key: equal for stores that are equal to the byte. */
export async function storeDigests(store: Listed): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for await (const { key } of store.list("")) {
    const bytes = await store.get(key);
    digests[key] = createHash("sha256")
      .update(bytes ?? "")
      .digest("hex");
  }
  return digests;
}
