import { StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";
import type { HttpAnswer, HttpRequest, Send } from "./message.js";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_HOPS = 10;
/** Signed URLs are given up this long before they expire. */
const MARGIN_MS = 30_000;
/** How long a redirect that does not say is trusted; a refusal drops it anyway. */
const UNSAID_MS = 5 * 60_000;
/** Addresses remembered; the oldest goes first. */
const MAX_REMEMBERED = 20_000;

/** Where addresses led to. One for each identity: signed URLs open an object for whoever holds them. */
export type RedirectMemory = Map<string, { readonly target: URL; readonly until: number }>;

/**
 * Follows redirects by hand and remembers where they led until the signed URL expires, since an archive's
 * redirect costs a round trip and a login check. A remembered address that is refused is looked up once more.
 */
export function followRedirects(send: Send, memory: RedirectMemory): Send {
  return async (request) => {
    const key = request.url.href;
    const known = memory.get(key);
    if (known !== undefined && Date.now() < known.until) {
      const answer = await send({ ...request, url: known.target });
      if (answer.status < 300 || answer.status === 412 || answer.status === 416 || answer.status >= 500) {
        return answer;
      }
      answer.discard();
    }
    memory.delete(key);
    return follow(send, request, (target, until) => {
      const oldest = memory.size < MAX_REMEMBERED ? undefined : memory.keys().next().value;
      if (oldest !== undefined) memory.delete(oldest);
      memory.set(key, { target, until });
    });
  };
}

async function follow(
  send: Send,
  request: HttpRequest,
  remember: (target: URL, until: number) => void,
): Promise<HttpAnswer> {
  let url = request.url;
  let until = Number.POSITIVE_INFINITY;
  for (let hops = 0; hops <= MAX_HOPS; hops++) {
    const answer = await send({ ...request, url });
    if (!REDIRECTS.has(answer.status)) {
      if (hops > 0 && (answer.status === 200 || answer.status === 206)) remember(url, until);
      return answer;
    }
    answer.discard();
    const from = url;
    url = targetOf(answer, from);
    until = Math.min(until, trustedUntil(url, answer));
  }
  throw new StorageError("invalid", redactUrl(request.url.href), `more than ${MAX_HOPS} redirects`);
}

function targetOf(answer: HttpAnswer, from: URL): URL {
  const address = redactUrl(from.href);
  const location = answer.header("location") ?? "";
  if (location === "" || !URL.canParse(location, from.href)) {
    throw new StorageError("invalid", address, `answered ${answer.status} without a place to go to`);
  }
  const target = new URL(location, from);
  if (target.protocol !== from.protocol && target.protocol !== "https:") {
    throw new StorageError("invalid", address, `redirects to ${redactUrl(target.href)}, which is not https`);
  }
  if (target.pathname.endsWith("/oauth/authorize")) {
    const what = `sends us to log in at ${target.host}: the token is missing, expired or not accepted`;
    throw new StorageError("auth", address, what, { status: answer.status });
  }
  return target;
}

/** Milliseconds since 1970 until which this redirect holds: from the signed URL, else the answer's max-age. */
export function trustedUntil(target: URL, answer: Pick<HttpAnswer, "header">, now = Date.now()): number {
  const query = new Map([...target.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("x-amz-date") ?? "");
  const seconds = Number(query.get("x-amz-expires"));
  let end: number | undefined;
  if (signed !== null && seconds > 0) {
    const [year, month, day, hour, minute, second] = signed.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    end = Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000;
  } else if (/^\d+$/.test(query.get("expires") ?? "")) {
    end = Number(query.get("expires")) * 1000;
  }
  if (end !== undefined) return end - Math.min(MARGIN_MS, Math.max(0, end - now) / 2);
  const maxAge = /\bmax-age=(\d+)/.exec(answer.header("cache-control") ?? "")?.[1];
  return now + (maxAge === undefined ? UNSAID_MS : Number(maxAge) * 1000);
}
