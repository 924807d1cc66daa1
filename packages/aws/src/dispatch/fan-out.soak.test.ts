import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { lostWorkerRecord, openStores, type Plan, parseRecordKey, putRecord } from "@zagg/core";
import {
  CALLER,
  type Execution,
  type Executor,
  type InvokeFaults,
  type LambdaTestBed,
  seededRandom,
  startLambdaTestBed,
} from "@zagg/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ProcessEvent, WorkerEvent } from "../protocol.js";
import { handler } from "../worker/handler.js";

const SOAK = process.env.ZAGG_SOAK === "1";
const SCRIPT = fileURLToPath(new URL("../../scripts/fan-out.mjs", import.meta.url));
const WORK_MS = 5_000;

/** Of events and calls, which share meets which fate. */
const CHANCES = { throttle: 0.1, timeout: 0.02, crash: 0.01, lose: 0.01, duplicate: 0.01 };

let bed: LambdaTestBed;
afterEach(async () => {
  await bed.close();
  vi.unstubAllEnvs();
});

/** A Lambda whose functions sleep for five seconds and leave a result and its record, and whose world is as bad as said above. */
async function startStub(): Promise<void> {
  const random = seededRandom(7);
  const plans = new Map<string, Promise<Plan>>();
  const by = (chance: number) => () => random() < chance;
  const faults: InvokeFaults = { lose: by(CHANCES.lose), duplicate: by(CHANCES.duplicate) };
  const context = { memoryLimitInMB: 2048, getRemainingTimeInMillis: () => 9_500 };

  async function process(
    event: ProcessEvent,
  ): Promise<string | Pick<Execution, "functionError" | "payload">> {
    const fate = random();
    await sleep(WORK_MS);
    if (fate < CHANCES.timeout) return failure("Sandbox.Timedout", "Task timed out after 9.00 seconds");
    if (fate < CHANCES.timeout + CHANCES.crash) {
      return failure("Runtime.ExitError", "Runtime exited with error: exit status 1");
    }
    const { run } = openStores("s3://products/fan-out", async () => CALLER);
    const plan =
      plans.get("plan") ??
      run.get("plan.json").then((bytes) => JSON.parse(Buffer.from(bytes ?? []).toString()) as Plan);
    plans.set("plan", plan);
    const { shards, shardsPerObject, grid } = await plan;
    const index = shards.findIndex((shard) => shard.id === event.shard);
    const lost = lostWorkerRecord(await plan, { index, attempt: event.attempt }, NONE);
    const sha256 = createHash("sha256").update(CHUNK).digest("hex");
    await run.put(`results/${event.shard}.${event.attempt}.${sha256}`, CHUNK);
    const key = `${grid.childOrder}/count/c/${Math.floor(index / shardsPerObject)}`;
    const chunks = [{ key, length: CHUNK.length, sha256 }];
    const written = { ...lost, state: "written", failures: [], chunks, result: sha256 } as const;
    const record = await putRecord(run, await plan, written);
    return JSON.stringify({ record });
  }

  const executor: Executor = {
    async execute(_, { payload }) {
      const event = JSON.parse(payload) as WorkerEvent;
      const answer =
        event.mode === "process" ? await process(event) : JSON.stringify(await handler(event, context));
      const ended = typeof answer === "string" ? { payload: answer } : answer;
      return { ...ended, billedMs: WORK_MS, log: "" };
    },
    close: async () => undefined,
  };
  // Throttles spare the few calls before the shards.
  let calls = 0;
  const throttle = () => calls++ > 5 && random() < CHANCES.throttle;
  bed = await startLambdaTestBed({ executor, faults: { ...faults, throttle }, concurrency: 1000 });
  bed.createFunction({ memory: 2048, timeout: 10 });
  for (const [name, value] of Object.entries(bed.environment(CALLER))) vi.stubEnv(name, value);
  vi.stubEnv("ZAGG_PRIVATE_BUCKET", "zagg-private");
  vi.stubEnv("ZAGG_FAILURE_QUEUE", "https://sqs/1/zagg-failures");
}

const CHUNK = Uint8Array.of(1, 2, 3);
const NONE = { kind: "internal", code: "", message: "" } as const;

