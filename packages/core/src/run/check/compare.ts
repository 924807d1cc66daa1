import { type ProductSpec, writeTemplate } from "@zagg/product";
import { type Store, type WritableStore, wrap } from "@zagg/storage";
import pMap from "p-map";
import { sha256Hex } from "../../terms/index.js";
import type { ShardRecords } from "../record/run-record.js";
import { isInvalid } from "../stores/store-errors.js";

const READS_IN_FLIGHT = 16;

/** What an object must be. */
export interface Digest {
  /** Bytes. */
  readonly length: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What lies where in a store, by key. */
export type Digests = ReadonlyMap<string, Digest>;

/** One object of a product that is not as its plan and records say. */
export interface Difference {
  /** `missing` not there · `differs` other bytes · `unrecorded` a key that neither the plan nor any record names. */
  readonly kind: "missing" | "differs" | "unrecorded";
  readonly key: string;
}

const NOWHERE: WritableStore = { url: "nowhere:", put: async () => undefined };

/** Digests of all that `write` puts into `store`; without one, of what it would put. */
export async function digestsOf(
  write: (store: WritableStore) => Promise<void>,
  store: WritableStore = NOWHERE,
): Promise<Digests> {
  const digests = new Map<string, Digest>();
  const put: WritableStore["put"] = async (key, bytes, options) => {
    digests.set(key, { length: bytes.length, sha256: sha256Hex(bytes) });
    await store.put(key, bytes, options);
  };
  await write(wrap(store, { put }));
  return digests;
}

/** Digests of all metadata and coordinates of a product, made anew. */
export function templateDigests(product: ProductSpec): Promise<Digests> {
  return digestsOf((store) => writeTemplate(store, product));
}

/** Digests of the chunks that the records name. */
export function recordedDigests(records: ShardRecords): Digests {
  const chunks = [...records.values()].flatMap((record) => record.chunks);
  return new Map(chunks.map(({ key, ...digest }) => [key, digest]));
}

/** Reads a whole store and says in which objects it is not what is expected of it. */
export async function compareStore(
  store: Pick<Store, "get" | "head" | "list">,
  expected: Digests,
  tick?: () => void,
): Promise<Difference[]> {
  const unrecorded: Difference[] = [];
  for await (const { key } of store.list(""))
    if (!expected.has(key)) unrecorded.push({ kind: "unrecorded", key });
  return [...(await differencesIn(store, expected, tick)), ...unrecorded];
}

/**
 * In which of the expected objects a store is not as expected. A listing may leave some out or be wrong about their sizes:
 * the objects themselves tell, and of none is more read than what it should be.
 */
export async function differencesIn(
  store: Pick<Store, "get" | "head">,
  expected: Digests,
  tick: () => void = () => undefined,
): Promise<Difference[]> {
  const found = await pMap(
    expected,
    async ([key, digest]): Promise<Difference[]> => {
      const kind = await differenceOf(store, key, digest);
      tick();
      return kind ? [{ kind, key }] : [];
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return found.flat();
}

async function differenceOf(
  store: Pick<Store, "get" | "head">,
  key: string,
  { length, sha256 }: Digest,
): Promise<"missing" | "differs" | undefined> {
  try {
    const bytes = await store.get(key, { maxBytes: length });
    if (!bytes) return "missing";
    return sha256Hex(bytes) === sha256 ? undefined : "differs";
  } catch (error) {
    // Too long, a pipe, a device; but where the object is as it should be, it is the store that cannot be read.
    if (!isInvalid(error) || (await store.head(key))?.size === length) throw error;
    return "differs";
  }
}
