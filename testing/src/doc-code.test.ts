import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkedModule } from "./doc-code.js";

const folder = mkdtempSync(join(tmpdir(), "zagg-doc-code-"));
afterAll(() => rmSync(folder, { recursive: true }));

let modules = 0;
async function run(text: string): Promise<void> {
  const path = join(folder, `${modules++}.ts`);
  writeFileSync(path, checkedModule(text));
  await import(path);
}

test.each([
  "1 + 1; // => 2",
  "Promise.resolve([1n, Number.NaN]) // => [1n, NaN]",
  'const both = { a: "x" }; // => { a: "x" }\nboth.a; // => "x"',
  "Float32Array.of(6, 9); // => [6, 9]",
  "new Uint8Array([1]).subarray(0); // => [1]",
  'Buffer.from("a"); // => [97]',
  "undefined; // => undefined",
  "1 + 1; // three, they say",
])("%s", async (text) => {
  await run(text);
});

test.each([
  ["1 + 1; // => 3", /^1 \+ 1; \/\/ => 3\n {2}it is 2$/],
  ["const a = [1]; // => [1n]", /it is \[1\]/],
  ["undefined; // => null", /it is undefined/],
])("%s is refused", async (text, message) => {
  await expect(run(text)).rejects.toThrow(message);
});

test("what claims nothing stays as it is", () => {
  expect(checkedModule("console.log(1); // one\n")).toBe("console.log(1); // one\n");
});
