import { startHttpServer } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { codeOf } from "../conformance/sources.js";
import { REQUESTS_PER_HOST } from "./host-gate.js";
import { httpSource } from "./http-source.js";

async function busyServer(refuse: () => boolean) {
  const seen = { now: 0, most: 0 };
  const server = await startHttpServer({
    intercept(_request, response) {
      seen.now++;
      seen.most = Math.max(seen.most, seen.now);
      setTimeout(() => {
        seen.now--;
        if (refuse()) response.writeHead(503).end();
        else
          response
            .writeHead(206, { "content-range": "bytes 0-9/10", "content-length": 10 })
            .end("0123456789");
      }, 5);
      return true;
    },
  });
  const read = () => httpSource(`${server.url}/granule`, { retry: { baseMs: 2, capMs: 10 } }).read(0, 10);
  return { server, seen, read };
}

describe("throughGate", () => {
  it("bounds what is in flight to one host, over all sources", async () => {
    const { server, seen, read } = await busyServer(() => false);
    await Promise.all(Array.from({ length: 500 }, read));
    expect(seen.most).toBeLessThanOrEqual(REQUESTS_PER_HOST);
    expect(seen.most).toBeGreaterThan(REQUESTS_PER_HOST / 4);
    await server.close();
  });

  it("sends less at once to a host that throttles", async () => {
    let refusing = true;
    const { server, seen, read } = await busyServer(() => refusing);
    const first = read();
    await new Promise((resolve) => setTimeout(resolve, 100));
    refusing = false;
    await first;
    seen.most = 0;
    await Promise.all(Array.from({ length: 200 }, read));
    expect(seen.most).toBeLessThan(REQUESTS_PER_HOST);
    expect(seen.most).toBeGreaterThan(2);
    await server.close();
  });

  it("lets a waiting request be stopped", async () => {
    const { server, read } = await busyServer(() => false);
    const many = Array.from({ length: REQUESTS_PER_HOST * 2 }, read);
    const stop = new AbortController();
    const last = httpSource(`${server.url}/granule`).read(0, 10, { signal: stop.signal });
    stop.abort();
    expect(await codeOf(last)).toBe("aborted");
    await Promise.all(many);
    await server.close();
  });
});
