import { gzipSync } from "node:zlib";
import { type HttpServer, startHttpServer } from "@zagg/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeOf, pattern, sameBytes } from "../conformance/sources.js";
import { httpStore as inBrowser } from "./http-store.browser.js";
import { httpStore as inNode } from "./http-store.js";

const retry = { baseMs: 2, budgetMs: 300 };

describe.each([
  ["Node", inNode],
  ["a browser", inBrowser],
])("objects below an address, from %s", (_, open) => {
  let server: HttpServer;
  /** What the server does in place of serving: a status, or ignoring the range. */
  let answer: number | "whole" | undefined;
  beforeEach(async () => {
    answer = undefined;
    server = await startHttpServer({
      intercept(request, response) {
        if (answer === undefined) return false;
        const bytes = pattern(1000);
        if (answer === "whole") response.writeHead(200, { "content-length": bytes.length }).end(bytes);
        else response.writeHead(answer).end();
        return request.url !== undefined;
      },
    });
    server.objects.set("/p.zarr/12/h mean/c/0", pattern(1000));
  });
  afterEach(() => server.close());

  const store = (address = `${server.url}/p.zarr?x=1#y`) => open(address, { retry });

  it("are read whole, without a range", async () => {
    sameBytes(await store().get("12/h mean/c/0"), pattern(1000));
    expect(server.requests).toEqual(["GET /p.zarr/12/h%20mean/c/0"]);
    expect(store().url).toBe(`${server.url}/p.zarr/`);
  });

  it("are read in part, from a server that knows ranges and one that does not", async () => {
    sameBytes(await store().getRange("12/h mean/c/0", 990, 10), pattern(1000).subarray(990));
    expect(await codeOf(store().getRange("12/h mean/c/0", 990, 11))).toBe("short-read");
    expect(await codeOf(store().getRange("12/h mean/c/0", 1000, 1))).toBe("short-read");
    expect(await store().getRange("12/h mean/c/0", 3, 0)).toHaveLength(0);
    answer = "whole";
    sameBytes(await store().getRange("12/h mean/c/0", 990, 10), pattern(1000).subarray(990));
    expect(await codeOf(store().getRange("12/h mean/c/0", 990, 11))).toBe("short-read");
  });

  it("are read from the end: in one request, where a page needs two", async () => {
    const end = await store().getPart("12/h mean/c/0", { last: 10 });
    sameBytes(end?.bytes, pattern(1000).subarray(990));
    expect(end?.version).toMatchObject({ size: 1000 });
    const at = "/p.zarr/12/h%20mean/c/0";
    expect(server.requests).toEqual(
      open === inNode ? [`GET ${at} bytes=-10`] : [`HEAD ${at}`, `GET ${at} bytes=990-999`],
    );
    const { version } = end ?? {};
    server.objects.set("/p.zarr/12/h mean/c/0", pattern(1001).subarray(1));
    const next = store().getPart("12/h mean/c/0", { offset: 0, length: 4 }, { version });
    expect(await codeOf(next)).toBe("changed");
    expect(await store().getPart("12/gone", { last: 10 })).toBeUndefined();
  });

  it("are given whole for their end, by a server that knows no ranges", async () => {
    answer = "whole";
    const end = await store().getPart("12/h mean/c/0", { last: 10 });
    sameBytes(end?.bytes, pattern(1000));
    expect(end?.version).toMatchObject({ size: 1000 });
  });

  it.each([
    [404, undefined],
    [410, undefined],
    [403, "denied"],
    [401, "auth"],
    [500, "unavailable"],
    [206, "invalid"],
  ])("that answer %i are %s", async (status, code) => {
    answer = status;
    const found = store().get("12/h mean/c/0");
    if (code === undefined) expect(await found).toBeUndefined();
    else expect(await codeOf(found)).toBe(code);
  });

  it("are not longer than the caller takes", async () => {
    expect(await codeOf(store().get("12/h mean/c/0", { maxBytes: 999 }))).toBe("invalid");
    sameBytes(await store().get("12/h mean/c/0", { maxBytes: 1000 }), pattern(1000));
  });

  it("are not read once the caller has stopped", async () => {
    const signal = AbortSignal.abort();
    expect(await codeOf(store().get("12/h mean/c/0", { signal }))).toBe("aborted");
    expect(await codeOf(store().getRange("12/h mean/c/0", 0, 1, { signal }))).toBe("aborted");
    expect(server.requests).toEqual([]);
  });

  it("have keys that do not leave the address", async () => {
    expect(await codeOf(store().get("../secret"))).toBe("invalid");
    await store().get("a?b#c%2F");
    expect(server.requests).toEqual(["GET /p.zarr/a%3Fb%23c%252F"]);
  });

  it("cannot be listed", () => {
    expect(() => store().list("")).toThrow(/does not tell what it has/);
  });

  it.each(["file:///etc", "s3://bucket/x", "nothing"])("are not at %s", (address) => {
    expect(() => store(address)).toThrow(/address/);
  });

  it("whose server is not there are named with the reason", async () => {
    await server.close();
    await expect(store().get("zarr.json")).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(open === inBrowser ? /CORS/ : /ECONNREFUSED|refused/),
    });
  });
});

