import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a script of `oracle/` in the Python environment that `scripts/oracle-venv.sh` makes, and returns the JSON
 * it prints. Throws with the script's own message when it finds something wrong.
 */
export async function runOracle(script: string, ...args: readonly string[]): Promise<unknown> {
  const python = `${ROOT}.venv/bin/python`;
  const { stdout } = await promisify(execFile)(python, [`${ROOT}oracle/${script}`, ...args], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout);
}
