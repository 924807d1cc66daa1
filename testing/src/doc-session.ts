import { execFile, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DocBlock } from "./doc-blocks.js";

const PYTHON = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));

/** Where the blocks of one page run, one after the other. */
export interface DocSession {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs something beside the servers of this process. Throws with what it said when it fails. */
export async function runCommand(
  file: string,
  args: readonly string[],
  { cwd, env }: DocSession,
  place: string,
): Promise<void> {
  await promisify(execFile)(file, args, { cwd, env }).catch(({ code, stdout, stderr }) => {
    throw new Error(`${place}: exit code ${code}\n${stdout}${stderr}`);
  });
}

/**
 * Runs a block's commands, those that `isLeftOut` names excepted. What `--output` names must be there afterwards; of a
 * viewer the page must come, then it is ended.
 */
export async function runShell(
  { place, text }: DocBlock,
  session: DocSession,
  isLeftOut: (command: string) => boolean,
): Promise<void> {
  for (const line of text.split("\n")) {
    // npx would find what PATH names, half a second later.
    const command = line.trim().replace(/^npx (?=zagg )/, "");
    if (command === "" || isLeftOut(command)) continue;
    const what = `${place}: ${command}`;
    if (command.startsWith("zagg view ")) await lookAt(command, session, what);
    else await runCommand("sh", ["-c", command], session, what);
    const output = /--output (\S+)/.exec(command)?.[1];
    if (output !== undefined && !existsSync(join(session.cwd, output)))
      throw new Error(`${what}: no ${output}`);
  }
}

async function lookAt(command: string, { cwd, env }: DocSession, what: string): Promise<void> {
  const child = spawn("sh", ["-c", `exec ${command}`], { cwd, env });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let said = "";
  const address = await new Promise<string>((resolve, reject) => {
    const listen = (text: Buffer) => {
      said += text;
      const found = /http:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("close", () => reject(new Error(`${what}: ended\n${said}`)));
  });
  const { status } = await fetch(address);
  child.kill("SIGINT");
  await ended;
  if (status !== 200) throw new Error(`${what}: the page came with status ${status}`);
}

/** Runs all Python of a page as one IPython session, as in a notebook. */
export async function runPython(blocks: readonly DocBlock[], session: DocSession): Promise<void> {
  const python = blocks.filter(({ kind }) => kind === "python");
  if (python.length === 0) return;
  writeFileSync(join(session.cwd, "page.ipy"), python.map(({ text }) => text).join("\n"));
  const places = python.map(({ place }) => place).join(", ");
  await runCommand(PYTHON, ["-m", "IPython", "--colors=NoColor", "page.ipy"], session, places);
}