function failure(errorType: string, errorMessage: string) {
  return { functionError: "Unhandled", payload: JSON.stringify({ errorType, errorMessage }) } as const;
}

function startRun(shards: number, invoke: string): ChildProcess {
  return spawn(process.execPath, [SCRIPT, String(shards), invoke, "s3://products/fan-out"], {
    env: { ...process.env, ...bed.environment(CALLER), NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function resultOf(child: ChildProcess) {
  let text = "";
  child.stdout?.on("data", (bytes) => {
    text += bytes;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(text.trim().split("\n").at(-1) ?? "");
}

/** Shards that have the receipt of a whole attempt. */
function receipts(): Set<string> {
  const keys = [...(bed.s3.buckets.get("products")?.objects ?? [])];
  const found = keys.flatMap(([key, { bytes }]) => {
    const receipt = parseRecordKey(key.replace("fan-out.run/", ""));
    return receipt && Buffer.from(bytes).includes('"state":"written"') ? [receipt.shard] : [];
  });
  return new Set(found);
}

describe.each([
  [1700, "event"],
  [1700, "sync"],
  [10_000, "event"],
  [10_000, "sync"],
] as const)("%i shards by %s", (full, invoke) => {
  const shards = SOAK ? full : full / 10;

  test("all are written or named; memory and descriptors stay", { timeout: 900_000 }, async () => {
    await startStub();
    const result = await resultOf(startRun(shards, invoke));
    console.log(
      JSON.stringify({
        shards,
        invoke,
        peakConcurrency: bed.lambda.invoker.peak,
        ...result,
        summary: undefined,
      }),
    );
    const { summary, kinds } = result;
    expect(summary.pending).toBe(0);
    expect(summary.written + summary.failed).toBe(shards);
    expect(summary.failed).toBe(Object.values(kinds as Record<string, number>).reduce((a, b) => a + b, 0));
    expect(summary.failed).toBeGreaterThan(0);
    expect(Object.keys(kinds).sort()).toEqual(["crash", "timeout"]);
    expect(receipts().size).toBe(summary.written);
    expect(bed.lambda.invoker.peak).toBeLessThanOrEqual(1000);
    expect(result.peakMb).toBeLessThan(300);
    // What stays open are kept-alive connections to S3, however many shards there were.
    expect(result.descriptors[1]).toBeLessThanOrEqual(result.descriptors[0] + 64);
  });
});

test("kill -9 at random moments, and resume: nothing lost, nothing done again that has a receipt", {
  timeout: 900_000,
}, async () => {
  await startStub();
  const shards = SOAK ? 10_000 : 1_000;
  const random = seededRandom(11);
  let kills = 0;
  for (let kill = 0; kill < (SOAK ? 8 : 3); kill++) {
    const before = receipts();
    const from = bed.lambda.invoker.payloads.length;
    const child = startRun(shards, kill % 2 === 0 ? "event" : "sync");
    const closed = new Promise<NodeJS.Signals | null>((resolve) => {
      child.once("close", (_, signal) => resolve(signal));
    });
    await sleep(1_500 + random() * 8_000);
    child.kill("SIGKILL");
    // With little left to do a run may have ended by itself.
    if ((await closed) === "SIGKILL") kills++;
    expect(doneAgain(from, before)).toEqual([]);
  }
  const before = receipts();
  const from = bed.lambda.invoker.payloads.length;
  const { summary } = await resultOf(startRun(shards, "event"));
  expect(doneAgain(from, before)).toEqual([]);
  expect(summary.pending).toBe(0);
  expect(summary.written + summary.failed).toBe(shards);
  expect(summary.skipped).toBeGreaterThan(0);
  console.log(JSON.stringify({ shards, kills }));
  expect(kills).toBeGreaterThan(0);
});

/** Shards that were sent out after `from` though they had a receipt. */
function doneAgain(from: number, before: ReadonlySet<string>): string[] {
  return bed.lambda.invoker.payloads.slice(from).flatMap((payload) => {
    const { mode, shard } = JSON.parse(payload) as { mode: string; shard?: string };
    return mode === "process" && shard !== undefined && before.has(shard) ? [shard] : [];
  });
}
