import { beforeEach, describe, expect, test, vi } from "vitest";
import { handler } from "./handler.js";

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
