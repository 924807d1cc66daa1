/**
 * How long a name that does not resolve is asked for again, milliseconds: a resolver that does not answer (EAI_AGAIN) may be back
 * in a moment, but where there is no network it never is, and no more becomes known by waiting.
 */
export const NAME_PATIENCE_MS = 15_000;

/** What failed so long ago is another failure, milliseconds. */
const FORGET_MS = 60_000;

/** Since when a host has not resolved, and when it was asked last. */
const unresolved = new Map<string, { readonly since: number; readonly last: number }>();

/** Notes that a host does not resolve, asked at `asked` (`performance.now()`); gives the time that is left to try again. */
export function patienceWith(host: string, asked: number, now = performance.now()): number {
  const before = unresolved.get(host);
  const since = before !== undefined && now - before.last < FORGET_MS ? before.since : asked;
  unresolved.set(host, { since, last: now });
  // Another try takes as long as this one did, and is to end in time.
  return NAME_PATIENCE_MS - (now - since) - (now - asked);
}

/** Notes that a host was found. */
export function isResolved(host: string): void {
  unresolved.delete(host);
}
