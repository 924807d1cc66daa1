import type { IncomingMessage, ServerResponse } from "node:http";
import { listen, type TestServer } from "./http-server-listen.js";
import { describe, LambdaFunctions } from "./lambda-functions.js";
import { type Executor, type InvokeFaults, LambdaInvoker } from "./lambda-invoker.js";
import { LambdaQueues } from "./lambda-queues.js";
import { LambdaRefusal } from "./lambda-refusal.js";
import { startSandboxes } from "./lambda-sandboxes.js";
import { LambdaStacks } from "./lambda-stacks.js";
import type { S3Emulator } from "./s3-emulator.js";
import { authenticate, type Principal } from "./s3-emulator-auth.js";
import { S3Refusal } from "./s3-emulator-errors.js";

/** Somebody who may sign requests to the control plane. */
export interface LambdaPrincipal extends Principal {
  /** What they may do, e.g. `lambda:InvokeFunction`. Default: everything. */
  readonly actions?: readonly string[];
}

export interface LambdaServerOptions {
  readonly principals: readonly LambdaPrincipal[];
  /** Default: us-west-2. */
  readonly region?: string;
  /** Invocations at a time in the account. Default: 1000, as AWS. */
  readonly concurrency?: number;
  /** Where stacks make their buckets and functions find their code. */
  readonly s3?: S3Emulator;
  /** Runs functions. Default: real processes, as many as `processes` (2), with `environment`. */
  readonly executor?: Executor;
  readonly processes?: number;
  readonly faults?: InvokeFaults;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LambdaServer extends TestServer {
  readonly functions: LambdaFunctions;
  readonly invoker: LambdaInvoker;
  readonly queues: LambdaQueues;
  readonly stacks: LambdaStacks;
  /** What was asked, in order: `lambda:InvokeFunction`. */
  readonly actions: string[];
}

interface Call {
  readonly action: string;
  readonly answer: (response: ServerResponse) => Promise<void> | void;
}

/**
 * The Lambda API of one region, strict where it matters to a client (signatures, permissions, payload limits, 429,
 * timeouts, memory), and what goes with it: failure queues and the CloudFormation calls of a deployment.
 */
export async function startLambda(options: LambdaServerOptions): Promise<LambdaServer> {
  const { region = "us-west-2", concurrency = 1000, s3 } = options;
  const principals = new Map(options.principals.map((one) => [one.accessKeyId, one]));
  const executor =
    options.executor ??
    (await startSandboxes({ processes: options.processes ?? 2, environment: options.environment ?? {} }));
  const functions = new LambdaFunctions(
    region,
    (bucket, key) => s3?.buckets.get(bucket)?.objects.get(key)?.bytes,
  );
  const queues = new LambdaQueues();
  const invoker = new LambdaInvoker(
    executor,
    concurrency,
    (queue, body) => queues.send(queue, body),
    options.faults,
  );
  const stacks = new LambdaStacks(functions, s3, region);
  const actions: string[] = [];

  function route(request: IncomingMessage, path: readonly string[], body: Buffer): Call {
    const target = request.headers["x-amz-target"]?.toString();
    if (target?.startsWith("AmazonSQS.")) {
      const action = target.slice("AmazonSQS.".length);
      return json(`sqs:${action}`, 200, () => queues.answer(action, JSON.parse(body.toString())));
    }
    if (path.length === 0) {
      const input = Object.fromEntries(new URLSearchParams(body.toString()));
      const { Action = "" } = input;
      return { action: `cloudformation:${Action}`, answer: (response) => xml(response, Action, input) };
    }
    return lambdaCall(request, path, body);
  }

  function lambdaCall(request: IncomingMessage, path: readonly string[], body: Buffer): Call {
    const [, resource, name = "", what] = path;
    const operation = `${request.method} ${what ?? ""}`.trim();
    const input = () => JSON.parse(body.toString());
    if (resource === "account-settings") {
      const limit = { ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency };
      return json("lambda:GetAccountSettings", 200, () => ({ AccountLimit: limit }));
    }
    if (operation === "POST invocations") {
      return {
        action: "lambda:InvokeFunction",
        answer: (response) => invoke(request, response, name, body.toString()),
      };
    }
    const calls: Record<string, Call> = {
      POST: json("lambda:CreateFunction", 201, () => describe(functions.create(input()))),
      "PUT code": json("lambda:UpdateFunctionCode", 200, () => describe(functions.updateCode(name, input()))),
      "PUT configuration": json("lambda:UpdateFunctionConfiguration", 200, () =>
        describe(functions.updateSettings(name, input())),
      ),
      GET: json("lambda:GetFunction", 200, () => ({ Configuration: describe(functions.find(name)) })),
      "GET configuration": json("lambda:GetFunctionConfiguration", 200, () => describe(functions.find(name))),
      "GET concurrency": json("lambda:GetFunctionConcurrency", 200, () => ({})),
    };
    const call = calls[operation];
    if (!call) throw new LambdaRefusal(404, "UnknownOperationException", `${operation} ${path.join("/")}`);
    return call;
  }

  async function invoke(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    payload: string,
  ): Promise<void> {
    const fn = functions.find(name);
    const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    if (type === "Event") {
      invoker.event(fn, payload);
      return void response.writeHead(202).end();
    }
    if (type === "DryRun") return void response.writeHead(204).end();
    const { functionError, payload: answer, log, requestId } = await invoker.sync(fn, payload);
    response.writeHead(200, {
      "x-amzn-requestid": requestId,
      "x-amz-executed-version": "$LATEST",
      ...(functionError && { "x-amz-function-error": functionError }),
      ...(request.headers["x-amz-log-type"] === "Tail" && {
        "x-amz-log-result": Buffer.from(log).toString("base64"),
      }),
    });
    response.end(answer);
  }

  function xml(response: ServerResponse, action: string, input: Record<string, string>): void {
    const content = stacks.answer(action, input);
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(`<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`);
  }

  const server = await listen(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    try {
      const principal = whoAsks(request, body, principals, region);
      const path = new URL(request.url ?? "/", "http://lambda").pathname.split("/").filter(Boolean);
      const { action, answer } = route(request, path.map(decodeURIComponent), body);
      actions.push(action);
      if (principal.actions && !principal.actions.includes(action)) {
        const message = `User: ${principal.accessKeyId} is not authorized to perform: ${action}`;
        throw new LambdaRefusal(403, "AccessDeniedException", message);
      }
      await answer(response);
    } catch (error) {
      refuse(request, response, error);
    }
  });

