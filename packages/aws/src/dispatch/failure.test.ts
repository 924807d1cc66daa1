import { describe, expect, test } from "vitest";
import { largeFunction } from "./dispatcher.js";
import { apiFailure, functionFailure } from "./failure.js";
import { parseFailure } from "./failure-queue.js";

describe("why a function gave no answer", () => {
  test.each([
    ["Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 900.00 seconds", "timeout"],
    ["Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: signal: killed", "memory"],
    ["Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: signal: aborted", "memory"],
    ["Runtime.OutOfMemory", "RequestId: 1 Error: Runtime exited with error: signal: killed", "memory"],
    ["Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: exit status 1", "crash"],
    ["Runtime.ImportModuleError", "Error: Cannot find module 'index'", "crash"],
    ["TypeError", "x is not a function", "internal"],
    ["Zagg.store.denied", "output store: no", "refused"],
  ])("%s: %s", (errorType, errorMessage, kind) => {
    expect(functionFailure({ errorType, errorMessage })).toMatchObject({ kind });
  });

  test("the worker's refusal comes back as the error that it was", () => {
    const failure = functionFailure({ errorType: "Zagg.store.denied", errorMessage: "not there" });
    expect(failure).toMatchObject({ error: { kind: "store", code: "denied", message: "not there" } });
  });
});

describe("what an error of the API means", () => {
  test.each([
    ["TooManyRequestsException", 429, "throttle"],
    ["ServiceException", 500, "throttle"],
    ["TimeoutError", undefined, "throttle"],
    ["ResourceNotFoundException", 404, "refused"],
    ["AccessDeniedException", 403, "refused"],
    ["RequestTooLargeException", 413, "refused"],
  ])("%s", (name, httpStatusCode, kind) => {
    const error = Object.assign(new Error("…"), { name, $metadata: { httpStatusCode } });
    expect(apiFailure(error, "worker")).toMatchObject({ kind });
  });
});

describe("the queue of failed events", () => {
  const message = (url: string, condition: string) =>
    JSON.stringify({
      requestContext: { condition, functionArn: "arn:aws:lambda:r:1:function:w-large:$LATEST" },
      requestPayload: { mode: "process", run: { url }, shard: "-5", attempt: 2 },
      responsePayload: { errorType: "Runtime.ExitError", errorMessage: "exit status 1" },
    });

  test("ours is read", () => {
    expect(parseFailure(message("ours", "RetriesExhausted"), "ours")).toMatchObject({
      shard: "-5",
      attempt: 2,
      failure: { kind: "crash" },
    });
    expect(parseFailure(message("ours", "EventAgeExceeded"), "ours")?.failure.kind).toBe("throttle");
  });

  test("other runs' and what is no message is left", () => {
    expect(parseFailure(message("theirs", "RetriesExhausted"), "ours")).toBeUndefined();
    expect(parseFailure("{", "ours")).toBeUndefined();
  });
});

test.each([
  ["worker", "worker-large"],
  ["worker:live", "worker-large:live"],
  [
    "arn:aws:lambda:us-west-2:123456789012:function:worker",
    "arn:aws:lambda:us-west-2:123456789012:function:worker-large",
  ],
  [
    "arn:aws:lambda:us-west-2:123456789012:function:worker:7",
    "arn:aws:lambda:us-west-2:123456789012:function:worker-large:7",
  ],
])("the larger function beside %s", (name, large) => {
  expect(largeFunction(name)).toBe(large);
});
