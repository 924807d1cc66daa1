import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const BIN = fileURLToPath(new URL("../../packages/zagg/bin/zagg.js", import.meta.url));
const BUILT = fileURLToPath(new URL("../../packages/zagg/dist/cli.js", import.meta.url));

/** What a command said and how it ended. */
export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, as a user would: not on a terminal, without colours; `env` is added to ours. */
export function runZagg(args: readonly string[], cwd?: string, env: NodeJS.ProcessEnv = {}): CliResult {
  if (!existsSync(BUILT)) throw new Error("the command line is not built: run `npm run build` first");
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...env },
    ...(cwd !== undefined && { cwd }),
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** As {@link runZagg}, while this process goes on: for servers that the command talks to. */
export async function runZaggBeside(args: readonly string[], cwd?: string): Promise<CliResult> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text.stderr += part;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { status, ...text };
}
