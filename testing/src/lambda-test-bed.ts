import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Executor, InvokeFaults } from "./lambda-invoker.js";
import { type LambdaPrincipal, type LambdaServer, startLambda } from "./lambda-server.js";
import { type S3Emulator, startS3Emulator } from "./s3-emulator.js";
import type { Principal } from "./s3-emulator-auth.js";

const ZIP = new URL("../../packages/aws/dist/function.zip", import.meta.url);

/** Who calls: with an account of their own. */
export const CALLER: Principal = { accessKeyId: "CALLER", secretAccessKey: "caller-secret-9e1" };
/** Who may invoke, and nothing else. */
export const INVOKER: LambdaPrincipal = {
  accessKeyId: "INVOKER",
  secretAccessKey: "invoker-secret-7c2",
  actions: ["lambda:InvokeFunction"],
};
/** What functions run as. */
export const ROLE: Principal = {
  accessKeyId: "ROLE",
  secretAccessKey: "role-secret-5d3",
  sessionToken: "role-session-4b4",
};

export interface LambdaTestBedOptions {
  /** Another S3 than the emulator, and who writes there. */
  readonly s3?: { readonly url: string; readonly principal: Principal };
  readonly concurrency?: number;
  readonly processes?: number;
  /** In place of real processes. */
  readonly executor?: Executor;
  readonly faults?: InvokeFaults;
  /** Environment of functions, besides what the test bed gives them. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface FunctionSettings {
  /** MB. */
  readonly memory?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: process-morton-cell. */
  readonly name?: string;
}

/** A Lambda of our own with an S3 beside it, and the worker's real zip. */
export interface LambdaTestBed {
  readonly lambda: LambdaServer;
  readonly s3: S3Emulator;
  /** The environment of a process that uses it, as somebody. */
  environment(principal: Principal): Record<string, string>;
  /** Makes the worker's function, and one with twice the memory, as a deployment does. */
  createFunction(settings?: FunctionSettings): void;
  close(): Promise<void>;
}

export const TEST_FUNCTION = "process-morton-cell";
export const PRIVATE_BUCKET = "zagg-private";
export const FAILURE_QUEUE = "zagg-failures";

/** Starts a test bed with the buckets `zagg-private`, `products` and `granules` on the emulator. */
export async function startLambdaTestBed(options: LambdaTestBedOptions = {}): Promise<LambdaTestBed> {
  const s3 = await startS3Emulator({ principals: [CALLER, ROLE] });
  for (const name of [PRIVATE_BUCKET, "products", "granules"]) s3.addBucket(name);
  const s3Url = options.s3?.url ?? s3.url;
  const role = options.s3?.principal ?? ROLE;
  const lambda = await startLambda({
    principals: [CALLER, INVOKER, ...(options.s3 ? [options.s3.principal] : [])],
    s3,
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    ...(options.processes !== undefined && { processes: options.processes }),
    ...(options.executor && { executor: options.executor }),
    ...(options.faults && { faults: options.faults }),
    environment: {
      AWS_REGION: "us-west-2",
      AWS_ENDPOINT_URL_S3: s3Url,
      ...keysOf(role),
      ...options.environment,
    },
  });
  return {
    lambda,
    s3,
    environment: (principal) => ({
      AWS_REGION: "us-west-2",
      AWS_ENDPOINT_URL_S3: s3Url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_ENDPOINT_URL_SQS: lambda.url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: lambda.url,
      AWS_EC2_METADATA_DISABLED: "true",
      ...keysOf(principal),
    }),
    createFunction({ memory = 1024, timeout = 60, environment = {}, name: plain = TEST_FUNCTION } = {}) {
      const ZipFile = Buffer.from(functionZip()).toString("base64");
      for (const [name, MemorySize] of [
        [plain, memory],
        [`${plain}-large`, memory * 2],
      ] as const) {
        lambda.functions.create({
          FunctionName: name,
          Runtime: "nodejs24.x",
          Role: "arn:aws:iam::123456789012:role/worker",
          Handler: "index.handler",
          Architectures: ["arm64"],
          MemorySize,
          Timeout: timeout,
          Code: { ZipFile },
          Environment: {
            Variables: {
              ZAGG_PRIVATE_BUCKET: PRIVATE_BUCKET,
              ZAGG_FAILURE_QUEUE: `https://sqs/1/${FAILURE_QUEUE}`,
              ...environment,
            },
          },
        });
        lambda.functions.setEventInvoke(name, 60, FAILURE_QUEUE);
      }
    },
    async close() {
      await lambda.close();
      await s3.close();
    },
  };
}

const SABOTAGE = fileURLToPath(new URL("../src/lambda-sabotage.mjs", import.meta.url));

/**
 * Environment of a function that misbehaves while it processes a shard, with `memory` (MB) only if that is given; or of
 * one that says it is of another version.
 */
export function sabotage(how: "crash" | "hang" | "hoard" | "old", memory?: number): Record<string, string> {
  return {
    NODE_OPTIONS: `--import ${SABOTAGE}`,
    SABOTAGE: how,
    ...(memory !== undefined && { SABOTAGE_MEMORY: String(memory) }),
  };
}

/** The worker's zip, as `npm run build` makes it. */
export function functionZip(): Uint8Array {
  return readFileSync(ZIP);
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: Principal): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
}
