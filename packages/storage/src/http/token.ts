import { type Renewable, renewable } from "../renewable.js";
import type { Session } from "./exchange.js";
import type { Send } from "./message.js";

/** Yields a bearer token; asked again when the token is refused. */
export type TokenProvider = () => Promise<string>;

/**
 * Adds the token to requests for the object's own origin, when that is one of `hosts` and encrypted (or this
 * machine). Wherever a redirect leads, no other origin gets it.
 */
export function withToken(
  send: Send,
  provider: TokenProvider,
  hosts: readonly string[],
  object: URL,
): Session {
  if (!takesToken(object, hosts)) return { send };
  const token: Renewable<string> = renewable("bearer token", provider, () => undefined);
  let used: string | undefined;
  return {
    async send(request) {
      if (request.url.origin !== object.origin) return send(request);
      used = await token.current();
      return send({ ...request, headers: { ...request.headers, authorization: `Bearer ${used}` } });
    },
    refresh: (code) => token.renew(used, code === "auth"),
  };
}

function takesToken(object: URL, hosts: readonly string[]): boolean {
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(object.hostname);
  if (object.protocol !== "https:" && !loopback) return false;
  return hosts.some((host) =>
    host.startsWith(".") ? object.hostname.endsWith(host) : object.hostname === host,
  );
}
