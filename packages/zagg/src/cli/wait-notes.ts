import type { Waiting } from "@zagg/storage";

/** A host is named again after this time. */
const AGAIN_MS = 30_000;

/** Says what is waited for: each host or file once, and again while it goes on. */
export function waitNotes(note: (text: string) => void): (waiting: Waiting) => void {
  const saidAt = new Map<string, number>();
  return ({ url, ms, why }) => {
    const host = hostOf(url);
    const now = performance.now();
    if (now - (saidAt.get(host) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    saidAt.set(host, now);
    note(`waiting for ${host}: no answer for ${Math.round(ms / 1000)} s${why ? ` (${why})` : ""}`);
  };
}

/** Who is waited for: a server, a bucket, a file. */
function hostOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host } = new URL(url);
  return /^https?:$/.test(protocol) ? host : `${protocol}//${host}`;
}
