import { randomBytes } from "node:crypto";
import { ARCHIVE_REGION, isZaggError, sha256Hex, VERSION, ZaggError } from "@zagg/core";
import { isStorageError, type S3Store, s3Store, standardCredentials } from "@zagg/storage";
import { connectedPing } from "../dispatch/connect.js";
import { functionClient } from "../dispatch/function-client.js";
import type { PingAnswer } from "../protocol.js";
import { functionZip, templateText } from "./artefacts.js";
import { type Parameters, type ResourceChange, type StackClient, stackClient } from "./stack.js";

export interface DeployOptions {
  readonly functionName: string;
  readonly region: string;
  /** MB. Default: what is deployed, else 2048. */
  readonly memory?: number | undefined;
  /** Bucket for products; made where there is none of this name. Default: what is deployed, else a new one. */
  readonly outputBucket?: string | undefined;
  /** A role for the worker, where the caller may not make one. */
  readonly roleArn?: string | undefined;
  /** Everybody may read the output bucket. */
  readonly public?: boolean | undefined;
  /** Where the granules will be read from: S3 of the archives is open to one region only. */
  readonly driver?: string | undefined;
  /** The worker's zip. Default: the one in this package. */
  readonly zip?: Uint8Array | undefined;
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Between two looks at the stack, milliseconds. */
  readonly pollMs?: number | undefined;
}

/** What is there after a deployment. */
export interface Deployment {
  readonly stack: string;
  readonly functionName: string;
  readonly region: string;
  readonly outputBucket: string;
  readonly changes: readonly ResourceChange[];
  readonly ping: PingAnswer;
}

/** The most memory that Lambda gives, MB. */
const MOST_MEMORY = 10_240;
/** In AWS's words: "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008". */
const MEMORY_QUOTA = /MemorySize.*less than or equal to (\d+)/;

function stackName(functionName: string): string {
  return `zagg-${functionName.replace(/[^A-Za-z0-9-]/g, "-")}`;
}

/**
 * Makes or updates the stack of a worker: first its private bucket, then, with the zip in it, the function. Asks the
 * function at the end whether it works.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  checkRegion(options);
  const { functionName, region, onNotice = () => undefined } = options;
  const client = clientOf(options);
  try {
    const zip = options.zip ?? (await functionZip());
    const codeKey = keyOf(zip);
    if (await client.clear()) onNotice("removed what an earlier deployment that failed had left");
    const { parameters, privateBucket } = await settings(client, options);
    const changes: ResourceChange[] = [];
    let bucket = privateBucket;
    if (bucket === undefined) {
      onNotice("making the private bucket, the role, the log group and the queue");
      changes.push(...(await client.apply({ ...parameters, CodeKey: "" })));
      bucket = (await client.describe())?.outputs.PrivateBucket ?? "";
    }
    const store = bucketStore(bucket, region);
    if (!(await store.head(codeKey))) await store.put(codeKey, zip);
    onNotice("making the function");
    changes.push(...(await withinQuota(client, { ...parameters, CodeKey: codeKey }, onNotice)));
    const outputBucket = parameters.OutputBucketName ?? "";
    const ping = await ask(functionName, region);
    return { stack: stackName(functionName), functionName, region, outputBucket, changes, ping };
  } finally {
    client.close();
  }
}

/**
 * Makes the function. New accounts may give a function 3,008 MB at most: then the larger one gets that, and a notice says
 * so. (AWS tells this quota nowhere but in the refusal.)
 */
async function withinQuota(
  client: StackClient,
  parameters: Parameters,
  onNotice: (notice: string) => void,
): Promise<readonly ResourceChange[]> {
  try {
    return await client.apply(parameters);
  } catch (error) {
    const most = isZaggError(error) ? Number(MEMORY_QUOTA.exec(String(error.data.reason))?.[1]) : Number.NaN;
    if (!(Number(parameters.MemorySize) <= most)) throw error;
    onNotice(
      `this account gives a Lambda function ${most} MB at most, so the one for shards that run out of memory gets that; \
once AWS has raised the quota (docs/lambda.md), deploy again with --memory ${parameters.MemorySize}`,
    );
    return client.apply({ ...parameters, LargeMemorySize: String(most) });
  }
}

