import { request as httpRequest } from "node:http";
import {
  type AgentOptions,
  Agent as HttpsAgent,
  request as httpsRequest,
  type RequestOptions,
} from "node:https";
import type { Duplex } from "node:stream";
import { type HttpProxy, proxyFor, proxyHeaders } from "./proxy.js";

/** A proxy that has not opened the way after this time is taken for dead. */
const CONNECT_MS = 20_000;

/** Why a proxy did not open the way: `transient` says whether it may the next time. */
export class ProxyError extends Error {
  readonly code: string;
  readonly transient: boolean;

  constructor(proxy: HttpProxy, what: string, code: string, transient: boolean) {
    super(`the proxy ${proxy.named} ${what}`);
    this.code = code;
    this.transient = transient;
  }
}

type Connected = (error: Error | null, stream: Duplex) => void;

class TunnelAgent extends HttpsAgent {
  override createConnection(options: RequestOptions, connected?: Connected): Duplex | null | undefined {
    const host = `${options.host ?? options.hostname ?? ""}`;
    const authority = `${host.includes(":") ? `[${host}]` : host}:${options.port ?? 443}`;
    const proxy = proxyFor(new URL(`https://${authority}`));
    if (proxy === undefined) return super.createConnection(options, connected);
    tunnel(proxy, authority).then(
      (socket) => {
        const secured = { ...options, socket };
        connected?.(null, super.createConnection(secured) as Duplex);
      },
      (error: Error) => connected?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

/** An agent for https that goes through the proxy of the environment, where it names one: see `proxyFor`. */
export function tunnelAgent(options: AgentOptions): HttpsAgent {
  return new TunnelAgent(options);
}

/** Has the proxy open a way to `authority`, through which TLS goes from end to end. */
function tunnel(proxy: HttpProxy, authority: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const { url } = proxy;
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const asked = send({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port || (url.protocol === "https:" ? 443 : 80),
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...proxyHeaders(proxy) },
      agent: false,
      timeout: CONNECT_MS,
    });
    const refuse = (status: number | undefined) => {
      const what = `answered ${status} when asked for the way to ${authority}`;
      reject(new ProxyError(proxy, what, `HTTP_${status}`, (status ?? 0) >= 500));
    };
    asked.on("connect", ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      refuse(statusCode);
    });
    asked.on("response", ({ statusCode }) => {
      asked.destroy();
      refuse(statusCode);
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer for ${CONNECT_MS / 1000} s`)));
    asked.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        new ProxyError(
          proxy,
          `does not answer: ${error.message}`,
          error.code ?? "ECONNRESET",
          error.code !== "ENOTFOUND",
        ),
      );
    });
    asked.end();
  });
}
