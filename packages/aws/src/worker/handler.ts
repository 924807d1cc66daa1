import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
  defined,
  isZaggError,
  openStores,
  type Plan,
  processShard,
  putRecord,
  storeHost,
  VERSION,
  ZaggError,
} from "@zagg/core";
import { standardCredentials } from "@zagg/storage";
import type {
  FinalizeEvent,
  PingAnswer,
  PingEvent,
  ProcessAnswer,
  ProcessEvent,
  RenewEvent,
  SetupAnswer,
  SetupEvent,
} from "../protocol.js";
import { folderOf, putRun, putSecrets } from "../run-document.js";
import { compileRun, openRun } from "./open-run.js";
import { parseEvent } from "./parse-event.js";

/** What of Lambda's context is used. */
export interface LambdaContext {
  readonly memoryLimitInMB: string | number;
  getRemainingTimeInMillis(): number;
}

/** Kept for writing the record and what is under way, of the time that is left: this share, within these bounds. */
const MARGIN_SHARE = 0.1;
const MARGIN_MS = { least: 1_000, most: 30_000 };

/**
 * The function: `ping` says what it is, `setup` and `finalize` do what a run does before and after its shards, for
 * callers who may not do it themselves, and `process` does one shard, by the same code as a local run.
 */
export async function handler(value: unknown, context: LambdaContext): Promise<unknown> {
  try {
    const event = parseEvent(value);
    if (event.mode === "ping") return await ping(event, context);
    if (event.mode === "process") return await processOne(event, context);
    if (event.mode === "finalize") return await finalize(event);
    return "plan" in event ? await setUp(event) : await renew(event);
  } catch (error) {
    if (!isZaggError(error)) throw error;
    // Lambda hands on an error's name and message, nothing else.
    throw Object.assign(new Error(error.message), { name: `Zagg.${error.kind}.${error.code}` });
  }
}

async function ping({ store }: PingEvent, context: LambdaContext): Promise<PingAnswer> {
  const timeout = Math.ceil(context.getRemainingTimeInMillis() / 1000); // before any of it is used
  if (store !== undefined) await tryToWrite(store);
  const { ZAGG_OUTPUT_BUCKET, ZAGG_FAILURE_QUEUE, AWS_REGION = "us-west-2" } = process.env;
  return defined({
    format: "zagg-worker/1" as const,
    version: VERSION,
    memory: Number(context.memoryLimitInMB),
    timeout,
    architecture: process.arch,
    region: AWS_REGION,
    privateBucket: privateBucket(),
    outputBucket: ZAGG_OUTPUT_BUCKET || undefined,
    failureQueue: ZAGG_FAILURE_QUEUE || undefined,
  });
}

/** A run that cannot write is stopped before it starts. */
async function tryToWrite(store: string): Promise<void> {
  const { run } = openStores(store);
  const key = `tmp/probe-${randomUUID()}`;
  await run.put(key, new Uint8Array(1));
  await run.delete([key]);
}

async function setUp({ store, plan: packed, request, secrets }: SetupEvent): Promise<SetupAnswer> {
  const folder = `s3://${privateBucket()}/runs/${randomUUID()}`;
  const plan = JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString()) as Plan;
  const { probe } = compileRun(folder, plan, store); // refuses what cannot run, before anything is written
  if (secrets) await putSecrets(folder, secrets, standardCredentials);
  const run = await putRun(folder, { format: "zagg-lambda-run/1", store, plan }, standardCredentials);
  return { run, prepared: await storeHost(openStores(store), probe).prepare(plan, request) };
}

async function renew({ run, secrets }: RenewEvent): Promise<object> {
  await putSecrets(folderOf(run, privateBucket()), secrets, standardCredentials);
  return {};
}

async function processOne(event: ProcessEvent, context: LambdaContext): Promise<ProcessAnswer> {
  const { plan, context: shards } = await openRun(event.run, privateBucket());
  const index = plan.shards.findIndex((shard) => shard.id === event.shard);
  if (index < 0) throw new ZaggError("config", "unknown-shard", `the plan has no shard ${event.shard}`);
  const deadline = new AbortController();
  const left = context.getRemainingTimeInMillis();
  const margin = Math.min(MARGIN_MS.most, Math.max(MARGIN_MS.least, left * MARGIN_SHARE));
  const reason = `the function's time (${Math.round(left / 1000)} s) was about to run out while granules were read`;
  const timer = setTimeout(() => deadline.abort(new Error(reason)), left - margin);
  try {
    const { attempt, allowPartial } = event;
    return { record: await processShard(shards, { index, attempt, allowPartial }, deadline.signal) };
  } finally {
    clearTimeout(timer);
  }
}

async function finalize({ run: pointer, lost = [], closing }: FinalizeEvent): Promise<unknown> {
  const { plan, context } = await openRun(pointer, privateBucket());
  const host = storeHost(context.stores);
  for (const record of lost) await putRecord(context.stores.run, plan, record);
  if (!closing) return host.settle(plan);
  await host.finish(plan, closing.states, closing.summary);
  return {};
}

function privateBucket(): string {
  const { ZAGG_PRIVATE_BUCKET } = process.env;
  if (ZAGG_PRIVATE_BUCKET) return ZAGG_PRIVATE_BUCKET;
  const message = "the function's environment has no ZAGG_PRIVATE_BUCKET; deploy it with zagg deploy";
  throw new ZaggError("config", "no-private-bucket", message);
}
