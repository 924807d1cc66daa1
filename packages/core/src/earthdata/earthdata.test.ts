import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { s3Source } from "@zagg/storage";
import {
  type EarthdataServers,
  type EarthdataOptions as FakeOptions,
  startEarthdata,
  startS3Emulator,
} from "@zagg/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { EarthdataError } from "./earthdata-error.js";
import { findLogin } from "./login.js";
import { s3CredentialProvider, s3Credentials } from "./s3-credentials.js";
import { type EarthdataOptions, earthdataToken } from "./token.js";

const USER = "ann";
const PASSWORD = "p#ss wörd:1";
const env = { EARTHDATA_USERNAME: USER, EARTHDATA_PASSWORD: PASSWORD, HOME: "/nonexistent" };
const retry = { baseMs: 1, capMs: 10, budgetMs: 10_000 };

let servers: EarthdataServers;
afterEach(async () => {
  vi.useRealTimers();
  await servers?.close();
});

async function start(
  options: Partial<FakeOptions> = {},
): Promise<EarthdataOptions & { readonly url: string }> {
  servers = await startEarthdata({ username: USER, password: PASSWORD, ...options });
  return { ursUrl: servers.ursUrl, env, retry, url: servers.s3CredentialsUrl };
}

/** The error of a refusal; no secret may be in it. */
async function refusal(promise: Promise<unknown>): Promise<EarthdataError> {
  const error = await promise.then(
    () => expect.unreachable("was not refused"),
    (e: EarthdataError) => e,
  );
  const told = `${error.message} ${JSON.stringify(error.data)}`;
  for (const secret of [PASSWORD, "eyJ", "secret-", "session-", Buffer.from(PASSWORD).toString("base64")]) {
    expect(told).not.toContain(secret);
  }
  return error;
}

/** Authorization and cookie that reached each server. */
function sentTo(server: "urs" | "archive" | "foreign"): (string | undefined)[] {
  const kinds = servers.requests.filter((request) => request.server === server);
  return kinds.map(({ authorization, cookie }) => authorization?.split(" ")[0] ?? (cookie && "Cookie"));
}

describe("the login", () => {
  const read = (variables: Record<string, string>) =>
    findLogin({ env: { HOME: "/nonexistent", ...variables } });

  test("token before user before netrc before prompt", async () => {
    const folder = await mkdtemp(join(tmpdir(), "zagg-netrc-"));
    const netrc = join(folder, "netrc");
    await writeFile(netrc, 'machine urs.earthdata.nasa.gov\n login bob\n password "b#b"\n');
    expect(await read({ EARTHDATA_TOKEN: " t ", ...env, NETRC: netrc })).toMatchObject({
      kind: "token",
      token: "t",
    });
    expect(await read({ ...env, NETRC: netrc })).toMatchObject({ username: USER, password: PASSWORD });
    expect(await read({ NETRC: netrc })).toEqual({
      kind: "password",
      username: "bob",
      password: "b#b",
      from: netrc,
    });
    await writeFile(join(folder, ".netrc"), "default login eve password e");
    expect(await read({ HOME: folder })).toMatchObject({ username: "eve" });
    const prompt = async (host: string) => ({ username: host, password: "x" });
    const asked = await findLogin({ env: { HOME: "/nonexistent" }, prompt });
    expect(asked).toMatchObject({ username: "urs.earthdata.nasa.gov", from: "the prompt" });
    await rm(folder, { recursive: true });
  });

  test("no account: where to register, and the lines for netrc", async () => {
    const error = await refusal(read({ EARTHDATA_USERNAME: USER }));
    expect(error).toMatchObject({ code: "no-account", kind: "auth" });
    expect(error.message).toContain("https://urs.earthdata.nasa.gov/users/new");
    expect(error.message).toContain("machine urs.earthdata.nasa.gov");
    expect(error.message).toContain("EARTHDATA_PASSWORD is not");
  });

  test("an entry without a password is an error, not another login", async () => {
    const folder = await mkdtemp(join(tmpdir(), "zagg-netrc-"));
    await writeFile(join(folder, ".netrc"), "machine urs.earthdata.nasa.gov login bob\n");
    expect(await refusal(read({ HOME: folder }))).toMatchObject({ code: "netrc" });
    await rm(folder, { recursive: true });
  });
});

describe("tokens", () => {
  test("user and password buy a token, at the login only", async () => {
    const { token, expires } = await earthdataToken(await start());
    expect(token.split(".")).toHaveLength(3);
    expect(expires?.toISOString()).toBe("2099-12-15T00:00:00.000Z");
    expect(servers.requests.map(({ server, path }) => [server, path])).toEqual([
      ["urs", "/api/users/find_or_create_token"],
    ]);
  });

  test("a wrong password", async () => {
    const options = await start();
    const wrong = { ...options, env: { ...env, EARTHDATA_PASSWORD: "wrong" } };
    expect(await refusal(earthdataToken(wrong))).toMatchObject({ code: "invalid-login", kind: "auth" });
    expect(servers.requests).toHaveLength(1);
  });

  test("a given token that has expired is not tried", async () => {
    const expired = `x.${Buffer.from('{"exp":1700000000}').toString("base64url")}.y`;
    const error = await refusal(earthdataToken({ env: { EARTHDATA_TOKEN: expired } }));
    expect(error).toMatchObject({ code: "token-refused" });
    expect(error.message).toContain("2023-11-14");
  });
});