/** What a deployment would change. */
export async function previewDeploy(options: DeployOptions): Promise<readonly ResourceChange[]> {
  checkRegion(options);
  const client = clientOf(options);
  try {
    const { parameters } = await settings(client, options);
    return await client.preview({ ...parameters, CodeKey: keyOf(options.zip ?? (await functionZip())) });
  } finally {
    client.close();
  }
}

/** Removes the stack and what is in its private bucket. The output bucket and all products in it stay. */
export async function destroy(
  options: Pick<DeployOptions, "functionName" | "region" | "pollMs">,
): Promise<{ readonly stack: string; readonly outputBucket: string | undefined }> {
  const client = clientOf(options);
  const stack = stackName(options.functionName);
  try {
    const found = await client.describe();
    if (!found) {
      throw new ZaggError(
        "config",
        "no-stack",
        `there is no stack ${stack} in ${options.region}: nothing to remove`,
      );
    }
    const { PrivateBucket, OutputBucket } = found.outputs;
    if (PrivateBucket) await empty(bucketStore(PrivateBucket, options.region));
    await client.delete();
    return { stack, outputBucket: OutputBucket };
  } finally {
    client.close();
  }
}

function clientOf({
  functionName,
  region,
  pollMs,
}: Pick<DeployOptions, "functionName" | "region" | "pollMs">) {
  return stackClient(stackName(functionName), region, templateText(), pollMs);
}

function checkRegion({ driver, region }: DeployOptions): void {
  if (driver !== "s3" || region === ARCHIVE_REGION) return;
  const message = `with driver s3 the worker must be in ${ARCHIVE_REGION}, not in ${region}: NASA's archives let S3 be \
read from nowhere else; deploy it there, or use a config with driver: https`;
  throw new ZaggError("config", "region", message, { region });
}

/** The template's parameters: what is asked for, else what is deployed, else the defaults. */
async function settings(
  client: StackClient,
  options: DeployOptions,
): Promise<{ readonly parameters: Parameters; readonly privateBucket: string | undefined }> {
  const found = await client.describe();
  const before = found?.parameters ?? {};
  // What the first step of a deployment that failed had asked for was never made.
  const deployed = before.CodeKey ? before : {};
  const memory = options.memory ?? Number(deployed.MemorySize ?? 2048);
  const bucket =
    options.outputBucket ?? before.OutputBucketName ?? `zagg-products-${randomBytes(6).toString("hex")}`;
  const ours = before.OutputBucketName === bucket && before.CreateOutputBucket === "yes";
  const makes = ours || !(await exists(bucket, options.region));
  if (options.public && !makes) {
    const message = `${bucket} is not of this deployment, so its policy is not changed: open it yourself (docs/lambda.md), \
or deploy --public with an --output-bucket that does not exist yet`;
    throw new ZaggError("config", "public-bucket", message, { bucket });
  }
  const isPublic = options.public ?? before.PublicOutput === "yes";
  return {
    privateBucket: found?.outputs.PrivateBucket,
    parameters: {
      FunctionName: options.functionName,
      MemorySize: String(memory),
      LargeMemorySize:
        (options.memory === undefined && deployed.LargeMemorySize) ||
        String(Math.min(MOST_MEMORY, memory * 2)),
      OutputBucketName: bucket,
      CreateOutputBucket: makes ? "yes" : "no",
      PublicOutput: isPublic ? "yes" : "no",
      RoleArn: options.roleArn ?? before.RoleArn ?? "",
    },
  };
}

function keyOf(zip: Uint8Array): string {
  return `code/${sha256Hex(zip)}.zip`;
}

function bucketStore(bucket: string, region: string): S3Store {
  return s3Store(`s3://${bucket}`, { region, credentials: standardCredentials });
}

async function exists(bucket: string, region: string): Promise<boolean> {
  try {
    for await (const _ of bucketStore(bucket, region).list("zarr.json")) break;
    return true;
  } catch (error) {
    if (isStorageError(error, "not-found")) return false;
    if (isStorageError(error, "denied")) return true; // somebody's; the worker's ping will tell whether it may write
    throw error;
  }
}

async function empty(store: S3Store): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  await store.delete(keys);
}

async function ask(functionName: string, region: string): Promise<PingAnswer> {
  const client = functionClient(region, 1);
  try {
    const ping = await connectedPing(client, functionName);
    if (ping.version === VERSION) return ping;
    throw new ZaggError(
      "upstream",
      "worker-version",
      `${functionName} answers as ${ping.version}, not ${VERSION}`,
    );
  } finally {
    client.close();
  }
}
