import type { Plan } from "@zagg/core";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { handler } from "./handler.js";
import { compileRun } from "./open-run.js";

const context = { memoryLimitInMB: "2048", getRemainingTimeInMillis: () => 899_500 };
const run = { url: "s3://private/runs/a1/run.json", sha256: "00" };

beforeEach(() => void vi.stubEnv("ZAGG_PRIVATE_BUCKET", "private"));

const refusal = (event: unknown) =>
  handler(event, context).then(
    () => "no refusal",
    (error: Error) => error,
  );

test("ping says what the function is", async () => {
  expect(await handler({ mode: "ping" }, context)).toMatchObject({
    format: "zagg-worker/1",
    memory: 2048,
    timeout: 900,
    architecture: process.arch,
    privateBucket: "private",
  });
});

describe("events with secrets are refused, and the secret is not said", () => {
  test.each([
    [
      "0.1.0",
      { parent_morton: 5, s3_credentials: { accessKeyId: "AKIA-ONE", secretAccessKey: "SECRET-ONE" } },
    ],
    ["by a key deep in it", { mode: "process", run, shard: "5", more: [{ sessionToken: "SECRET-ONE" }] }],
    ["in ping", { mode: "ping", credentials: "SECRET-ONE" }],
    ["secrets outside setup", { mode: "process", run, shard: "5", secrets: { token: "SECRET-ONE" } }],
    [
      "setup with another name",
      { mode: "setup", store: "s3://b/p", plan: "", request: {}, token: "SECRET-ONE" },
    ],
  ])("%s", async (_, event) => {
    const error = await refusal(event);
    expect(error).toMatchObject({ name: "Zagg.config.secrets-in-event" });
    expect(String(error)).not.toContain("SECRET-ONE");
  });
});

describe("plans are taken from the private bucket alone", () => {
  test.each([
    "s3://elsewhere/runs/a1/run.json",
    "s3://private.elsewhere/runs/a1/run.json",
    "s3://private/products/run.json",
    "s3://private/runs/../products/run.json",
    "s3://private/runs/a1/secrets.json",
    "https://private/runs/a1/run.json",
    "file:///private/runs/a1/run.json",
  ])("not from %s", async (url) => {
    for (const mode of ["process", "finalize"]) {
      const error = await refusal({ mode, run: { url, sha256: "00" }, shard: "-5121132" });
      expect(error).toMatchObject({ name: "Zagg.config.foreign-plan" });
    }
  });
});

test.each([
  ["no object", null, /no JSON object/],
  ["an unknown mode", { mode: "dance" }, /dance.*ping, setup, process and finalize/],
  ["0.1.0's process without a plan", { parent_morton: -5121132, granule_urls: [] }, /no run/],
  ["no shard", { mode: "process", run }, /no shard/],
  ["0.1.0's finalize", { mode: "finalize", store_path: "s3://b/p" }, /no run/],
])("%s is told", async (_, event, message) => {
  const error = await refusal(event);
  expect(error).toMatchObject({ name: "Zagg.config.bad-event" });
  expect(String(error)).toMatch(message);
});

describe("locations that lead elsewhere are refused before anything is asked or written", () => {
  test.each(["s3://out/../private/runs/x", "s3://out/a/./b", "s3://out//a", "s3://user:pass@out/a"])(
    "a store at %s",
    async (store) => {
      const error = await refusal({ mode: "ping", store });
      expect(error).toMatchObject({ name: "Zagg.config.store" });
      expect(String(error)).not.toContain("pass@");
    },
  );

  test("a store that is no text", async () => {
    expect(await refusal({ mode: "ping", store: { s3: "s3://out/a" } })).toMatchObject({
      name: "Zagg.config.bad-event",
    });
  });

  test("a granule", () => {
    const granules = [{ id: "a.h5", s3: "s3://archive/../private/runs/a1/secrets.json" }];
    const plan = { config: { dataSource: { driver: "s3" } }, granules } as unknown as Plan;
    expect(() => compileRun("s3://private/runs/a1", plan, "s3://out/a")).toThrow(
      /a\.h5 is not on S3 or https/,
    );
  });
});
