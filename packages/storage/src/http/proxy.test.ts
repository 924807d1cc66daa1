import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startHttpServer, startProxyServer, startS3Emulator } from "@zagg/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EXACT } from "../conformance/faults.js";
import { pattern, sameBytes } from "../conformance/sources.js";
import { newCounters } from "../counters.js";
import { s3Store } from "../s3/s3-store.js";
import { ask } from "./ask.js";
import { httpSource } from "./http-source.js";
import { proxyFor, proxySettings } from "./proxy.js";

const VARIABLES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"];
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const found = (target: string, env: Record<string, string>) => proxyFor(new URL(target), env)?.url.href;

describe("proxyFor", () => {
  it("takes the variable of the target's scheme, in lower case first", () => {
    const env = { HTTPS_PROXY: "http://a:1", https_proxy: "b:2", HTTP_PROXY: "https://c" };
    expect(found("https://host/x", env)).toBe("http://b:2/");
    expect(found("http://host/x", env)).toBe("https://c/");
    expect(found("https://host/x", { HTTP_PROXY: "c" })).toBeUndefined();
    expect(found("https://host/x", { HTTPS_PROXY: "" })).toBeUndefined();
  });

  it.each([
    ["*", "https://host/"],
    ["host", "https://host/"],
    ["other, host", "https://host:8443/"],
    ["example.org", "https://a.b.example.org/"],
    [".example.org", "https://a.example.org/"],
    ["*.example.org", "https://a.example.org/"],
    ["host:443", "https://host/"],
    ["10.0.0.0/8", "https://10.1.2.3/"],
    ["10.1.2.3", "https://10.1.2.3:99/"],
    ["::1", "https://[::1]/"],
    ["[::1]:443", "https://[::1]/"],
    ["fd00::/8", "https://[fd00::1]/"],
    ["HOST", "https://host/"],
  ])("NO_PROXY=%s exempts %s", (list, target) => {
    expect(found(target, { HTTPS_PROXY: "p", NO_PROXY: list })).toBeUndefined();
  });

  it.each([
    ["host", "https://ahost/"],
    ["example.org", "https://badexample.org/"],
    ["host:80", "https://host/"],
    ["10.0.0.0/8", "https://11.1.2.3/"],
    ["10.0.0.0/99", "https://10.0.0.1/"],
    ["", "https://host/"],
    [",", "https://host/"],
  ])("NO_PROXY=%s does not exempt %s", (list, target) => {
    expect(found(target, { HTTPS_PROXY: "p", NO_PROXY: list })).toBe("http://p/");
  });

  it.each(["socks5://host:1", "http://", "ftp://host"])(
    "names the variable that is no proxy: %s",
    (value) => {
      expect(() => found("https://host/", { HTTPS_PROXY: value })).toThrow(/^HTTPS_PROXY=.*not an http/);
    },
  );

  it("tells what is set, without passwords", () => {
    expect(proxySettings({ HTTPS_PROXY: "http://me:secret@p:1", NO_PROXY: "a,b" })).toEqual([
      "HTTPS_PROXY=http://p:1",
      "NO_PROXY=a,b",
    ]);
    expect(proxySettings({})).toEqual([]);
  });
});

