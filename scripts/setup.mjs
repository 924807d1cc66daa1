// Makes a clone ready: installs when node_modules is missing or older than the lock file, then builds.
// Runs before `demo`, `test` and `bench`, so that those commands work in a bare clone.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

const STAMP = "node_modules/.package-lock.json";

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const installed = existsSync(STAMP) && statSync(STAMP).mtimeMs >= statSync("package-lock.json").mtimeMs;
// `install --no-save`, not `ci`: the lock file holds the optional binaries of some platforms only, and `ci`
// refuses to fetch those of the others.
if (!installed) run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
run("npm", ["run", "--silent", "build"]);
