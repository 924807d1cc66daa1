import { startProxyServer } from "@zagg/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stackClient } from "./deploy/stack.js";
import { failureQueue } from "./dispatch/failure-queue.js";
import { functionClient } from "./dispatch/function-client.js";

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
  for (const name of ["AWS_PROFILE", "AWS_ENDPOINT_URL", "NO_PROXY", "no_proxy", "https_proxy"]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => vi.unstubAllEnvs());

const QUEUE = "https://sqs.us-west-2.amazonaws.com/1/failures";

test("every service is asked through the proxy of the environment", async () => {
  const proxy = await startProxyServer({ refuse: 403 });
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  const functions = functionClient("us-west-2", 1);
  const stack = stackClient("stack", "us-west-2", "{}");
  const queue = failureQueue(QUEUE, "us-west-2", () => "");
  const asked = await Promise.allSettled([functions.ask("f", { mode: "ping" }), stack.clear(), queue.read()]);
  const message = expect.stringContaining(`the proxy HTTPS_PROXY=${proxy.url}`);
  expect(asked).toMatchObject([
    { value: { ok: false, failure: { error: { message } } } },
    { status: "rejected", reason: { message } },
    { status: "rejected", reason: { message } },
  ]);
  const hosts = new Set(proxy.requests.map((each) => /^CONNECT (\w+)\./.exec(each)?.[1]));
  expect([...hosts].toSorted()).toEqual(["cloudformation", "lambda", "sqs"]);
  for (const each of [functions, stack, queue]) each.close();
  await proxy.close();
});
