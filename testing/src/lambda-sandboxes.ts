import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listen, type TestServer } from "./http-server-listen.js";
import type { LambdaFunction } from "./lambda-functions.js";
import { type Execution, type Executor, type Invocation, reportLine } from "./lambda-invoker.js";
import { unzip } from "./lambda-unzip.js";

const BOOTSTRAP = fileURLToPath(new URL("../src/lambda-bootstrap.mjs", import.meta.url));
const LOG_TAIL = 4096;
const MEMORY_EVERY_MS = 25;

export interface SandboxOptions {
  /** Real processes at a time; invocations beyond wait, and their time starts when one is free. */
  readonly processes: number;
  /** Environment of every function besides its own, e.g. endpoints and the role's credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a sandbox is doing: the invocation it was handed, or the poll for the next that it holds open. */
interface Work {
  readonly invocation: Invocation;
  /** Starts the function's time, as it is handed over: the start of its process does not count. Yields its end. */
  readonly start: () => number;
  readonly end: (ending: Ending) => void;
}

type Ending = Pick<Execution, "payload" | "functionError">;

interface Sandbox {
  readonly id: string;
  /** Function and its settings: a sandbox serves no other. */
  readonly key: string;
  readonly child: ChildProcess;
  poll: ServerResponse | undefined;
  work: Work | undefined;
  log: string;
  dead: boolean;
}

/** Runs functions as Lambda does: their real zip in real processes, over the Runtime API. */
export async function startSandboxes({ processes, environment }: SandboxOptions): Promise<Executor> {
  const folder = mkdtempSync(join(tmpdir(), "lambda-"));
  const unpacked = new Map<string, Promise<string>>();
  const sandboxes = new Map<string, Sandbox>();
  const idle: Sandbox[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let made = 0;

  const api: TestServer = await listen(async (request, response) => {
    const [, id = "", , , , requestId, what] = (request.url ?? "").split("/");
    const sandbox = sandboxes.get(id);
    if (!sandbox) return void response.writeHead(410).end();
    if (requestId === "next") {
      sandbox.poll = response;
      return handOver(sandbox);
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const payload = Buffer.concat(pieces).toString();
    response.writeHead(202).end();
    if (what === "response") finish(sandbox, { payload });
    else finish(sandbox, { payload, functionError: "Unhandled" });
  });

  function handOver(sandbox: Sandbox): void {
    const { poll, work } = sandbox;
    if (!poll || !work) return;
    sandbox.poll = undefined;
    poll.writeHead(200, {
      "lambda-runtime-aws-request-id": work.invocation.requestId,
      "lambda-runtime-deadline-ms": work.start(),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-west-2:123456789012:function:test",
    });
    poll.end(work.invocation.payload);
  }

  function finish(sandbox: Sandbox, ending: Ending): void {
    const { work } = sandbox;
    sandbox.work = undefined;
    work?.end(ending);
  }

  async function sandboxFor(fn: LambdaFunction): Promise<Sandbox> {
    const hash = createHash("sha256").update(fn.code).digest("hex");
    const key = JSON.stringify([fn.name, hash, fn.memorySize, fn.environment]);
    const warm = idle.findIndex((each) => each.key === key);
    if (warm >= 0) return idle.splice(warm, 1)[0] as Sandbox;
    for (const other of idle.splice(0)) kill(other);

    const root = unpacked.get(hash) ?? unzip(fn.code, join(folder, hash)).then(() => join(folder, hash));
    unpacked.set(hash, root);
    const id = String(++made);
    const heap = Math.max(32, Math.floor(fn.memorySize * 0.9));
    const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, BOOTSTRAP], {
      cwd: await root,
      env: {
        PATH: process.env.PATH,
        ...environment,
        ...fn.environment,
        AWS_LAMBDA_RUNTIME_API: `${new URL(api.url).host}/${id}`,
        AWS_LAMBDA_FUNCTION_NAME: fn.name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySize),
        AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
        LAMBDA_TASK_ROOT: await root,
        _HANDLER: fn.handler,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const sandbox: Sandbox = { id, key, child, poll: undefined, work: undefined, log: "", dead: false };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => {
        sandbox.log = (sandbox.log + text).slice(-LOG_TAIL);
      });
    }
    child.on("exit", (code, signal) => {
      sandbox.dead = true;
      sandboxes.delete(id);
      const how = signal ? `signal: ${signal === "SIGKILL" ? "killed" : signal}` : `exit status ${code}`;
      finish(sandbox, exited(sandbox.work?.invocation.requestId, how));
    });
    sandboxes.set(id, sandbox);
    return sandbox;
  }

  async function execute(fn: LambdaFunction, invocation: Invocation): Promise<Execution> {
    if (busy >= processes) await new Promise<void>((resolve) => waiting.push(resolve));
    busy++;
    let sandbox: Sandbox | undefined;
    try {
      sandbox = await sandboxFor(fn);
      return await runIn(sandbox, fn, invocation);
    } finally {
      busy--;
      if (sandbox && !sandbox.dead) idle.push(sandbox);
      waiting.shift()?.();
    }
  }

  async function runIn(sandbox: Sandbox, fn: LambdaFunction, invocation: Invocation): Promise<Execution> {
    const started = performance.now();
    const { requestId } = invocation;
    const cpuBefore = cpuMs(sandbox.child.pid);
    let usedMb = 0;
    sandbox.log = "";
    const ending = await new Promise<Ending>((resolve) => {
      const end = (ended: Ending) => {
        clearTimeout(timer);
        clearInterval(watch);
        resolve(ended);
      };
      let timer: NodeJS.Timeout | undefined;
      const start = (): number => {
        timer = setTimeout(() => {
          sandbox.work = undefined;
          kill(sandbox);
          end(timedOut(requestId, fn.timeout));
        }, fn.timeout * 1000);
        return Date.now() + fn.timeout * 1000;
      };
      const watch = setInterval(() => {
        usedMb = Math.max(usedMb, residentMb(sandbox.child.pid));
        if (usedMb > fn.memorySize) kill(sandbox);
      }, MEMORY_EVERY_MS);
      sandbox.work = { invocation, start, end };
      if (sandbox.dead) end(exited(requestId, "exit status 1"));
      else handOver(sandbox);
    });
    const durationMs = performance.now() - started;
    const billedMs = Math.ceil(durationMs);
    const log = `${sandbox.log}\n${reportLine(requestId, fn, durationMs, billedMs, usedMb)}`;
    return { ...ending, billedMs, cpuMs: cpuMs(sandbox.child.pid) - cpuBefore, log: log.slice(-LOG_TAIL) };
  }

  return {
    execute,
    async close() {
      for (const sandbox of sandboxes.values()) kill(sandbox);
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function kill(sandbox: Sandbox): void {
  sandbox.dead = true;
  sandbox.child.kill("SIGKILL");
}

/** Resident memory of a process, MB (Linux; elsewhere unknown, and nothing is killed for it). */
function residentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** CPU of a process so far, in ticks of 10 ms (Linux). */
function cpuMs(pid: number | undefined): number {
  try {
    const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    const fields = rest.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

function timedOut(requestId: string, timeout: number): Ending {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`;
  return {
    functionError: "Unhandled",
    payload: JSON.stringify({ errorType: "Sandbox.Timedout", errorMessage }),
  };
}

function exited(requestId: string | undefined, how: string): Ending {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
  return {
    functionError: "Unhandled",
    payload: JSON.stringify({ errorType: "Runtime.ExitError", errorMessage }),
  };
}
