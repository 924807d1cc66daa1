import { startFaultProxy, startHttpServer, startS3Emulator } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { EXACT, examineFaults, IMPATIENT } from "./conformance/faults.js";
import { codeOf, pattern, sameBytes } from "./conformance/sources.js";
import { httpSource as browserHttpSource } from "./http/http-source.browser.js";
import { httpSource } from "./http/http-source.js";
import { s3Source } from "./s3/s3-source.js";
import { s3Store } from "./s3/s3-store.js";

const principal = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const credentials = async () => principal;

for (const [name, open] of [
  ["http", httpSource],
  ["http in a browser", browserHttpSource],
] as const) {
  examineFaults(name, async () => {
    const server = await startHttpServer();
    const proxy = await startFaultProxy(server.url);
    return {
      proxy,
      open: (retry = IMPATIENT) => open(`${proxy.url}/granule`, { retry }),
      replace: async (bytes) => void server.objects.set("/granule", bytes),
      async close() {
        await proxy.close();
        await server.close();
      },
    };
  });
}

async function startS3() {
  const server = await startS3Emulator({ principals: [principal] });
  server.addBucket("bucket");
  const proxy = await startFaultProxy(server.url);
  const direct = s3Store("s3://bucket", { endpoint: server.url, credentials });
  const options = { endpoint: proxy.url, credentials, retry: EXACT };
  return {
    server,
    proxy,
    direct,
    options,
    async close() {
      await proxy.close();
      await server.close();
    },
  };
}

examineFaults("s3, emulator", async () => {
  const { proxy, direct, options, close } = await startS3();
  return {
    proxy,
    open: (retry = IMPATIENT) => s3Source("s3://bucket/granule", { ...options, retry }),
    replace: (bytes) => direct.put("granule", bytes),
    close,
  };
});

describe("faults: s3 store", () => {
  it("puts, lists and deletes through throttling, resets and lost answers", async () => {
    const { proxy, direct, options, close } = await startS3();
    let n = 0;
    proxy.decide = () => {
      n++;
      if (n % 5 === 0) return { kind: "status", status: 503, s3Code: "SlowDown" };
      if (n % 7 === 0) return { kind: "lost-answer" };
      return n % 11 === 0 ? { kind: "reset" } : undefined;
    };
    const store = s3Store("s3://bucket", options);
    const keys = Array.from({ length: 60 }, (_, i) => `k/${String(i).padStart(2, "0")}`);
    await Promise.all(keys.map((key, i) => store.put(key, pattern(i * 100))));
    for (const [i, key] of keys.entries()) sameBytes(await direct.get(key), pattern(i * 100));
    for (const [i, key] of keys.entries()) sameBytes(await store.get(key), pattern(i * 100));
    const listed: string[] = [];
    for await (const { key } of store.list("")) listed.push(key);
    expect(listed).toEqual(keys);
    await store.delete(keys);
    expect(await direct.head("k/00")).toBeUndefined();
    expect(store.metrics().retries).toBeGreaterThan(10);
    await close();
  });

  it("knows its own conditional put again when the answer was lost", async () => {
    const { proxy, direct, options, close } = await startS3();
    const store = s3Store("s3://bucket", options);
    const loseNext = () => {
      let lost = false;
      proxy.decide = ({ method }) => {
        if (lost || method !== "PUT") return undefined;
        lost = true;
        return { kind: "lost-answer" };
      };
    };
    loseNext();
    await store.put("record", pattern(10), { ifNoneMatch: "*" });
    sameBytes(await direct.get("record"), pattern(10));
    loseNext();
    expect(await codeOf(store.put("record", pattern(10), { ifNoneMatch: "*" }))).toBe("exists");
    const ifMatch = (await direct.getPart("record", { last: 0 }))?.version;
    loseNext();
    await store.put("record", pattern(20), { ifMatch });
    sameBytes(await direct.get("record"), pattern(20));
    loseNext();
    expect(await codeOf(store.put("record", pattern(30), { ifMatch }))).toBe("changed");
    await close();
  });

  it("never takes a truncated object for whole", async () => {
    const { proxy, direct, options, close } = await startS3();
    await direct.put("k", pattern(5000));
    let cuts = 2;
    proxy.decide = () => (cuts-- > 0 ? { kind: "truncate", after: 4999 } : undefined);
    sameBytes(await s3Store("s3://bucket", options).get("k"), pattern(5000));
    await close();
  });
});

describe("faults: no server", () => {
  it("says at once that a host is unknown", async () => {
    const source = httpSource("https://no-such-host.invalid/granule");
    expect(await codeOf(source.size())).toBe("network");
    expect(source.metrics().retries).toBe(0);
  });

  it("tries a closed port again, then gives up", async () => {
    const server = await startHttpServer();
    await server.close();
    const source = httpSource(`${server.url}/granule`, { retry: { ...IMPATIENT, budgetMs: 300 } });
    await expect(source.size()).rejects.toThrow(/ECONNREFUSED.*gave up after/);
  });
});