it.each([
  ["does not know HEAD", (method: string) => (method === "HEAD" ? 405 : 200)],
  ["does not say there how long an object is", () => 200],
])("a page reads the end of an object from a server that %s", async (_, statusOf) => {
  const requests: string[] = [];
  const server = await startHttpServer({
    intercept(request, response) {
      requests.push(`${request.method}`);
      response.writeHead(statusOf(`${request.method}`), { "transfer-encoding": "chunked" });
      response.end(request.method === "GET" ? pattern(1000) : undefined);
      return true;
    },
  });
  try {
    const end = await inBrowser(server.url, { retry }).getPart("c/0", { last: 10 });
    sameBytes(end?.bytes, pattern(1000));
    expect(end?.version).toEqual({ size: 1000 });
    expect(requests).toEqual(["HEAD", "GET"]);
  } finally {
    await server.close();
  }
});

it("a page that sees no Content-Range sees by the date that an object has changed", async () => {
  const bytes = pattern(1000);
  let modified = "Mon, 30 Nov 2026 10:00:00 GMT";
  const server = await startHttpServer({
    intercept(request, response) {
      const part = request.headers.range ? bytes.subarray(990) : bytes;
      response.writeHead(request.headers.range ? 206 : 200, {
        "content-length": part.length,
        "last-modified": modified,
      });
      response.end(request.method === "HEAD" ? undefined : part);
      return true;
    },
  });
  // What makes an answer one of another origin is no header: there is no other way to have it in Node.
  const cors = vi.spyOn(Response.prototype, "type", "get").mockReturnValue("cors");
  try {
    const store = inBrowser(server.url, { retry });
    const end = await store.getPart("c/0", { last: 10 });
    sameBytes(end?.bytes, bytes.subarray(990));
    const { version } = end ?? {};
    expect(version).toMatchObject({ size: 1000, modified });
    sameBytes(
      (await store.getPart("c/0", { offset: 0, length: 10 }, { version }))?.bytes,
      bytes.subarray(990),
    );
    modified = "Mon, 30 Nov 2026 10:00:01 GMT";
    expect(await codeOf(store.getPart("c/0", { offset: 0, length: 10 }, { version }))).toBe("changed");
  } finally {
    cors.mockRestore();
    await server.close();
  }
});

it("a page takes a body that was packed on the way", async () => {
  const packed = await startHttpServer({
    intercept(_, response) {
      const body = gzipSync(pattern(1000));
      response.writeHead(200, { "content-encoding": "gzip", "content-length": body.length }).end(body);
      return true;
    },
  });
  try {
    sameBytes(await inBrowser(packed.url, { retry }).get("zarr.json"), pattern(1000));
  } finally {
    await packed.close();
  }
});