describe("S3 credentials", () => {
  test("by token: two requests, no cookies", async () => {
    const options = await start();
    const before = Date.now();
    const credentials = await s3Credentials(options.url, options);
    expect(credentials).toMatchObject({
      accessKeyId: "ASIA1",
      secretAccessKey: "secret-1",
      sessionToken: "session-1",
    });
    const issued = credentials.expiration.getTime() - 3_600_000;
    expect(issued).toBeGreaterThanOrEqual(before);
    expect(issued).toBeLessThanOrEqual(Date.now());
    expect([sentTo("urs"), sentTo("archive")]).toEqual([["Basic"], ["Bearer"]]);
  });

  test("by cookies, where the archive takes no token: the password goes to the login only", async () => {
    const options = await start({ archive: "cookies" });
    expect(await s3Credentials(options.url, options)).toMatchObject({ accessKeyId: "ASIA1" });
    expect(sentTo("urs")).toEqual(["Basic", "Basic"]);
    expect(sentTo("archive")).toEqual(["Bearer", undefined, undefined, "Cookie"]);
  });

  test("a token that the archive does not take, and no password to log in with", async () => {
    const options = await start();
    const error = await refusal(
      s3Credentials(options.url, { ...options, env: { EARTHDATA_TOKEN: "forged" } }),
    );
    expect(error).toMatchObject({ code: "token-refused", kind: "auth" });
    expect(sentTo("urs")).toEqual([]);
  });

  test.each(["token", "cookies"] as const)("terms not agreed to, by %s: where to agree", async (archive) => {
    const options = await start({ archive, eula: false });
    const error = await refusal(s3Credentials(options.url, options));
    expect(error).toMatchObject({ code: "eula", kind: "auth" });
    expect(error.message).toContain(servers.ursUrl);
    expect(error.data.resolutionUrl).toMatch(/approve_app\?client_id=/);
  });

  test.each([
    ["the archive", { strays: "archive" }, "foreign-redirect"],
    ["the login, asked for a token,", { strays: "token" }, "foreign-redirect"],
    ["the login, on the way back,", { strays: "authorize", archive: "cookies" }, "foreign-redirect"],
  ] as const)("%s redirects to a foreign host, which is never asked", async (_, stray, code) => {
    const options = await start(stray);
    expect(await refusal(s3Credentials(options.url, options))).toMatchObject({ code, kind: "auth" });
    expect(sentTo("foreign")).toEqual([]);
  });

  test("busy archives are asked again; ones that stay so are the upstream's fault", async () => {
    const options = await start({ archiveFaults: [503, 502, 429] });
    expect(await s3Credentials(options.url, options)).toMatchObject({ accessKeyId: "ASIA1" });
    await servers.close();
    const dead = await start({ archiveFaults: Array(1000).fill(503) });
    const impatient = { ...dead, retry: { ...retry, budgetMs: 50 } };
    expect(await refusal(s3Credentials(dead.url, impatient))).toMatchObject({
      code: "unavailable",
      kind: "upstream",
    });
  });

  test("whoever asks at the same time shares one fetch; later calls fetch anew", async () => {
    const options = await start();
    const provider = s3CredentialProvider(options.url, options);
    const many = await Promise.all(Array.from({ length: 50 }, provider));
    expect(new Set(many.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(["ASIA1"]));
    expect(sentTo("urs")).toHaveLength(1);
    expect(await provider()).toMatchObject({ accessKeyId: "ASIA2" });
  });

  test("a failed fetch is not kept", async () => {
    const options = await start({ archiveFaults: [404] });
    const provider = s3CredentialProvider(options.url, options);
    await refusal(provider());
    expect(await provider()).toMatchObject({ accessKeyId: "ASIA1" });
  });
});

test("credentials that expire in the middle of a run are replaced, once for all readers", async () => {
  const began = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: began });
  const s3 = await startS3Emulator();
  const bytes = new Uint8Array(100).map((_, i) => i);
  s3.addBucket("archive").objects.set("a.h5", { bytes, etag: '"1"', modified: new Date(0), metadata: {} });
  const onIssue: FakeOptions["onIssue"] = (keys) =>
    s3.principals.set(keys.accessKeyId, { ...keys, readOnly: true });
  const options = await start({ onIssue });
  const credentials = s3CredentialProvider(options.url, options);
  const readers = Array.from({ length: 8 }, () =>
    s3Source("s3://archive/a.h5", { credentials, endpoint: s3.url, retry }),
  );
  /** How many were issued once all have read at this minute. */
  const issuedAt = async (minute: number) => {
    vi.setSystemTime(began + minute * 60_000);
    const read = await Promise.all(readers.map((reader) => reader.read(minute % 90, 10)));
    for (const part of read) expect(part[0]).toBe(minute % 90);
    return s3.principals.size;
  };

  expect(await issuedAt(0)).toBe(1);
  expect(await issuedAt(44)).toBe(1);
  expect(await issuedAt(46)).toBe(2); // a quarter of an hour before their end
  expect(await issuedAt(200)).toBe(3); // long after it
  const [newest] = [...s3.principals.values()].slice(-1);
  if (newest) s3.principals.set(newest.accessKeyId, { ...newest, expiration: new Date(0) });
  expect(await issuedAt(201)).toBe(4); // sooner than they said

  await Promise.all(readers.map((reader) => reader.close()));
  await s3.close();
});
