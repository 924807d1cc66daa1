import { gzipSync } from "node:zlib";
import { type HttpServer, startHttpServer } from "@zagg/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
