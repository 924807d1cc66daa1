import type { AsyncReadable } from "zarrita";
import { StoreError } from "./store-error.js";

/** Objects below an http(s) address, as zarrita reads them. */
export interface HttpStore extends AsyncReadable {
  readonly url: string;
  /** Keys that were asked for and are not there: zarrita gives fill values for such chunks. */
  readonly absent: ReadonlySet<string>;
}

/** Opens an address, absolute or relative to `base`. Throws `unsupported` for anything that is not http(s). */
export function httpStore(address: string, base: string): HttpStore {
  const root = parse(address, base);
  const absent = new Set<string>();
  return {
    url: root.href,
    absent,
    async get(key, options) {
      const answer = await ask(new URL(key.slice(1), root), options as RequestInit | undefined);
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      // S3 answers 403 for what is not there when it may not be listed. A store's metadata it must not refuse.
      const missing = answer.status === 404 || answer.status === 410;
      if (missing || (answer.status === 403 && !key.endsWith("/zarr.json"))) {
        absent.add(key);
        return undefined;
      }
      const code = answer.status === 401 || answer.status === 403 ? "denied" : "unreachable";
      throw new StoreError(code, `${root.href} answers ${answer.status} ${answer.statusText}`.trim());
    },
  };
}

function parse(address: string, base: string): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch (cause) {
    throw new StoreError("unsupported", `${address} is not an address.`, { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new StoreError(
      "unsupported",
      `${address} cannot be read by a web page: it takes http:// or https://.`,
    );
  }
  url.pathname = url.pathname.replace(/\/*$/, "/");
  return url;
}

async function ask(url: URL, options: RequestInit | undefined): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new StoreError(
      "unreachable",
      `${url.origin} could not be read. Either it is down, or it does not allow other sites to read it (CORS).`,
      { cause },
    );
  }
}
