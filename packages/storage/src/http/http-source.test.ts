import { type Archive, type HttpServer, startArchive, startHttpServer } from "@zagg/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeOf, pattern, sameBytes } from "../conformance/sources.js";
import { httpSource } from "./http-source.js";

const whole = pattern(200_000);
const retry = { baseMs: 2, budgetMs: 2000 };
const tokenHosts = ["127.0.0.1"];

describe("an archive with login and signed URLs", () => {
  let archive: Archive;
  beforeEach(async () => {
    archive = await startArchive();
    archive.tokens.add("good");
    archive.bucket.objects.set("/granule", whole);
  });
  afterEach(async () => {
    expect(archive.leaked).toEqual([]);
    await archive.close();
  });

  const open = (token: () => Promise<string>) =>
    httpSource(`${archive.url}/granule`, { token, tokenHosts, retry });

  it("is read with the token at the door and without it behind", async () => {
    const source = open(async () => "good");
    sameBytes(await source.read(0, whole.length), whole);
    expect(source.metrics().requests).toBe(2);
  });

  it("is asked once where an object is, for all who have the same token", async () => {
    const token = async () => "good";
    for (let i = 0; i < 5; i++) await open(token).read(i * 100, 100);
    await Promise.all(Array.from({ length: 10 }, (_, i) => open(token).read(i, 10)));
    expect(archive.requests).toHaveLength(1);
    await open(async () => "good").read(0, 10);
    expect(archive.requests).toHaveLength(2);
  });

  it("is asked again when the signed URL is refused", async () => {
    const source = open(async () => "good");
    await source.read(0, 100);
    archive.revoke();
    sameBytes(await source.read(50_000, 100), whole.subarray(50_000, 50_100));
    expect(archive.requests).toHaveLength(2);
    expect(source.metrics().retries).toBe(0);
  });

  it("says auth when the login page is where we are sent", async () => {
    const token = vi.fn(async () => "stale");
    await expect(open(token).size()).rejects.toMatchObject({ code: "auth" });
    expect(token).toHaveBeenCalledTimes(2);
    expect(await codeOf(httpSource(`${archive.url}/granule`, { retry }).size())).toBe("auth");
  });

  it("is read on when the token is replaced mid-run", async () => {
    let now = "good";
    const source = open(async () => now);
    await source.read(0, 100);
    archive.tokens.clear();
    archive.tokens.add("better");
    archive.revoke();
    now = "better";
    sameBytes(await source.read(100, 100), whole.subarray(100, 200));
  });

  it("keeps signatures and tokens out of messages", async () => {
    archive.bucket.objects.delete("/granule");
    const error = await open(async () => "good")
      .size()
      .catch(String);
    expect(error).toMatch(/404/);
    expect(error).not.toMatch(/Signature|good/);
  });
});

describe("who gets a token", () => {
  let server: HttpServer;
  let seen: (string | undefined)[];
  beforeEach(async () => {
    seen = [];
    server = await startHttpServer({
      intercept(request) {
        seen.push(request.headers.authorization);
        return false;
      },
    });
    server.objects.set("/granule", whole);
  });
  afterEach(() => server.close());

  it("no host outside the list", async () => {
    const token = vi.fn(async () => "secret");
    await httpSource(`${server.url}/granule`, { token }).read(0, 10);
    await httpSource(`${server.url}/granule`, { token, tokenHosts: [".nasa.gov", "7.0.0.1"] }).read(0, 10);
    expect(seen).toEqual([undefined, undefined]);
    expect(token).not.toHaveBeenCalled();
  });

  it("a host in the list", async () => {
    await httpSource(`${server.url}/granule`, { token: async () => "secret", tokenHosts }).read(0, 10);
    expect(seen).toEqual(["Bearer secret"]);
  });
});

describe("plain HTTP", () => {
  it("gets the beginning and the size in one request, and the size alone with one byte", async () => {
    const server = await startHttpServer();
    server.objects.set("/granule", whole);
    const source = httpSource(`${server.url}/granule`);
    const front = await source.readFront?.(1000);
    sameBytes(front?.bytes, whole.subarray(0, 1000));
    expect([front?.size, await source.size(), (await source.version()).size]).toEqual(Array(3).fill(200_000));
    expect(await httpSource(`${server.url}/granule`).size()).toBe(200_000);
    expect(server.requests).toEqual(["GET /granule bytes=0-999", "GET /granule bytes=0-0"]);
    await server.close();
  });

  it("frees what it gave, and nothing else", async () => {
    const server = await startHttpServer();
    server.objects.set("/granule", whole);
    const source = httpSource(`${server.url}/granule`);
    const [kept, ...gone] = await Promise.all([0, 10, 100_000].map((at) => source.read(at, 100_000)));
    source.free?.(gone);
    expect(gone.map(({ length }) => length)).toEqual([0, 0]);
    sameBytes(kept, whole.subarray(0, 100_000));
    sameBytes(await source.read(10, 100_000), whole.subarray(10, 100_010));
    await server.close();
  });

  it.each([
    ["too many redirects", 302, "/again", "invalid"],
    ["a redirect to nowhere", 302, "", "invalid"],
    ["a redirect to another scheme", 302, "ftp://host/x", "invalid"],
    ["401", 401, "", "auth"],
    ["403", 403, "", "denied"],
    ["410", 410, "", "not-found"],
    ["501", 501, "", "invalid"],
  ])("ends %s in a typed error", async (_, status, location, code) => {
    const server = await startHttpServer({
      intercept(_request, response) {
        response.writeHead(status, location === "" ? {} : { location }).end();
        return true;
      },
    });
    expect(await codeOf(httpSource(`${server.url}/x`, { retry }).size())).toBe(code);
    await server.close();
  });

  it("repeats what an archive says about an agreement that is missing", async () => {
    const body = { error_description: "EULA Acceptance Failure", resolution_url: "https://urs/approve_app" };
    const server = await startHttpServer({
      intercept(_request, response) {
        response.writeHead(403).end(JSON.stringify(body));
        return true;
      },
    });
    await expect(httpSource(`${server.url}/x`).size()).rejects.toThrow(/EULA.*https:\/\/urs\/approve_app/);
    await server.close();
  });
});
