import { isStorageError, StorageError } from "./errors.js";

/** A secret that expires: fetched once for all that wait for it, kept, and fetched anew before it expires. */
export interface Renewable<T> {
  current(): Promise<T>;
  /**
   * Replaces `refused`, which a server did not take; false when there is nothing newer. Many requests that fail
   * together lead to one fetch. `sure` is false when the refusal may not be about the secret at all.
   */
  renew(refused: T | undefined, sure: boolean): Promise<boolean>;
}

/**
 * Renewed this long before the end, or at half of a shorter life: an archive's credentials live for an hour, and at
 * 45 minutes whatever is handed out still outlives any shard.
 */
const MARGIN_MS = 15 * 60_000;

/** When refusals may have another reason (no permission), one fetch in this time must do. */
const DOUBTFUL_EVERY_MS = 60_000;

const shared = new WeakMap<object, Renewable<unknown>>();

/** One Renewable (called `name` in messages) for each provider function, however many sources and stores are given it. */
export function renewable<T>(
  name: string,
  provider: () => Promise<T>,
  expiresAt: (value: T) => number | undefined,
): Renewable<T> {
  const known = shared.get(provider) as Renewable<T> | undefined;
  if (known !== undefined) return known;
  const made = makeRenewable(name, provider, expiresAt);
  shared.set(provider, made);
  return made;
}

function makeRenewable<T>(
  name: string,
  provider: () => Promise<T>,
  expiresAt: (value: T) => number | undefined,
): Renewable<T> {
  let held: { readonly value: T; readonly fetchedAt: number; readonly renewAt: number } | undefined;
  let fetching: Promise<T> | undefined;

  async function fetchNew(): Promise<T> {
    const value = await provider().catch((error) => Promise.reject(unavailable(name, error)));
    const fetchedAt = Date.now();
    const end = expiresAt(value) ?? Number.POSITIVE_INFINITY;
    held = { value, fetchedAt, renewAt: end - Math.min(MARGIN_MS, Math.max(0, end - fetchedAt) / 2) };
    return value;
  }

  function single(): Promise<T> {
    fetching ??= fetchNew().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  return {
    async current() {
      return held !== undefined && Date.now() < held.renewAt ? held.value : single();
    },
    async renew(refused, sure) {
      if (held !== undefined && held.value !== refused) return true;
      if (!sure && held !== undefined && Date.now() - held.fetchedAt < DOUBTFUL_EVERY_MS) return false;
      await single();
      return true;
    },
  };
}

function unavailable(name: string, error: unknown): StorageError {
  if (isStorageError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new StorageError("auth", name, `none to be had: ${why}`, { cause: error });
}
