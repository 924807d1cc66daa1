import { startHttpServer } from "@zagg/testing";
import { afterEach, expect, it, vi } from "vitest";
import { EXACT } from "./conformance/faults.js";
import { httpSource } from "./http/http-source.js";
import { tellWaits, type Waiting } from "./waiting.js";

afterEach(() => {
  tellWaits(undefined);
  vi.useRealTimers();
});

it("takes the bytes of answers that are of no use for none", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const waits: Waiting[] = [];
  tellWaits((waiting) => waits.push(waiting));
  let answers = 0;
  const server = await startHttpServer({
    intercept(_request, response) {
      answers++;
      response.writeHead(503).end("a page of an overloaded server");
      return true;
    },
  });
  const stop = new AbortController();
  const read = httpSource(`${server.url}/granule`, { retry: EXACT }).read(0, 10, { signal: stop.signal });
  const failed = expect(read).rejects.toMatchObject({ code: "aborted" });
  await vi.waitFor(() => expect(answers).toBeGreaterThan(2));
  vi.advanceTimersByTime(6000); // an answer may be half read at the first tick
  expect(waits[0]).toMatchObject({ ms: 3000, why: expect.stringMatching("503") });
  stop.abort();
  await failed;
  await server.close();
});

it("tells what is waited for, and what the last try ended in, again and again; not of what arrives", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const waits: Waiting[] = [];
  tellWaits((waiting) => waits.push(waiting));
  let answers = 0;
  const server = await startHttpServer({
    intercept(_request, response) {
      if (answers++ === 0) response.writeHead(503).end();
      else {
        response.writeHead(206, { "content-range": "bytes 0-9/10", "content-length": 10 });
        response.write("01234");
      }
      return true;
    },
  });
  const stop = new AbortController();
  const source = httpSource(`${server.url}/granule`, { retry: EXACT });
  const read = source.read(0, 10, { signal: stop.signal });
  await vi.waitFor(() => expect(source.metrics().bytes).toBe(5));
  expect(waits).toEqual([]);
  vi.advanceTimersByTime(3000); // five bytes have come since it was asked
  expect(waits).toEqual([]);
  vi.advanceTimersByTime(6000);
  expect(waits).toEqual(
    [3000, 6000].map((ms) => ({ url: `${server.url}/granule`, ms, why: expect.stringMatching("503") })),
  );
  stop.abort();
  await expect(read).rejects.toMatchObject({ code: "aborted" });
  vi.advanceTimersByTime(60_000);
  expect(waits).toHaveLength(2);
  await server.close();
});
