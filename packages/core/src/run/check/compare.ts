import { type ProductSpec, writeTemplate } from "@zagg/product";
import { type Store, type WritableStore, wrap } from "@zagg/storage";
import pMap from "p-map";
import { sha256Hex } from "../../terms/index.js";
import { isInvalid } from "../stores/store-errors.js";

const READS_IN_FLIGHT = 16;

/** The bytes of an object. */
export interface Digest {
  /** Bytes. */
  readonly length: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What lies where in a store, by key. */
export type Digests = ReadonlyMap<string, Digest>;

/** What an object must be. */
export interface ExpectedObject {
  /** Bytes. */
  readonly length: number;
  /** Positions of the shards that have chunks in it; none of metadata and coordinates. */
  readonly shards: readonly number[];
  /** Of those, the ones whose chunks are not in `bytes` as they should be; undefined where all bytes are as they should be. */
  wrong(bytes: Uint8Array): readonly number[] | undefined;
}

/** What must lie where in a store, by key. */
export type ExpectedObjects = ReadonlyMap<string, ExpectedObject>;

/** One object of a product that is not as its plan and records say. */
export interface Difference {
  /** `missing` not there · `differs` other bytes · `unrecorded` a key that neither the plan nor any record names. */
  readonly kind: "missing" | "differs" | "unrecorded";
  readonly key: string;
  /** Positions of the shards that are concerned. */
  readonly shards: readonly number[];
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

/** Objects that must have these bytes. */
export function withBytes(digests: Iterable<readonly [key: string, digest: Digest]>): ExpectedObjects {
  return new Map(
    [...digests].map(([key, { length, sha256 }]) => [
      key,
      { length, shards: [], wrong: (bytes: Uint8Array) => (sha256Hex(bytes) === sha256 ? undefined : []) },
    ]),
  );
}

/** Reads a whole store and says in which objects it is not what is expected of it. */
export async function compareStore(
  store: Pick<Store, "get" | "head" | "list">,
  expected: ExpectedObjects,
  tick?: () => void,
): Promise<Difference[]> {
  const unrecorded: Difference[] = [];
  for await (const { key } of store.list(""))
    if (!expected.has(key)) unrecorded.push({ kind: "unrecorded", key, shards: [] });
  return [...(await differencesIn(store, expected, tick)), ...unrecorded];
}

/**
 * In which of the expected objects a store is not as expected. A listing may leave some out or be wrong about their sizes:
 * the objects themselves tell, and of none is more read than what it should be.
 */
export async function differencesIn(
  store: Pick<Store, "get" | "head">,
  expected: ExpectedObjects,
  tick: () => void = () => undefined,
): Promise<Difference[]> {
  const found = await pMap(
    expected,
    async ([key, object]): Promise<Difference[]> => {
      const difference = await differenceOf(store, key, object);
      tick();
      return difference ? [{ ...difference, key }] : [];
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return found.flat();
}

async function differenceOf(
  store: Pick<Store, "get" | "head">,
  key: string,
  expected: ExpectedObject,
): Promise<Omit<Difference, "key"> | undefined> {
  const { length, shards } = expected;
  try {
    const bytes = await store.get(key, { maxBytes: length });
    if (!bytes) return { kind: "missing", shards };
    const wrong = expected.wrong(bytes);
    return wrong && { kind: "differs", shards: wrong };
  } catch (error) {
    // Too long, a pipe, a device; but where the object is as it should be, it is the store that cannot be read.
    if (!isInvalid(error) || (await store.head(key))?.size === length) throw error;
    return { kind: "differs", shards };
  }
}
