import { type Principal, type S3Emulator, startS3Emulator } from "@zagg/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeOf, pattern, sameBytes } from "../conformance/sources.js";
import { listed } from "../conformance/stores.js";
import { type Credentials, standardCredentials } from "./credentials.js";
import type { S3Options } from "./peer.js";
import { s3Source } from "./s3-source.js";
import { s3Store } from "./s3-store.js";

const owner: Principal = { accessKeyId: "OWNER", secretAccessKey: "owner-secret" };
const worker: Principal = {
  accessKeyId: "WORKER",
  secretAccessKey: "worker-secret",
  sessionToken: "session/1=",
};

const BEGIN = Date.now();

let server: S3Emulator;
beforeEach(async () => {
  server = await startS3Emulator({ principals: [owner, worker] });
  server.addBucket("bucket");
  await s3Store("s3://bucket", as(owner)).put("object", pattern(1000));
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

function as(credentials: Credentials | undefined): S3Options {
  return {
    endpoint: server.url,
    ...(credentials && { credentials: async () => credentials }),
    retry: { baseMs: 2, budgetMs: 2000 },
  };
}

const readAs = (credentials: Credentials | undefined) =>
  codeOf(s3Source("s3://bucket/object", as(credentials)).size());

describe("who may read", () => {
  it.each<[string, Credentials | undefined, string]>([
    ["the owner", owner, "no error"],
    ["a session", worker, "no error"],
    ["a wrong secret", { ...owner, secretAccessKey: "guess" }, "auth"],
    ["an unknown key", { ...owner, accessKeyId: "NOBODY" }, "auth"],
    ["another session's token", { ...worker, sessionToken: "session/2=" }, "auth"],
    ["a session without its token", { ...worker, sessionToken: undefined }, "auth"],
    ["nobody", undefined, "denied"],
  ])("%s", async (_, credentials, code) => {
    expect(await readAs(credentials)).toBe(code);
    const store = s3Store("s3://bucket", as(credentials));
    expect(await codeOf(store.get("object"))).toBe(code);
    expect(await codeOf(listed(store, ""))).toBe(code);
  });

  it("an expired session may not", async () => {
    server.principals.set("WORKER", { ...worker, expiration: new Date(Date.now() - 1) });
    expect(await readAs(worker)).toBe("auth");
    expect(await codeOf(s3Store("s3://bucket", as(worker)).head("object"))).toBe("auth");
  });

  it("anyone, from an anonymous bucket; and nobody may write there", async () => {
    const bucket = server.addBucket("public", { anonymous: true });
    await s3Store("s3://public", as(owner)).put("k", pattern(10));
    const store = s3Store("s3://public", as(undefined));
    sameBytes(await store.get("k"), pattern(10));
    expect(await listed(store, "")).toMatchObject([{ key: "k", size: 10 }]);
    expect(await codeOf(store.put("k", pattern(1)))).toBe("denied");
    expect(await codeOf(store.delete(["k"]))).toBe("denied");
    expect(bucket.objects.size).toBe(1);
  });

  it("a read-only principal may read and not write", async () => {
    const reader = { accessKeyId: "READER", secretAccessKey: "s", readOnly: true };
    server.principals.set("READER", reader);
    expect(await readAs(reader)).toBe("no error");
    const store = s3Store("s3://bucket", as(reader));
    expect(await codeOf(store.put("k", pattern(1)))).toBe("denied");
    expect(await codeOf(store.delete(["object"]))).toBe("denied");
  });

  it("tells a missing bucket, and missing keys of a bucket that hides them", async () => {
    expect(await codeOf(s3Store("s3://no-such-bucket", as(owner)).get("k"))).toBe("not-found");
    server.addBucket("hides", { hidesMissing: true });
    expect(await codeOf(s3Store("s3://hides", as(owner)).get("k"))).toBe("denied");
  });
});

describe("credentials", () => {
  /** Gives session 1, 2, 3, …; the server takes only what `accept` was told. */
  function sessions(lifeMs?: number) {
    let given = 0;
    const accept = (n: number, expiration?: Date) =>
      server.principals.set("WORKER", {
        ...worker,
        sessionToken: `s${n}`,
        ...(expiration && { expiration }),
      });
    const provider = vi.fn(async (): Promise<Credentials> => {
      given++;
      const expiration = lifeMs === undefined ? undefined : new Date(Date.now() + lifeMs);
      accept(given, expiration);
      return { ...worker, sessionToken: `s${given}`, expiration };
    });
    return { provider, accept };
  }

  it("are fetched once for all requests, sources and stores", async () => {
    const { provider } = sessions();
    const options = { endpoint: server.url, credentials: provider };
    const sources = Array.from({ length: 10 }, () => s3Source("s3://bucket/object", options));
    await Promise.all(sources.map((source) => source.read(0, 1000)));
    await s3Store("s3://bucket", options).get("object");
    expect(provider).toHaveBeenCalledTimes(1);
  });

  it("are fetched anew before they expire, so that no request fails", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { provider } = sessions(60 * 60_000);
    const source = s3Source("s3://bucket/object", { endpoint: server.url, credentials: provider });
    // At 0, 50, 100 and 150 minutes: each time what was fetched before has less than a quarter of an hour left, or none.
    for (const minutes of [0, 40, 50, 90, 100, 140, 150]) {
      vi.setSystemTime(BEGIN + minutes * 60_000);
      sameBytes(await source.read(0, 500), pattern(1000).subarray(0, 500));
    }
    expect(provider).toHaveBeenCalledTimes(4);
    expect(source.metrics().retries).toBe(0);
  });

  it("are fetched anew, once for all who failed, when a server refuses them mid-run", async () => {
    const { provider, accept } = sessions();
    const source = s3Source("s3://bucket/object", { endpoint: server.url, credentials: provider });
    await source.read(0, 10);
    accept(99);
    const reads = await Promise.all(Array.from({ length: 16 }, (_, i) => source.read(i * 10, 10)));
    for (const [i, bytes] of reads.entries()) sameBytes(bytes, pattern(1000).subarray(i * 10, i * 10 + 10));
    expect(provider).toHaveBeenCalledTimes(2);
  });

  it("are asked for once more, then the error is auth", async () => {
    const provider = vi.fn(async () => ({ ...worker, sessionToken: "never right" }));
    const source = s3Source("s3://bucket/object", { endpoint: server.url, credentials: provider });
    await expect(source.size()).rejects.toMatchObject({ code: "auth", status: 400 });
    expect(provider).toHaveBeenCalledTimes(2);
  });

  it("that cannot be had are an auth error with the reason", async () => {
    const credentials = async () => Promise.reject(new Error("the login host is away"));
    const source = s3Source("s3://bucket/object", { endpoint: server.url, credentials });
    await expect(source.size()).rejects.toThrow(/the login host is away/);
    expect(await codeOf(source.size())).toBe("auth");
  });

  it("of the environment are taken from there", async () => {
    vi.stubEnv("AWS_PROFILE", undefined);
    vi.stubEnv("AWS_ACCESS_KEY_ID", worker.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", worker.secretAccessKey);
    vi.stubEnv("AWS_SESSION_TOKEN", worker.sessionToken);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", server.url);
    expect(await s3Source("s3://bucket/object", { credentials: standardCredentials }).size()).toBe(1000);
    vi.unstubAllEnvs();
  });

  it("never appear in messages", async () => {
    const message = await s3Source("s3://bucket/object", as({ ...owner, secretAccessKey: "guess-secret" }))
      .size()
      .catch(String);
    expect(message).toContain("SignatureDoesNotMatch");
    for (const secret of ["guess-secret", "AWS4-HMAC"]) expect(message).not.toContain(secret);
  });
});

describe("where the bucket is", () => {
  it("follows the region that the server names, once for all", async () => {
    server.addBucket("far", { region: "ap-southeast-2" });
    const options = { ...as(owner), region: "us-west-2" };
    await s3Store("s3://far", options).put("k", pattern(1000));
    const before = server.requests.length;
    const source = s3Source("s3://far/k", options);
    expect(await source.size()).toBe(1000);
    expect(server.requests.length - before).toBe(1);
  });
});
