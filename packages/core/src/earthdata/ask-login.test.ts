import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askLogin, type PromptStreams } from "./ask-login.js";

/** Two streams that say they are a terminal, and what was shown on it. */
function terminal(isTTY = true): {
  readonly streams: PromptStreams;
  readonly input: PassThrough;
  shown(): string;
} {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const streams = { input: Object.assign(input, { isTTY }), output: Object.assign(output, { isTTY }) };
  let shown = "";
  output.on("data", (text) => {
    shown += text;
  });
  return { streams: streams as unknown as PromptStreams, input, shown: () => shown };
}

test("asks for user and password, and does not show the password", async () => {
  const { streams, input, shown } = terminal();
  const login = askLogin("urs.earthdata.nasa.gov", streams);
  input.write("ann\n");
  await new Promise((resolve) => setImmediate(resolve));
  input.write("p#ss word\n");
  expect(await login).toEqual({ username: "ann", password: "p#ss word" });
  const text = shown();
  expect(text).toContain("urs.earthdata.nasa.gov");
  expect(text).not.toContain("p#ss");
});

test.each(["\n", "ann\n\n"])("gives up on %j", async (typed) => {
  const { streams, input } = terminal();
  const login = askLogin("host", streams);
  for (const line of typed.match(/.*\n/g) ?? []) {
    input.write(line);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await login).toBeUndefined();
});

test("asks nobody where there is no terminal", async () => {
  expect(await askLogin("host", terminal(false).streams)).toBeUndefined();
});
