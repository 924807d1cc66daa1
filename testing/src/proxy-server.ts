import { type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { listen, type TestServer } from "./http-server-listen.js";

export interface ProxyServer extends TestServer {
  /** What it was asked, in order: `CONNECT host:443`, `GET http://host/path`; with a login behind a blank. */
  readonly requests: string[];
}

export interface ProxyOptions {
  /** Where all ways lead, whatever host was asked for: the port of a server of this machine. */
  readonly port?: number;
  /** Answered to everything in place of a way. */
  readonly refuse?: number;
}

/** An HTTP proxy: ways through it for TLS, and plain requests that it sends itself. */
export async function startProxyServer({ port, refuse }: ProxyOptions): Promise<ProxyServer> {
  const requests: string[] = [];
  const open = new Set<Duplex>();
  const note = (method: string, target: string, login: string | undefined) =>
    requests.push([method, target, login].filter(Boolean).join(" "));

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", headers, url = "" } = request;
    note(method, url, headers["proxy-authorization"]);
    if (refuse !== undefined) return void response.writeHead(refuse).end();
    const { pathname, search } = new URL(url);
    const sent = send({ host: "127.0.0.1", port, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(sent);
  }

  function openWay(request: IncomingMessage, socket: Duplex): void {
    note("CONNECT", request.url ?? "", request.headers["proxy-authorization"]);
    if (refuse !== undefined || port === undefined) {
      return void socket.end(`HTTP/1.1 ${refuse ?? 502} No\r\n\r\n`);
    }
    const way = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      way.pipe(socket).pipe(way);
    });
    for (const [end, other] of [
      [way, socket],
      [socket, way],
    ] as const) {
      open.add(end);
      end.on("error", () => other.destroy());
      end.on("close", () => open.delete(end));
    }
  }

  const server = await listen(forward, (http) => void http.on("connect", openWay));
  return {
    url: server.url,
    requests,
    async close() {
      for (const end of open) end.destroy();
      await server.close();
    },
  };
}
