import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./doc-session.js";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What a stranger has who installed all of our packages from the registry, and nothing else. */
export interface Packed {
  /** Names of the packages, `zagg` and `@zagg/…`. */
  readonly names: readonly string[];
  /** A folder whose node_modules has them. */
  readonly app: string;
  tarballOf(name: string): string;
  /** The package as it was unpacked. */
  folderOf(name: string): string;
  remove(): void;
}

/** Packs every package and installs the tarballs into an empty folder outside the clone. */
export async function packAndInstall(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), "zagg-packed-"));
  const app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }');
  const names = readdirSync(join(ROOT, "packages")).map(
    (each) => JSON.parse(readFileSync(join(ROOT, "packages", each, "package.json"), "utf8")).name as string,
  );
  const tarballOf = (name: string) =>
    join(folder, readdirSync(folder).find((file) => file.startsWith(`${plain(name)}-0`)) ?? "none");
  const workspaces = names.flatMap((name) => ["--workspace", name]);
  const npm = (cwd: string, ...args: readonly string[]) =>
    runCommand("npm", args, { cwd, env: process.env }, `npm ${args[0]}`);
  await npm(ROOT, "pack", ...workspaces, "--pack-destination", folder);
  await npm(app, "install", "--no-audit", "--no-fund", ...names.map(tarballOf));
  return {
    names,
    app,
    tarballOf,
    folderOf: (name) => join(app, "node_modules", name),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** `@zagg/core` as npm writes it into a tarball's name. */
function plain(name: string): string {
  return name.replace("@", "").replace("/", "-");
}

/** Bytes of all files below. */
export function sizeOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
