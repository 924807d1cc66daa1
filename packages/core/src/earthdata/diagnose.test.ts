import {
  type EarthdataServers,
  type EarthdataOptions as FakeOptions,
  type S3Emulator,
  startArchive,
  startEarthdata,
  startS3Emulator,
} from "@zagg/testing";
import { afterEach, expect, test } from "vitest";
import { type DiagnoseOptions, diagnoseSource } from "./diagnose.js";
import { diagnoseMachine } from "./diagnose-machine.js";
import { EarthdataError } from "./earthdata-error.js";

const env = { EARTHDATA_USERNAME: "ann", EARTHDATA_PASSWORD: "p#ss", HOME: "/nonexistent" };
const retry = { baseMs: 1, capMs: 5, budgetMs: 50 };
const HDF5 = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface World {
  readonly servers: EarthdataServers;
  readonly s3: S3Emulator;
  readonly options: DiagnoseOptions;
}

/** An archive whose bucket and https door hold one granule. */
async function world(fake: Partial<FakeOptions> = {}): Promise<World> {
  const s3 = await startS3Emulator();
  s3.addBucket("nsidc-cumulus-prod-protected").objects.set("a.h5", {
    bytes: HDF5,
    etag: '"1"',
    modified: new Date(0),
    metadata: {},
  });
  const onIssue: FakeOptions["onIssue"] = (keys) =>
    s3.principals.set(keys.accessKeyId, { ...keys, readOnly: true });
  const servers = await startEarthdata({ username: "ann", password: "p#ss", onIssue, ...fake });
  const archive = await startArchive();
  archive.tokens.add(servers.token);
  archive.bucket.objects.set("/a.h5", HDF5);
  closers.push(s3.close, servers.close, archive.close);
  return {
    servers,
    s3,
    options: {
      ursUrl: servers.ursUrl,
      s3CredentialsUrl: servers.s3CredentialsUrl,
      env,
      retry,
      s3: { endpoint: s3.url },
      tokenHosts: ["127.0.0.1"],
      probe: async () => ({ s3: "s3://nsidc-cumulus-prod-protected/a.h5", https: `${archive.url}/a.h5` }),
    },
  };
}

async function states(options: DiagnoseOptions): Promise<Record<string, string>> {
  const checks = await diagnoseSource(options);
  for (const { detail } of checks) expect(detail).not.toMatch(/p#ss|eyJ|secret-|session-/);
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]));
}

test("all is well: both ways to the first bytes", async () => {
  const { options } = await world();
  expect(await states(options)).toEqual({
    CMR: "ok",
    "Earthdata login": "ok",
    "S3 credentials": "ok",
    "S3 read": "ok",
    "https read": "ok",
  });
});

test("outside of us-west-2, S3 denies and https works: a warning", async () => {
  const { options, s3 } = await world({ onIssue: () => undefined });
  expect(s3.principals.size).toBe(0);
  const checks = await diagnoseSource(options);
  expect(checks.find(({ name }) => name === "S3 read")).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("--driver https"),
  });
  expect(checks.find(({ name }) => name === "https read")?.state).toBe("ok");
});

test("no account: what needs it is skipped, and nobody is asked", async () => {
  const { options, servers } = await world();
  const found = await diagnoseSource({ ...options, env: { HOME: "/nonexistent" } });
  expect(found.map(({ state }) => state)).toEqual(["ok", "failed", "skipped", "skipped", "skipped"]);
  expect(found[1]).toMatchObject({ kind: "auth", detail: expect.stringContaining("/users/new") });
  expect(servers.requests).toEqual([]);
});

test("the user is asked once", async () => {
  const { options } = await world();
  let asked = 0;
  const prompt = async () => {
    asked++;
    return { username: "ann", password: "p#ss" };
  };
  const found = await diagnoseSource({ ...options, env: { HOME: "/nonexistent" }, prompt });
  expect(found.every(({ state }) => state === "ok")).toBe(true);
  expect(asked).toBe(1);
});

test("terms not agreed to: S3 fails and says where, https goes on", async () => {
  const { options } = await world({ eula: false });
  const found = await diagnoseSource(options);
  expect(found.map(({ state }) => state)).toEqual(["ok", "ok", "failed", "skipped", "ok"]);
  expect(found[2]).toMatchObject({ kind: "auth", detail: expect.stringContaining("approve_app") });
});

test("CMR does not answer: the upstream's fault", async () => {
  const { options } = await world();
  const probe = () => Promise.reject(new EarthdataError("unavailable", "no answer"));
  const found = await diagnoseSource({ ...options, probe });
  expect(found[0]).toMatchObject({ state: "failed", kind: "upstream" });
  expect(found.slice(2).every(({ state }) => state === "skipped")).toBe(true);
});

test("this machine", () => {
  expect(diagnoseMachine().map(({ name }) => name)).toEqual(["Node", "open files", "proxy"]);
});

test("https fails and S3 works: a warning, for one of two ways is open", async () => {
  const { options } = await world();
  const probe = async () => ({ ...(await options.probe()), https: "http://127.0.0.1:9/a.h5" });
  const found = await diagnoseSource({ ...options, probe });
  expect(found.slice(3).map(({ name, state }) => [name, state])).toEqual([
    ["S3 read", "ok"],
    ["https read", "warning"],
  ]);
});

test("a granule in no archive's bucket, and one without links", async () => {
  const { options } = await world();
  const { s3CredentialsUrl: _, ...unknown } = options;
  const found = await diagnoseSource({
    ...unknown,
    probe: async () => ({ https: "https://h.example/a.h5" }),
    tokenHosts: [],
  });
  expect(found[2]).toMatchObject({
    state: "failed",
    kind: "upstream",
    detail: expect.stringMatching(/in no archive's/),
  });
  expect(found[3]).toMatchObject({ state: "skipped" });
  const bare = await diagnoseSource({ ...options, probe: async () => ({}) });
  expect(bare.map(({ state }) => state)).toEqual(["ok", "ok", "ok", "skipped", "skipped"]);
});
