import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runZagg } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

let folder: string;
beforeAll(() => {
  // Inside the clone, so that `npx zagg` finds the build.
  folder = mkdtempSync(join(ROOT, "node_modules/.readme-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", "3"], folder).status).toBe(0);
  renameSync(join(folder, "sample/granules"), join(folder, "data"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the README's zagg commands run, in its order, on granules in data/", () => {
  const commands = shellBlocks(readFileSync(join(ROOT, "README.md"), "utf8"))
    .flatMap((block) => block.split("\n"))
    // Installing and building is what made this clone ready; the demo and the tests are suites of their own.
    .filter((line) => line.startsWith("npx zagg "));
  expect(commands.length).toBeGreaterThan(5);
  execFileSync("sh", ["-ec", commands.join("\n")], { cwd: folder, stdio: "pipe" });
  expect(readFileSync(join(folder, "h_mean.png")).subarray(1, 4).toString()).toBe("PNG");
});

function shellBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block as string);
}
