// Makes a clone ready: installs what the lock file says when node_modules is missing or older than it, then builds.
// Runs before `demo`, `test` and `bench`, so that those commands work in a bare clone, and changes no file of it.
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
if (!installed) run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
run("npm", ["run", "--silent", "build"]);
