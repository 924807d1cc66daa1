import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { anchorsOf, deadLinks, markdownIn } from "./links.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test.each(markdownIn(ROOT))("all links of %s lead somewhere", (page) => {
  expect(deadLinks(ROOT, page)).toEqual([]);
});

test("pages are found in the root, in docs and in packages", () => {
  const pages = markdownIn(ROOT);
  for (const page of ["README.md", "docs/architecture.md", "packages/zagg/README.md"])
    expect(pages).toContain(page);
});

test("anchors are GitHub's", () => {
  const page = "# A `b`, c\n## A `b`, c\n```sh\n# no heading\n```\n### [x](y.md): ÜBER-all_1 & 2\n";
  expect(anchorsOf(page)).toEqual(["a-b-c", "a-b-c-1", "x-über-all_1--2"]);
});

test("dead links are told", () => {
  const root = mkdtempSync(join(tmpdir(), "zagg-links-"));
  mkdirSync(join(root, "docs"));
  writeFileSync(join(root, "docs/b.md"), "# Here\n");
  writeFileSync(
    join(root, "a.md"),
    `[1](docs/b.md) [2](docs/b.md#here) [3](#top) ![4](no.png) [5](docs/b.md#there) [6](https://example.org/x)
[7](../outside.md) \`[8](code.md)\` [9][r] [10](docs "title")

# Top

[r]: docs/none.md
`,
  );
  expect(deadLinks(root, "a.md")).toEqual(["no.png", "docs/b.md#there", "../outside.md", "docs/none.md"]);
  rmSync(root, { recursive: true });
});
