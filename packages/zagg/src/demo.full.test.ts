import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

test("the demo makes a product of all its shards and a picture", () => {
  const said = execFileSync(process.execPath, ["scripts/demo.mjs"], { cwd: ROOT, encoding: "utf8" });
  expect(said).toMatch(/shards +103: 103 written$/m);
  expect(readFileSync(`${ROOT}demo/h_mean.png`).subarray(1, 4).toString()).toBe("PNG");
});
