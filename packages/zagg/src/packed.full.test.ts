import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Bytes of all files in node_modules: 30 MB when this was written, half of them the optional h5wasm. */
const INSTALLED_LIMIT_MB = 60;

let folder: string;
let app: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-packed-"));
  app = join(folder, "app");
  await mkdir(app);
  await writeFile(join(app, "package.json"), '{ "private": true, "type": "module" }');
  const names = [...workspaceClosure("zagg")];
  const workspaces = names.flatMap((name) => ["--workspace", name]);
  run(ROOT, "npm", "pack", "--silent", ...workspaces, "--pack-destination", folder);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  expect(tarballs).toHaveLength(names.length);
  run(app, "npm", "install", "--no-audit", "--no-fund", ...tarballs.map((name) => join(folder, name)));
});
afterAll(() => rm(folder, { recursive: true }));

test("the installed size is small", () => {
  const megabytes = sizeOf(join(app, "node_modules")) / 1e6;
  console.log(`installed: ${megabytes.toFixed(0)} MB`);
  expect(megabytes).toBeLessThan(INSTALLED_LIMIT_MB);
});

test("npx zagg sample, catalog, run and raster in an empty folder", () => {
  const zagg = (line: string) => run(app, "npx", "zagg", ...line.split(" "));
  zagg("sample --output sample --granules 2");
  zagg("catalog --granules sample/granules --config sample/sample.yaml --output catalog.json");
  const summary = zagg("run --config sample/sample.yaml --catalog catalog.json --store product.zarr --json");
  expect(JSON.parse(summary)).toMatchObject({ failed: 0, pending: 0 });
  zagg("raster product.zarr --output map.png --grid-spacing 50000");
  expect(readdirSync(app)).toContain("map.png");
});

test('import { agg } from "zagg"', async () => {
  await writeFile(
    join(app, "run.js"),
    `import { agg, loadConfig } from "zagg";
     const config = await loadConfig("sample/sample.yaml");
     const summary = await agg(config, { catalog: "catalog.json", store: "library.zarr", maxWorkers: 1 });
     console.log(summary.written === summary.total_shards);`,
  );
  expect(run(app, process.execPath, "run.js")).toBe("true\n");
});

/** The package and every workspace package it depends on. */
function workspaceClosure(name: string, found = new Set<string>()): Set<string> {
  found.add(name);
  const manifest = JSON.parse(
    readFileSync(join(ROOT, "packages", name.replace("@zagg/", ""), "package.json"), "utf8"),
  ) as { readonly dependencies?: Readonly<Record<string, string>> };
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (dependency.startsWith("@zagg/") && !found.has(dependency)) workspaceClosure(dependency, found);
  }
  return found;
}

function run(cwd: string, command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function sizeOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
