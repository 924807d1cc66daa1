import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { isNetworkError } from "./network-error.js";

test.each(["http://127.0.0.1:9", "http://no.such.host.invalid"])("%s is not reached", async (endpoint) => {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new CloudFormationClient({ endpoint, region: "us-west-2", credentials, maxAttempts: 1 });
  const error = await client.send(new DescribeStacksCommand({})).catch((reason: unknown) => reason);
  expect(isNetworkError(error), String(error)).toBe(true);
});

test("a refusal is no failure of the network", () => {
  expect(isNetworkError(Object.assign(new Error("no"), { name: "AccessDenied" }))).toBe(false);
});
