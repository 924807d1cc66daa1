import { randomUUID } from "node:crypto";
import {
  ARCHIVE_REGION,
  type Backend,
  earthdataSecrets,
  type GranuleProbe,
  openStores,
  type Plan,
  putRecord,
  type RunHost,
  type ShardRecord,
  type SourceSecrets,
  storeHost,
  ZaggError,
} from "@zagg/core";
import { type CredentialProvider, standardCredentials } from "@zagg/storage";
import { type CostEstimate, estimateCost, readsAreBilled } from "../cost/estimate.js";
import { CostMeter, type CostReport } from "../cost/meter.js";
import { putRun, putSecrets, type RunPointer } from "../run-document.js";
import { checkPlaces, inTheCloud } from "./check-places.js";
import { type Connection, connect, defaultFunctionName } from "./connect.js";
import { type Dispatcher, isOverBudget } from "./dispatcher.js";
import { EVENT_TIMING, type EventTiming, eventBackend } from "./event-backend.js";
import { failureQueue } from "./failure-queue.js";
import { functionCaller, lambdaHost } from "./lambda-host.js";
import { fetchSecrets, keepRenewed, neededSecrets } from "./source-secrets.js";
import { syncBackend } from "./sync-backend.js";

export interface LambdaRunOptions {
  /** Name or full ARN. Default: `$ZAGG_LAMBDA_FUNCTION_NAME`, else `process-morton-cell`. */
  readonly functionName?: string | undefined;
  /** Default: the ARN's, else $AWS_REGION, else us-west-2. */
  readonly region?: string | undefined;
  /** Default: `event`. `sync` is for few shards, and for callers who may do nothing but invoke. */
  readonly invoke?: "event" | "sync" | undefined;
  /** Invocations at a time. Default: 1700, or what the account allows. */
  readonly maxWorkers?: number | undefined;
  /** Shards that run out of memory run once more with twice as much. Default: false. */
  readonly memoryEscalation?: boolean | undefined;
  /** No shards are started beyond so many dollars. Default: the ceiling of the estimate. */
  readonly maxCost?: number | undefined;
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** The source's secrets, fetched here and lent to the workers. Default: the user's Earthdata login. */
  readonly secrets?: SourceSecrets | undefined;
  /** How a granule looks now, to notice changed ones; with `sync` the function looks. Default: none is looked at. */
  readonly probe?: GranuleProbe | undefined;
  /** Of the caller, for the private bucket and the store. Default: the standard AWS chain. */
  readonly credentials?: CredentialProvider | undefined;
  readonly timing?: EventTiming | undefined;
}

/** A run on Lambda: what `runPlan` needs, and what it costs. */
export interface LambdaRun {
  readonly functionName: string;
  /** The plan without the places on this machine's disk, which are nobody's business in the cloud. */
  readonly plan: Plan;
  readonly backend: Backend;
  readonly host: RunHost;
  estimate(selected: readonly number[]): CostEstimate;
  /** So far. */
  cost(): CostReport;
  /** Whether it has cost what it may. */
  isOverBudget(): boolean;
  /** Lends the workers the secrets that they need; before the run. `limit`: no shards are started beyond, dollars. */
  begin(limit: number): Promise<void>;
}

/** Checks that `plan` can run in a function, into `store`, and makes ready to run it there. */
export async function openLambdaRun(
  given: Plan,
  store: string,
  options: LambdaRunOptions = {},
): Promise<LambdaRun> {
  const { invoke = "event", onNotice = () => undefined, credentials = standardCredentials } = options;
  const functionName = options.functionName ?? defaultFunctionName();
  checkPlaces(given, store);
  const plan = { ...given, granules: given.granules.map(inTheCloud) };
  const connection = await connect({ ...options, functionName, invoke, store, onNotice });
  const { ping, client } = connection;
  checkRegion(plan, connection);

  const meter = new CostMeter(ping);
  const secrets = options.secrets ?? earthdataSecrets;
  const needed = neededSecrets(plan, ping.region);
  const call = functionCaller(client, functionName, (seconds) => meter.invocation(seconds));
  const stores = openStores(store, credentials);
  const folder = `s3://${ping.privateBucket}/runs/${randomUUID()}`;
  const lost: ShardRecord[] = [];
  let run: RunPointer | undefined;
  let limit = Number.POSITIVE_INFINITY;
  let stopRenewing: (() => void) | undefined;

  const dispatcher: Dispatcher = {
    ...connection,
    plan,
    run: () => run as RunPointer,
    meter,
    get maxCost() {
      return limit;
    },
    readsBilled: readsAreBilled(plan),
    memoryEscalation: options.memoryEscalation ?? false,
    onNotice,
    async keepLost(record) {
      if (invoke === "event") return putRecord(stores.run, plan, record);
      lost.push(record);
      return record;
    },
  };

  const timing = options.timing ?? EVENT_TIMING;
  const queue =
    invoke === "event" && ping.failureQueue
      ? failureQueue(ping.failureQueue, ping.region, () => dispatcher.run().url)
      : undefined;
  const backend =
    invoke === "event" ? eventBackend(dispatcher, stores.run, queue, timing) : syncBackend(dispatcher);

  const lent = await fetchSecrets(needed, secrets);
  const host =
    invoke === "event"
      ? storeHost(stores, options.probe)
      : lambdaHost(call, store, lent?.document, lost, (pointer) => {
          run = pointer;
        });

  async function renew() {
    const fresh = await fetchSecrets(needed, secrets);
    if (!fresh) return undefined;
    if (invoke === "event") await putSecrets(folder, fresh.document, credentials);
    else if (run) await call({ mode: "setup", run, secrets: fresh.document });
    return fresh;
  }

  return {
    functionName,
    plan,
    host,
    backend: {
      run: (tasks, runOptions) => backend.run(tasks, runOptions),
      async close() {
        stopRenewing?.();
        await backend.close();
      },
    },
    estimate: (selected) => estimateCost(plan, selected, ping),
    cost: () => meter.report(),
    isOverBudget: () => isOverBudget(dispatcher, 0),
    async begin(dollars) {
      limit = dollars;
      if (invoke === "event") {
        if (lent) await putSecrets(folder, lent.document, credentials);
        run = await putRun(folder, { format: "zagg-lambda-run/1", store, plan }, credentials);
      }
      if (lent) stopRenewing = keepRenewed(lent, renew, onNotice);
    },
  };
}

function checkRegion(plan: Plan, { ping, functionName }: Connection): void {
  const { s3 } = neededSecrets(plan, ping.region);
  if (s3.length === 0 || ping.region === ARCHIVE_REGION) return;
  const message = `${functionName} is in ${ping.region}, but NASA's archives let S3 be read from ${ARCHIVE_REGION} only: \
deploy it there, or run with --driver https`;
  throw new ZaggError("config", "region", message, { region: ping.region });
}