  return {
    ...server,
    functions,
    invoker,
    queues,
    stacks,
    actions,
    async close() {
      await server.close();
      await executor.close();
    },
  };
}

function json(action: string, status: number, value: () => object): Call {
  return {
    action,
    answer(response) {
      const text = JSON.stringify(value());
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    },
  };
}

/** The services of the control plane encode the path twice before they sign it; S3 does not. */
function whoAsks(
  request: IncomingMessage,
  body: Buffer,
  principals: ReadonlyMap<string, LambdaPrincipal>,
  region: string,
): LambdaPrincipal {
  const { method = "GET", url = "/", headers } = request;
  const [path = "/", query] = url.split("?");
  const target = [path.replaceAll("%", "%25"), query].filter((part) => part !== undefined).join("?");
  const found = authenticate({ method, target, headers, body }, principals, region);
  if (found) return found;
  throw new LambdaRefusal(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
}

const AUTH_NAMES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: "InvalidSignatureException",
  InvalidAccessKeyId: "UnrecognizedClientException",
  InvalidToken: "UnrecognizedClientException",
  ExpiredToken: "ExpiredTokenException",
};

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (!(error instanceof LambdaRefusal || error instanceof S3Refusal)) throw error;
  const code = error instanceof S3Refusal ? (AUTH_NAMES[error.code] ?? error.code) : error.code;
  const status = error instanceof S3Refusal ? 403 : error.status;
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    response.writeHead(status, { "content-type": "text/xml" });
    const text = `<Code>${code}</Code><Message>${error.message}</Message>`;
    return void response.end(`<ErrorResponse><Error><Type>Sender</Type>${text}</Error></ErrorResponse>`);
  }
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": code });
  const fields = error instanceof LambdaRefusal ? error.fields : {};
  response.end(JSON.stringify({ __type: code, message: error.message, Message: error.message, ...fields }));
}
