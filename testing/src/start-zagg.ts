import { spawn } from "node:child_process";
import { BIN, type CliResult } from "./run-zagg.js";

/** A command that runs while the test goes on. */
export interface ZaggProcess {
  kill(signal: "SIGKILL" | "SIGINT" | "SIGTERM"): void;
  /** What it has said on stderr so far. */
  stderr(): string;
  /** Resolves at its end; `status` is null when a signal ended it. */
  readonly done: Promise<CliResult>;
}

/** Starts the built command line; see `runZagg`. */
export function startZagg(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): ZaggProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const done = new Promise<CliResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
  return { kill: (signal) => void child.kill(signal), stderr: () => stderr, done };
}
