import { createHash } from "node:crypto";
import { LambdaRefusal } from "./lambda-refusal.js";

/** A function as it was deployed. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly role: string;
  readonly runtime: string;
  readonly handler: string;
  readonly architecture: string;
  /** MB. */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
  /** A zip. */
  readonly code: Uint8Array;
  /** Name of the queue that failed events go to. */
  readonly failureQueue?: string;
  /** Seconds that an event may wait for a free sandbox. */
  readonly maxEventAge: number;
}

/** Reads an object of S3, for `Code: {S3Bucket, S3Key}`. */
export type CodeReader = (bucket: string, key: string) => Uint8Array | undefined;

const ZIP_LIMIT = 50 * 1024 * 1024;

/** Functions by name, as CreateFunction and its neighbours change them. */
export class LambdaFunctions {
  readonly all = new Map<string, LambdaFunction>();
  readonly #region: string;
  readonly #readCode: CodeReader;

  constructor(region: string, readCode: CodeReader) {
    this.#region = region;
    this.#readCode = readCode;
  }

  /** By name or full ARN. */
  find(nameOrArn: string): LambdaFunction {
    const name = /^arn:aws:lambda:[^:]+:\d{12}:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
    const found = this.all.get(name);
    if (found) return found;
    const arn = arnOf(this.#region, name);
    throw new LambdaRefusal(404, "ResourceNotFoundException", `Function not found: ${arn}`, { Type: "User" });
  }

  create(input: Record<string, unknown>): LambdaFunction {
    const name = String(input.FunctionName);
    if (this.all.has(name)) {
      throw new LambdaRefusal(409, "ResourceConflictException", `Function already exist: ${name}`);
    }
    const made: LambdaFunction = {
      name,
      arn: arnOf(this.#region, name),
      role: String(input.Role),
      runtime: String(input.Runtime),
      handler: String(input.Handler),
      architecture: (input.Architectures as string[] | undefined)?.[0] ?? "x86_64",
      code: this.#codeOf((input.Code ?? {}) as Record<string, string>),
      maxEventAge: 6 * 3600,
      ...settings(input),
    };
    this.all.set(name, made);
    return made;
  }

  updateCode(name: string, input: Record<string, unknown>): LambdaFunction {
    return this.#replace(name, { code: this.#codeOf(input as Record<string, string>) });
  }

  updateSettings(name: string, input: Record<string, unknown>): LambdaFunction {
    return this.#replace(name, settings({ ...describe(this.find(name)), ...input }));
  }

  setEventInvoke(name: string, maxEventAge: number, failureQueue: string | undefined): void {
    this.#replace(name, { maxEventAge, ...(failureQueue !== undefined && { failureQueue }) });
  }

  #replace(name: string, change: Partial<LambdaFunction>): LambdaFunction {
    const changed = { ...this.find(name), ...change };
    this.all.set(changed.name, changed);
    return changed;
  }

  #codeOf({ ZipFile, S3Bucket, S3Key }: Record<string, string>): Uint8Array {
    const zip = ZipFile ? Buffer.from(ZipFile, "base64") : this.#readCode(S3Bucket ?? "", S3Key ?? "");
    if (!zip) {
      const message = `Error occurred while GetObject. S3 Error Code: NoSuchKey. ${S3Bucket}/${S3Key}`;
      throw new LambdaRefusal(400, "InvalidParameterValueException", message);
    }
    if (zip.length > ZIP_LIMIT) throw new LambdaRefusal(413, "RequestTooLargeException", "zip over 50 MB");
    return new Uint8Array(zip);
  }
}

function settings(input: Record<string, unknown>) {
  return {
    memorySize: Number(input.MemorySize ?? 128),
    timeout: Number(input.Timeout ?? 3),
    environment: ((input.Environment as { Variables?: Record<string, string> } | undefined)?.Variables ??
      {}) as Readonly<Record<string, string>>,
  };
}

function arnOf(region: string, name: string): string {
  return `arn:aws:lambda:${region}:123456789012:function:${name}`;
}

/** A function's configuration, as GetFunctionConfiguration answers. */
export function describe(fn: LambdaFunction): Record<string, unknown> {
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: fn.runtime,
    Role: fn.role,
    Handler: fn.handler,
    CodeSize: fn.code.length,
    CodeSha256: createHash("sha256").update(fn.code).digest("base64"),
    Timeout: fn.timeout,
    MemorySize: fn.memorySize,
    Architectures: [fn.architecture],
    Environment: { Variables: fn.environment },
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
  };
}
