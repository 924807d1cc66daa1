import { startHttpServer } from "@zagg/testing";
import { describe, expect, it, vi } from "vitest";
import { codeOf } from "../conformance/sources.js";
import { REQUESTS_PER_HOST } from "./host-gate.js";
import { httpSource } from "./http-source.js";

/** A server that refuses its first requests and holds the others back until it is told to answer. */
async function holdingServer(refusals = 0) {
  const held: (() => void)[] = [];
  const seen = { now: 0, most: 0 };
  let holding = true;
  const server = await startHttpServer({
    intercept(_request, response) {
      if (refusals-- > 0) {
        response.writeHead(503).end();
        return true;
      }
      seen.now++;
      seen.most = Math.max(seen.most, seen.now);
      const answer = () => {
        seen.now--;
        response.writeHead(206, { "content-range": "bytes 0-9/10", "content-length": 10 }).end("0123456789");
      };
      if (holding) held.push(answer);
      else answer();
      return true;
    },
  });
  const retry = { baseMs: 2, capMs: 10, idleMs: 60_000 };
  return {
    seen,
    read: (signal?: AbortSignal) => httpSource(`${server.url}/granule`, { retry }).read(0, 10, { signal }),
    /** Waits for as many requests as there will be. */
    async full(count: number) {
      await vi.waitFor(() => expect(seen.now).toBe(count), { timeout: 60_000 });
    },
    answer() {
      holding = false;
      for (const each of held) each();
    },
    close: server.close,
  };
}

describe("throughGate", () => {
  it("bounds what is in flight to one host, over all sources", async () => {
    const server = await holdingServer();
    const reads = Array.from({ length: 500 }, () => server.read());
    await server.full(REQUESTS_PER_HOST);
    server.answer();
    await Promise.all(reads);
    expect(server.seen.most).toBe(REQUESTS_PER_HOST);
    await server.close();
  });

  it("sends less at once to a host that throttles", async () => {
    const server = await holdingServer(1);
    const reads = [server.read()];
    await vi.waitFor(() => expect(server.seen.now).toBe(1), { timeout: 60_000 });
    reads.push(...Array.from({ length: 200 }, () => server.read()));
    await server.full(REQUESTS_PER_HOST / 2);
    expect(server.seen.most).toBe(REQUESTS_PER_HOST / 2);
    server.answer();
    await Promise.all(reads);
    expect(server.seen.most).toBeLessThan(REQUESTS_PER_HOST);
    await server.close();
  });

  it("lets a waiting request be stopped", async () => {
    const server = await holdingServer();
    const many = Array.from({ length: REQUESTS_PER_HOST }, () => server.read());
    await server.full(REQUESTS_PER_HOST);
    const stop = new AbortController();
    const last = server.read(stop.signal);
    stop.abort();
    expect(await codeOf(last)).toBe("aborted");
    server.answer();
    await Promise.all(many);
    expect(server.seen.most).toBe(REQUESTS_PER_HOST);
    await server.close();
  });
});
