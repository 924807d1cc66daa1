import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a script of `oracle/` in the Python environment that `scripts/oracle-venv.sh` makes, and returns the JSON
 * it prints. Throws with the script's own message when it finds something wrong.
 */
export function runOracle(script: string, ...args: readonly string[]): Promise<unknown> {
  return run(".venv", script, args);
}

/** The same by the next xdggs and the newest zarr-python, which need a newer Python; absent where there is none. */
export const runNextOracle = existsSync(`${ROOT}.venv-next`)
  ? (script: string, ...args: readonly string[]) => run(".venv-next", script, args)
  : undefined;

async function run(environment: string, script: string, args: readonly string[]): Promise<unknown> {
  const python = `${ROOT}${environment}/bin/python`;
  const { stdout } = await promisify(execFile)(python, [`${ROOT}oracle/${script}`, ...args], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout);
}
