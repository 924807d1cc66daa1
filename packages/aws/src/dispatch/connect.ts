import { ARCHIVE_REGION, defined, VERSION, ZaggError } from "@zagg/core";
import type { PingAnswer } from "../protocol.js";
import { type FunctionClient, functionClient } from "./function-client.js";
import { functionCaller } from "./lambda-host.js";

/** As 0.1.0: the most invocations at a time, where the account allows so many. */
export const DEFAULT_WORKERS = 1700;
/** Concurrency of an account that does not tell. */
const ASSUMED_CONCURRENCY = 1000;
/** Share of the account's concurrency that is left to others. */
const LEFT_TO_OTHERS = 0.05;
/** Descriptors besides one for each call that waits. */
const SPARE_DESCRIPTORS = 200;

export interface ConnectOptions {
  readonly functionName: string;
  readonly region?: string | undefined;
  readonly invoke: "event" | "sync";
  readonly maxWorkers?: number | undefined;
  /** The product's store: the worker tries whether it may write there. */
  readonly store: string;
  readonly onNotice: (notice: string) => void;
}

/** A function that answers, of our version, and may write. */
export interface Connection {
  readonly client: FunctionClient;
  readonly functionName: string;
  readonly ping: PingAnswer;
  /** Invocations at a time. */
  readonly window: number;
}

/** What a function says it is, of whatever version; with `store`, whether it may write there. */
export function connectedPing(
  client: FunctionClient,
  functionName: string,
  store?: string,
): Promise<PingAnswer> {
  const call = functionCaller(client, functionName, () => undefined);
  return call<PingAnswer>(defined({ mode: "ping" as const, store }));
}

/** Default of `--region`: where NASA's archives are, unless the environment names another. */
export function defaultRegion(): string {
  return process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || ARCHIVE_REGION;
}

/** Default of `--function-name`. */
export function defaultFunctionName(): string {
  return process.env.ZAGG_LAMBDA_FUNCTION_NAME || "process-morton-cell";
}

/** Looks before the first shard whether a run can work: function, version, permission to write, quotas. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { functionName, invoke, store, onNotice, maxWorkers = DEFAULT_WORKERS } = options;
  const region = options.region ?? /^arn:[^:]+:lambda:([^:]+):/.exec(functionName)?.[1] ?? defaultRegion();
  const client = functionClient(region, invoke === "sync" ? maxWorkers : 64);
  try {
    const ping = await connectedPing(client, functionName, store);
    checkVersion(ping, functionName);
    const allowed = await client.concurrency(functionName);
    if (allowed === undefined) {
      onNotice(
        `the account's concurrency may not be asked for here; ${ASSUMED_CONCURRENCY} is taken, as AWS gives`,
      );
    }
    if (allowed === 0) {
      const message = `${functionName} is switched off: its reserved concurrency is 0; raise it in the Lambda console`;
      throw new ZaggError("config", "no-concurrency", message, { functionName });
    }
    const free = Math.max(1, Math.floor((allowed ?? ASSUMED_CONCURRENCY) * (1 - LEFT_TO_OTHERS)));
    const window = Math.min(maxWorkers, free, invoke === "sync" ? descriptors(onNotice) : maxWorkers);
    return { client, functionName, ping, window };
  } catch (error) {
    client.close();
    throw error;
  }
}

function checkVersion({ format, version }: PingAnswer, functionName: string): void {
  if (format === "zagg-worker/1" && version === VERSION) return;
  const found = version ? `zagg ${version}` : "no zagg worker";
  throw new ZaggError(
    "config",
    "worker-version",
    `${functionName} is ${found}, this is zagg ${VERSION}: both must be the same; deploy it again with zagg deploy, or \
install zagg@${version}`,
    { functionName, version },
  );
}

/** How many calls may wait at a time: each holds a socket. */
function descriptors(onNotice: (notice: string) => void): number {
  // Not under Windows, where the report says nothing and the system has no such limit.
  const report = process.report?.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = Number(report?.userLimits?.open_files?.soft ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(soft)) return Number.POSITIVE_INFINITY;
  const sockets = Math.max(1, soft - SPARE_DESCRIPTORS);
  if (sockets < DEFAULT_WORKERS)
    onNotice(`ulimit -n is ${soft}: at most ${sockets} calls wait at a time; raise it to 4096`);
  return sockets;
}
