import { type ProductSpec, writeTemplate } from "@zagg/product";
import { type Store, type WritableStore, wrap } from "@zagg/storage";
import pMap from "p-map";
import { sha256Hex } from "../terms/index.js";
import type { ShardRecords } from "./run-record.js";

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

/** In place of bytes that are not read. */
const TOO_LONG = new Uint8Array(0);

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
  const sizes = new Map<string, number>();
  for await (const { key, size } of store.list("")) sizes.set(key, size);
  const unrecorded = [...sizes.keys()].filter((key) => !expected.has(key));
  return [
    ...(await differencesIn(store, expected, sizes, tick)),
    ...unrecorded.map((key) => ({ kind: "unrecorded" as const, key })),
  ];
}

/**
 * In which of the expected objects a store is not as expected. What is too long is not read. `sizes` are those of a
 * listing, which may leave some out or be wrong about others: the objects themselves tell.
 */
export async function differencesIn(
  store: Pick<Store, "get" | "head">,
  expected: Digests,
  sizes: ReadonlyMap<string, number> = new Map(),
  tick: () => void = () => undefined,
): Promise<Difference[]> {
  const found = await pMap(
    expected,
    async ([key, { length, sha256 }]): Promise<Difference[]> => {
      const isListedLonger = (sizes.get(key) ?? 0) > length;
      const isTooLong = isListedLonger && ((await store.head(key))?.size ?? 0) > length;
      const bytes = isTooLong ? TOO_LONG : await store.get(key);
      tick();
      if (!bytes) return [{ kind: "missing", key }];
      return bytes !== TOO_LONG && sha256Hex(bytes) === sha256 ? [] : [{ kind: "differs", key }];
    },
    { concurrency: READS_IN_FLIGHT },
  );
  return found.flat();
}
