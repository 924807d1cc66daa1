import { describe, expect, test } from "vitest";
import { newCounters } from "../counters.js";
import type { HttpAnswer } from "./message.js";
import { refusal } from "./refusal.js";

function answer(status: number, body = "", headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    hidesHeaders: false,
    header: (name) => headers[name],
    headers: () => new Headers(headers),
    consume: async (take) => take(new TextEncoder().encode(body)),
    discard: () => undefined,
  };
}
const told = (given: HttpAnswer, method: "GET" | "HEAD" | "PUT" = "GET") =>
  refusal(
    "https://h/x",
    { method, url: new URL("https://h/x"), headers: {}, idleMs: 1000, counters: newCounters() },
    given,
  );

describe("what a status means", () => {
  test.each([
    [400, "invalid"],
    [401, "auth"],
    [403, "denied"],
    [404, "not-found"],
    [410, "not-found"],
    [408, "network"],
    [412, "changed"],
    [416, "short-read"],
    [429, "throttled"],
    [500, "unavailable"],
    [501, "invalid"],
    [502, "unavailable"],
    [503, "throttled"],
    [505, "invalid"],
    [507, "no-space"],
  ] as const)("%i: %s", async (status, code) => {
    expect(await told(answer(status))).toMatchObject({
      code,
      status,
      message: `https://h/x: GET answered ${status}`,
      transient: ["network", "throttled", "unavailable"].includes(code),
    });
  });

  test("depends on the method where it must", async () => {
    expect(await told(answer(412), "PUT")).toMatchObject({ code: "exists" });
    expect(await told(answer(400), "HEAD")).toMatchObject({ code: "auth" });
  });
});

describe("what the body says", () => {
  test.each([
    ["ExpiredToken", 400, "auth"],
    ["SlowDown", 503, "throttled"],
    ["InternalError", 200, "unavailable"],
    ["IncompleteBody", 400, "network"],
    ["ConditionalRequestConflict", 409, "unavailable"],
    ["QuotaExceeded", 403, "no-space"],
    ["NoSuchKey", 404, "not-found"],
  ] as const)("S3's %s in a %i is %s", async (s3Code, status, code) => {
    const error = await told(answer(status, `<Error><Code>${s3Code}</Code><Message>why</Message></Error>`));
    expect(error).toMatchObject({ code, message: `https://h/x: GET answered ${status} (${s3Code}: why)` });
  });

  test("an archive's JSON, with where to agree to its terms", async () => {
    const body = { error: "denied", error_description: "agree first", resolution_url: "https://urs/agree" };
    const { message } = await told(answer(403, JSON.stringify(body)));
    expect(message).toBe("https://h/x: GET answered 403 (agree first; see https://urs/agree)");
    expect((await told(answer(403, '{"error":"denied"}'))).message).toMatch(/\(denied\)$/);
    expect((await told(answer(403, '{"error":{}}'))).message).toMatch(/403$/);
  });

  test("a page is not repeated, and an answer to HEAD has none", async () => {
    expect((await told(answer(403, "<html>no</html>"))).message).toMatch(/403$/);
    expect((await told(answer(403, "<Code>SlowDown</Code>"), "HEAD")).code).toBe("denied");
  });

  test("one that breaks off, or has no end, changes nothing", async () => {
    const broken: HttpAnswer = { ...answer(404), consume: async () => Promise.reject(new Error("reset")) };
    expect(await told(broken)).toMatchObject({ code: "not-found" });
    const endless: HttpAnswer = {
      ...answer(503),
      consume: async (take) => {
        for (let i = 0; i < 100; i++) take(new Uint8Array(10_000).fill(97));
        take(new TextEncoder().encode("<Code>ExpiredToken</Code>"));
      },
    };
    expect(await told(endless)).toMatchObject({ code: "throttled" });
  });
});

test("how long to wait, in seconds or as a date", async () => {
  const wait = async (value: string) => (await told(answer(503, "", { "retry-after": value }))).retryAfterMs;
  expect(await wait("7")).toBe(7000);
  expect(await wait(new Date(0).toUTCString())).toBe(0);
  expect(await wait(new Date(Date.now() + 3_600_000).toUTCString())).toBeGreaterThan(3_000_000);
  expect(await wait("soon")).toBeUndefined();
});