describe("plain HTTP through a proxy", () => {
  it("is asked of the proxy by its whole address, with its login", async () => {
    const server = await startHttpServer();
    server.objects.set("/granule", pattern(100));
    const proxy = await startProxyServer({ port: Number(new URL(server.url).port) });
    vi.stubEnv("HTTP_PROXY", proxy.url.replace("//", "//me:p%40ss@"));
    sameBytes(await httpSource("http://granules.example/granule").read(0, 10), pattern(100).subarray(0, 10));
    const login = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(proxy.requests).toEqual([`GET http://granules.example/granule ${login}`]);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    await httpSource(`${server.url}/granule`).read(0, 10);
    expect(proxy.requests).toHaveLength(1);
    await proxy.close();
    await server.close();
  });

  it("carries S3's signatures and bodies", async () => {
    const owner = { accessKeyId: "OWNER", secretAccessKey: "secret" };
    const server = await startS3Emulator({ principals: [owner] });
    server.addBucket("bucket");
    const proxy = await startProxyServer({ port: Number(new URL(server.url).port) });
    vi.stubEnv("http_proxy", proxy.url);
    const store = s3Store("s3://bucket/run", {
      endpoint: "http://s3.example:9000",
      credentials: async () => owner,
    });
    await store.put("a b", pattern(1000));
    sameBytes(await store.get("a b"), pattern(1000));
    expect(proxy.requests).toContain("GET http://s3.example:9000/bucket/run/a%20b");
    await proxy.close();
    await server.close();
  });
});

describe("TLS through a proxy", () => {
  const question = { method: "GET", headers: {}, idleMs: 5000, maxBytes: 1000, signal: undefined } as const;

  it.each([
    [407, "network"],
    [403, "network"],
  ])("names the proxy that answers %d, at once", async (status, code) => {
    const proxy = await startProxyServer({ refuse: status });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const outcomes = await Promise.allSettled([
      httpSource("https://granules.example/granule", { retry: EXACT }).size(),
      s3Store("s3://bucket/run", { retry: EXACT }).get("k"),
      ask("https://cmr.example/search", { ...question, counters: newCounters() }),
    ]);
    const message = `the proxy HTTPS_PROXY=${proxy.url}/? answered ${status} when asked for the way to`;
    for (const outcome of outcomes) {
      const reason = { code, transient: false, message: expect.stringMatching(message) };
      expect(outcome).toMatchObject({ status: "rejected", reason });
    }
    const hosts = ["granules.example", "bucket.s3.us-west-2.amazonaws.com", "cmr.example"];
    expect(proxy.requests.toSorted()).toEqual(hosts.map((host) => `CONNECT ${host}:443`).toSorted());
    await proxy.close();
  });

  it("tries one again that is overloaded or away, and names it", async () => {
    const proxy = await startProxyServer({ refuse: 503 });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const source = httpSource("https://granules.example/g", { retry: { ...EXACT, budgetMs: 200 } });
    await expect(source.size()).rejects.toThrow(/the proxy HTTPS_PROXY=.* answered 503 .*gave up after/);
    expect(proxy.requests.length).toBeGreaterThan(1);
    await proxy.close();
    const away = httpSource("https://granules.example/g", { retry: { ...EXACT, budgetMs: 200 } });
    await expect(away.size()).rejects.toThrow(/the proxy HTTPS_PROXY=.* does not answer: .*ECONNREFUSED/);
  });

  const openssl = (() => {
    try {
      execFileSync("openssl", ["version"]);
      return true;
    } catch {
      return false;
    }
  })();

  it.skipIf(!openssl)(
    "goes from end to end: the server's own certificate, and one way for several requests (openssl)",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "zagg-proxy-"));
      const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      const name = ["-subj", "/CN=granules.example", "-addext", "subjectAltName=DNS:granules.example"];
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-days",
          "2",
          "-keyout",
          key,
          "-out",
          cert,
          ...name,
        ],
        { stdio: "ignore" },
      );
      const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
        response.writeHead(206, { "content-range": "bytes 0-4/10", "content-length": 5 }).end("hello");
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const proxy = await startProxyServer({ port: (server.address() as AddressInfo).port });
      const script = `
      import { httpSource } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      for (const _ of [1, 2]) console.log(Buffer.from(await httpSource("https://granules.example/g").read(0, 5)).toString());`;
      const env = { ...process.env, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: cert };
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
        env,
      });
      expect(stdout).toBe("hello\nhello\n");
      expect(proxy.requests).toEqual(["CONNECT granules.example:443"]);
      await proxy.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  );
});
