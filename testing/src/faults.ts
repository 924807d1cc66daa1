import { Agent, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, type TestServer } from "./http-server-listen.js";

/** What goes wrong with one request. `after` counts body bytes that still arrive. */
export type Fault =
  | { readonly kind: "latency"; readonly ms: number }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly s3Code?: string;
      readonly retryAfter?: number;
    }
  /** The connection is reset, before the answer or in its body. */
  | { readonly kind: "reset"; readonly after?: number }
  /** The body ends early, orderly, with the length that was announced unfulfilled. */
  | { readonly kind: "truncate"; readonly after: number }
  /** The body stops and the connection stays open. */
  | { readonly kind: "stall"; readonly after: number }
  /** One byte at a time, so that no idle time catches it. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** Another range than was asked for, honestly labelled. */
  | { readonly kind: "wrong-range"; readonly shift: number }
  /** 200 and the whole object. */
  | { readonly kind: "ignore-range" }
  /** The server does the work; its answer is lost. */
  | { readonly kind: "lost-answer" };

export interface FaultProxy extends TestServer {
  /** Decides for each request; may be replaced at any time. */
  decide: (request: IncomingMessage) => Fault | undefined | Promise<Fault | undefined>;
  /** How many requests met a fault. */
  readonly met: { count: number };
}

/** A proxy in front of any test server that lets things go wrong. */
export async function startFaultProxy(
  upstream: string,
  decide: FaultProxy["decide"] = () => undefined,
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const met = { count: 0 };
  const server = await listen(async (request, response) => {
    const fault = await proxy.decide(request);
    if (fault !== undefined) met.count++;
    if (fault?.kind === "latency") await sleep(fault.ms);
    if (fault?.kind === "status") return answerStatus(response, fault);
    if (fault?.kind === "reset" && fault.after === undefined) return void request.socket.resetAndDestroy();
    const { head, body } = await forward(agent, upstream, request, fault);
    if (fault?.kind === "lost-answer") return void request.socket.resetAndDestroy();
    response.writeHead(head.statusCode ?? 502, head.headers);
    await sendBody(response, body, fault);
  });
  const proxy: FaultProxy = {
    url: server.url,
    decide,
    met,
    async close() {
      agent.destroy();
      await server.close();
    },
  };
  return proxy;
}

/** A seeded stream of numbers in [0, 1), for faults by chance that happen again (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function answerStatus(response: ServerResponse, fault: Extract<Fault, { kind: "status" }>): void {
  const body = fault.s3Code === undefined ? "" : `<Error><Code>${fault.s3Code}</Code></Error>`;
  if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
  response.writeHead(fault.status, { "content-length": body.length }).end(body);
}

async function forward(agent: Agent, upstream: string, request: IncomingMessage, fault: Fault | undefined) {
  const headers = { ...request.headers };
  if (fault?.kind === "ignore-range") delete headers.range;
  if (fault?.kind === "wrong-range" && headers.range !== undefined) {
    headers.range = headers.range.replace(/\d+/g, (edge) => String(Number(edge) + fault.shift));
  }
  const sent = send(`${upstream}${request.url}`, { method: request.method ?? "GET", headers, agent });
  request.pipe(sent);
  const head = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
  });
  const pieces: Buffer[] = [];
  for await (const piece of head) pieces.push(piece);
  return { head, body: Buffer.concat(pieces) };
}

async function sendBody(response: ServerResponse, body: Buffer, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === "drip") {
    for (let at = 0; at < body.length && !response.destroyed; at++) {
      response.write(body.subarray(at, at + 1));
      await sleep(fault.everyMs);
    }
    response.end();
  } else if (fault?.kind === "reset" || fault?.kind === "truncate" || fault?.kind === "stall") {
    const part = body.subarray(0, fault.after);
    await new Promise((resolve) => response.write(part, resolve));
    if (fault.kind === "truncate") response.socket?.end();
    if (fault.kind === "reset") response.socket?.resetAndDestroy();
  } else {
    response.end(body);
  }
}
