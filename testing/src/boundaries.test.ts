import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Which of our packages each package may import. Arrows run in this direction only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  storage: [],
  hdf5: [],
  healpix: [],
  zarr: [],
  map: ["healpix"],
  core: ["storage", "hdf5", "healpix", "zarr", "map"],
  aws: ["core", "storage", "hdf5", "healpix", "zarr", "map"],
  viewer: ["map", "healpix"],
  zagg: ["core", "storage", "hdf5", "healpix", "zarr", "map", "aws", "viewer"],
};

/** Packages that must run in a browser: no Node module, not even by way of a dependency's types. */
const BROWSER_SAFE = ["hdf5", "healpix", "map", "viewer"];

/** What of a browser-safe package may use Node: the file that an export condition swaps, and the fuzz harness. */
const NODE_ONLY = /\.node\.ts$|^fuzz\//;

/** Code of tests: their files, and the suites that several of them share. */
const OF_TESTS = /\.test\.ts$|^conformance\//;

interface Imported {
  readonly file: string;
  readonly specifier: string;
}

function importsOf(name: string): Imported[] {
  const folder = join(ROOT, name, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts") && !OF_TESTS.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g);
      return [...specifiers].map(([, specifier]) => ({ file, specifier: specifier as string }));
    });
}

function packageOf(specifier: string): string | undefined {
  if (specifier === "zagg" || specifier.startsWith("zagg/")) return "zagg";
  return /^@zagg\/([^/]+)/.exec(specifier)?.[1];
}

describe.each(Object.entries(MAY_IMPORT))("packages/%s", (name, allowed) => {
  test("imports only the packages below it", () => {
    const wrong = importsOf(name).filter(({ specifier }) => {
      const imported = packageOf(specifier);
      return imported !== undefined && imported !== name && !allowed.includes(imported);
    });
    expect(wrong).toEqual([]);
  });

  test("declares what it imports of ours", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, name, "package.json"), "utf8"));
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const imported = importsOf(name).map(({ specifier }) => packageOf(specifier));
    const undeclared = imported.filter(
      (each) => each && each !== name && !declared.includes(`@zagg/${each}`),
    );
    expect(undeclared).toEqual([]);
  });
});

test.each(BROWSER_SAFE)("packages/%s runs in a browser", (name) => {
  const node = importsOf(name).filter(
    ({ file, specifier }) => specifier.startsWith("node:") && !NODE_ONLY.test(file),
  );
  expect(node).toEqual([]);
});

test("every package is in the table", () => {
  expect(readdirSync(ROOT).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});
