import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../packages/zagg/bin/zagg.js", import.meta.url));
const BUILT = fileURLToPath(new URL("../../packages/zagg/dist/cli.js", import.meta.url));

/** What a command said and how it ended. */
export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, as a user would: not on a terminal, without colours. */
export function runZagg(args: readonly string[], cwd?: string): CliResult {
  if (!existsSync(BUILT)) throw new Error("the command line is not built: run `npm run build` first");
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    ...(cwd !== undefined && { cwd }),
  });
  if (error) throw error;
  return { status, stdout, stderr };
}
