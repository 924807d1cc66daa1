import { request } from "node:http";
import { connect } from "node:net";
import { memoryStore, type ReadableStore } from "@zagg/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startViewServer, type ViewServer } from "./view-server.js";

/** Longer than what the server has in memory of one at a time. */
const long = Buffer.from(Uint8Array.from({ length: 20_000_003 }, (_, i) => (i * 31) >> 3));

const store = memoryStore();
let server: ViewServer;
beforeAll(async () => {
  await store.put("12/long", long);
  await store.put("zarr.json", new TextEncoder().encode("{}"));
  await store.put("12/h mean/c/0", Uint8Array.of(1, 2, 3));
  server = await startViewServer(store, { allowHosts: ["hub.example.org"] });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Where everything lies, with its token. */
const base = () => new URL(server.url).pathname.replace(/\/$/, "");

function ask(
  below: string,
  { host = "localhost", method = "GET", path = base() + below, range = "" } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      port: server.port,
      host: "127.0.0.1",
      path,
      method,
      headers: { host: `${host}:${server.port}`, ...(range && { range }) },
    };
    const sent = request(options, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      resolve({ status: answer.statusCode, headers: answer.headers, body });
    });
    sent.on("error", reject).end();
  });
}

describe("what it serves", () => {
  test("the page and its files, with relative addresses", async () => {
    const page = await ask("/");
    expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.body.toString())?.[1] as string;
    expect(await ask(script)).toMatchObject({
      status: 200,
      headers: { "content-type": "text/javascript; charset=utf-8" },
    });
  });

  test("the store's objects", async () => {
    expect((await ask("/store/zarr.json")).body.toString()).toBe("{}");
    expect([...(await ask("/store/12/h%20mean/c/0?x=1")).body]).toEqual([1, 2, 3]);
    expect(await ask("/store/nothing")).toMatchObject({ status: 404 });
    expect(await ask("/store/zarr.json", { method: "HEAD" })).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    });
  });

  test("parts of them, with their version", async () => {
    const at = "/store/12/h%20mean/c/0";
    const head = await ask(at, { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, headers: { "content-length": "3" }, body: Buffer.alloc(0) });
    const part = await ask(at, { range: "bytes=1-2" });
    expect(part).toMatchObject({ status: 206, headers: { "content-range": "bytes 1-2/3" } });
    expect([...part.body]).toEqual([2, 3]);
    expect(head.headers.etag).toMatch(/^"/);
    expect(part.headers.etag).toBe(head.headers.etag);
    expect(await ask(at, { range: "bytes=1-3" })).toMatchObject({ status: 416 });
    expect(await ask("/store/nothing", { range: "bytes=0-0" })).toMatchObject({ status: 404 });
    expect(await ask("/store/nothing", { method: "HEAD" })).toMatchObject({ status: 404 });
    for (const range of ["bytes=2-1", "bytes=-1", "bytes=0-0,2-2", "lines=1-2"]) {
      expect(await ask(at, { range }), range).toMatchObject({ status: 200, body: Buffer.of(1, 2, 3) });
    }
  });

  test("long ones, piece after piece", async () => {
    const at = "/store/12/long";
    const whole = await ask(at);
    expect([whole.status, whole.headers["content-length"]]).toEqual([200, `${long.length}`]);
    expect(whole.body.equals(long)).toBe(true);
    const [from, to] = [9_000_001, 19_999_999];
    const part = await ask(at, { range: `bytes=${from}-${to}` });
    expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes ${from}-${to}/${long.length}`]);
    expect(part.body.equals(long.subarray(from, to + 1))).toBe(true);
    expect(await ask(at, { range: `bytes=${from}-${long.length}` })).toMatchObject({ status: 416 });
  });

  test("no pieces of two versions: the answer breaks off", async () => {
    const changing: ReadableStore = {
      ...store,
      getPart: async (key, part, options) => {
        const found = await store.getPart(key, part, options);
        await store.put(key, Uint8Array.of(1));
        return found;
      },
    };
    const other = await startViewServer(changing);
    await store.put("changing", long);
    await expect(
      fetch(new URL("store/changing", other.url)).then((got) => got.arrayBuffer()),
    ).rejects.toThrow(/terminated|fetch failed/);
    expect((await fetch(new URL("store/changing", other.url))).status).toBe(200);
    await other.close();
  });

  test("its address opens the store", () => {
    expect(server.url).toMatch(new RegExp(`^http://localhost:${server.port}/[\\w-]{22}/#store=store%2F$`));
  });
});

describe("what it refuses", () => {
  test.each(["evil.example.com", "localhost.evil.example.com", "169.254.169.254", ""])(
    "the host %j",
    async (host) => {
      expect(await ask("/store/zarr.json", { host })).toMatchObject({ status: 403 });
    },
  );

  test.each(["127.0.0.1", "LOCALHOST", "[::1]", "hub.example.org"])("but not %s", async (host) => {
    expect(await ask("/store/zarr.json", { host })).toMatchObject({ status: 200 });
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s", async (method) => {
    expect(await ask("/store/zarr.json", { method })).toMatchObject({ status: 405 });
  });

  test.each([
    "/store/../zarr.json",
    "/store/..%2f..%2fetc/passwd",
    "/store/%2e%2e/%2e%2e/etc/passwd",
    "/store//etc/passwd",
    "/store/a%5c..%5cb",
    "/store/a%00b",
    "/store/",
    "/store/%ff",
  ])("the path %s", async (path) => {
    expect([400, 404]).toContain(await rawStatus(path));
  });

  test.each(["/../package.json", "/assets/../../index.js", "/package.json", "/index.js"])(
    "the file %s",
    async (path) => {
      expect(await rawStatus(path)).toBe(404);
    },
  );

  test("every path without the token, and with another", async () => {
    const token = base().slice(1);
    const other = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    for (const path of [
      "/",
      "/store/zarr.json",
      `/${token}`,
      `/${other}/`,
      `/${token}x/`,
      "/%00/",
      `/x/${token}/`,
    ]) {
      expect(await ask("", { path }), path).toMatchObject({ status: 403 });
    }
    expect(await ask("/")).toMatchObject({ status: 200 });
    const again = await startViewServer(memoryStore());
    expect(new URL(again.url).pathname).not.toBe(new URL(server.url).pathname);
    await again.close();
  });

  test("to be read by other sites: no answer allows it, and none may be framed", async () => {
    for (const path of ["/", "/store/zarr.json", "/nothing"]) {
      const { headers } = await ask(path);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers).toMatchObject({
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "content-security-policy": "frame-ancestors 'self'",
      });
    }
  });
});

/** Status of a request whose path goes out untouched: clients would tidy it. */
function rawStatus(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.end(`GET ${base()}${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
    let text = "";
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
    });
    socket.on("error", reject).on("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])));
  });
}

test("a port that is taken or none at all is an error of the option", async () => {
  for (const port of [server.port, 80_000]) {
    const refused = { kind: "config", code: "port", message: expect.stringContaining(`port ${port} cannot`) };
    await expect(startViewServer(memoryStore(), { port })).rejects.toMatchObject(refused);
  }
});
