import { InvokeCommand, LambdaClient, UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import {
  CALLER,
  functionZip,
  type LambdaTestBed,
  sabotage,
  startLambdaTestBed,
  TEST_FUNCTION,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The test bed is held to what the real Lambda does, with the real SDK.

let bed: LambdaTestBed;
beforeAll(async () => {
  bed = await startLambdaTestBed({ concurrency: 2 });
  bed.createFunction({ memory: 256, timeout: 30 });
  bed.createFunction({ name: "hangs", memory: 256, timeout: 1, environment: sabotage("hang") });
});
afterAll(() => bed.close());

function client(secretAccessKey = CALLER.secretAccessKey): LambdaClient {
  return new LambdaClient({
    region: "us-west-2",
    endpoint: bed.lambda.url,
    maxAttempts: 1,
    credentials: { accessKeyId: CALLER.accessKeyId, secretAccessKey },
  });
}

const invoke = (event: object | string, input: object = {}) =>
  client().send(
    new InvokeCommand({
      FunctionName: TEST_FUNCTION,
      Payload: typeof event === "string" ? event : JSON.stringify(event),
      ...input,
    }),
  );
const answerOf = ({ Payload }: { Payload?: Uint8Array }) => JSON.parse(new TextDecoder().decode(Payload));

test("an answer, with the report in the log's tail; a full ARN is a name too", async () => {
  const FunctionName = bed.lambda.functions.find(TEST_FUNCTION).arn;
  const answer = await invoke({ mode: "ping" }, { LogType: "Tail", FunctionName });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
  expect(answerOf(answer)).toMatchObject({ format: "zagg-worker/1", memory: 256 });
  expect(Buffer.from(answer.LogResult ?? "", "base64").toString()).toMatch(
    /Billed Duration: \d+ ms\tMemory Size: 256 MB/,
  );
});

test("what the function throws: 200 with the error's name and message", async () => {
  const answer = await invoke({ mode: "dance" });
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
  expect(answerOf(answer)).toMatchObject({ errorType: "Zagg.config.bad-event" });
});

test("the time limit ends it", async () => {
  const answer = await invoke({ mode: "process" }, { FunctionName: "hangs" });
  expect(answerOf(answer)).toMatchObject({
    errorType: "Sandbox.Timedout",
    errorMessage: /timed out after 1.00 seconds/,
  });
});

describe("refusals, by the SDK's names", () => {
  test.each([
    ["no such function", () => invoke({}, { FunctionName: "none" }), "ResourceNotFoundException"],
    ["6 MB to a call", () => invoke(JSON.stringify("x".repeat(7e6))), "RequestTooLargeException"],
    [
      "1 MB to an event",
      () => invoke(JSON.stringify("x".repeat(1.1e6)), { InvocationType: "Event" }),
      "RequestTooLargeException",
    ],
    [
      "a wrong signature",
      () => client("guess").send(new InvokeCommand({ FunctionName: TEST_FUNCTION })),
      "InvalidSignatureException",
    ],
  ])("%s", async (_, ask, name) => {
    await expect(ask()).rejects.toMatchObject({ name });
  });

  test("more than the account's concurrency: 429 with the reason", async () => {
    const calls = await Promise.allSettled(
      Array.from({ length: 3 }, () => invoke({ mode: "process" }, { FunctionName: "hangs" })),
    );
    const refused = calls.filter((call) => call.status === "rejected");
    expect(refused.map(({ reason }) => [reason.name, reason.Reason])).toEqual([
      ["TooManyRequestsException", "ConcurrentInvocationLimitExceeded"],
    ]);
  });
});

test("events and dry runs are acknowledged at once", async () => {
  expect(await invoke({ mode: "ping" }, { InvocationType: "Event" })).toMatchObject({ StatusCode: 202 });
  expect(await invoke({ mode: "ping" }, { InvocationType: "DryRun" })).toMatchObject({ StatusCode: 204 });
});

test("new code is what runs next", async () => {
  const { CodeSha256 } = await client().send(
    new UpdateFunctionCodeCommand({ FunctionName: TEST_FUNCTION, ZipFile: functionZip() }),
  );
  expect(CodeSha256).toHaveLength(44);
  expect(answerOf(await invoke({ mode: "ping" }))).toMatchObject({ memory: 256 });
});

test("the zip is small", () => {
  expect(functionZip().length).toBeLessThan(3_000_000);
});
