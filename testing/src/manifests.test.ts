import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { docBlocks } from "./doc-blocks.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const json = (path: string) => JSON.parse(text(path));
const workspace = json("package.json");
const lock = json("package-lock.json").packages as Readonly<Record<string, Locked>>;

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe.each(readdirSync(join(ROOT, "packages")))("packages/%s", (name) => {
  const folder = `packages/${name}`;
  const manifest = json(`${folder}/package.json`);

  test("tells a stranger what it is, where it comes from and what it may be used for", () => {
    expect(manifest).toMatchObject({
      name: name === "zagg" ? "zagg" : `@zagg/${name}`,
      version: workspace.version,
      description: expect.stringMatching(/\w{3}/),
      license: "MIT",
      repository: { type: "git", url: expect.stringMatching(/^git\+https:/), directory: folder },
    });
    expect(manifest.keywords.length).toBeGreaterThan(4);
    expect(text(`${folder}/LICENSE`)).toBe(text("LICENSE"));
  });

  test("is ESM for the Node that the workspace names, types first, and packs its build alone", () => {
    expect(manifest).toMatchObject({ type: "module", engines: workspace.engines, sideEffects: false });
    expect(Object.keys(manifest.exports)).toEqual(["."]);
    expect(Object.keys(manifest.exports["."]).slice(-3)).toEqual(["@zagg/source", "types", "default"]);
    expect(manifest.files).toEqual(
      expect.arrayContaining(["dist", "!dist/**/*.map", "!dist/**/*.tsbuildinfo"]),
    );
  });

  test("has a README: why it is there, how it is installed, an example", () => {
    const readme = text(`${folder}/README.md`);
    expect(readme).toMatch(new RegExp(`^# ${manifest.name}$`, "m"));
    expect(readme).toMatch(/^## Why$/m);
    const kinds = docBlocks(readme, "README.md").map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["shell", "typescript"]));
  });
});

test("the lock file holds what its packages name, the builds of other platforms too", () => {
  const missing = Object.entries(lock).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);
});

/** Whether Node's look-up, from a package's folder upwards, ends at an entry. */
function isLocked(path: string, name: string): boolean {
  const own = `${path}${path === "" ? "" : "/"}node_modules/${name}`;
  if (own in lock) return true;
  if (path === "") return false;
  const parent = path.includes("/node_modules/") ? path.slice(0, path.lastIndexOf("/node_modules/")) : "";
  return isLocked(parent, name);
}
