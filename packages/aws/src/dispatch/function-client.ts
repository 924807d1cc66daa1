import { Agent as HttpAgent } from "node:http";
import type { Agent } from "node:https";
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { httpsAgent } from "@zagg/storage";
import type { WorkerEvent } from "../protocol.js";
import { apiFailure, functionFailure, type InvokeFailure } from "./failure.js";

/** Longer than any function runs (900 s): an answer that comes late must not look like a lost one. */
const SOCKET_TIMEOUT_MS = 910_000;
const CONNECT_TIMEOUT_MS = 30_000;

/** The answer of a function, or why there is none. */
export type Answered<T> = (
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly failure: InvokeFailure }
) & {
  /** As AWS bills it, or as it took us where AWS does not say. */
  readonly seconds: number;
};

/** Calls functions of one region. */
export interface FunctionClient {
  /** Waits for the answer. Never throws for what is wrong with the function. */
  ask<T>(functionName: string, event: WorkerEvent): Promise<Answered<T>>;
  /** Hands an event over; undefined when Lambda has taken it. */
  fire(functionName: string, event: WorkerEvent): Promise<InvokeFailure | undefined>;
  /** Invocations that may be under way at a time; undefined where we may not know. */
  concurrency(functionName: string): Promise<number | undefined>;
  close(): void;
}

/**
 * A Lambda client for very many calls at a time: a socket for each, kept alive (NAT gateways drop quiet
 * connections after 350 s), and no retries by the SDK, for a retried call is a second execution.
 */
export function functionClient(region: string, sockets: number): FunctionClient {
  const agent = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets: sockets + 64, maxFreeSockets: 256 };
  const client = new LambdaClient({
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      socketAcquisitionWarningTimeout: 1e6,
      httpAgent: new HttpAgent(agent),
      httpsAgent: httpsAgent(agent) as Agent,
    },
  });

  return {
    async ask<T>(functionName: string, event: WorkerEvent): Promise<Answered<T>> {
      const started = performance.now();
      const elapsed = () => (performance.now() - started) / 1000;
      try {
        const { Payload, FunctionError, LogResult } = await client.send(
          new InvokeCommand({ FunctionName: functionName, LogType: "Tail", Payload: JSON.stringify(event) }),
        );
        const value = JSON.parse(new TextDecoder().decode(Payload)) as T;
        const seconds = billedSeconds(LogResult) ?? elapsed();
        if (FunctionError === undefined) return { ok: true, answer: value, seconds };
        return { ok: false, failure: functionFailure(value), seconds };
      } catch (error) {
        return { ok: false, failure: apiFailure(error, functionName), seconds: 0 };
      }
    },
    async fire(functionName, event) {
      try {
        await client.send(
          new InvokeCommand({
            FunctionName: functionName,
            InvocationType: "Event",
            Payload: JSON.stringify(event),
          }),
        );
        return undefined;
      } catch (error) {
        return apiFailure(error, functionName);
      }
    },
    async concurrency(functionName) {
      const reserved = await client
        .send(new GetFunctionConcurrencyCommand({ FunctionName: functionName }))
        .then((answer) => answer.ReservedConcurrentExecutions)
        .catch(() => undefined);
      if (reserved !== undefined) return reserved;
      return client
        .send(new GetAccountSettingsCommand({}))
        .then((answer) => answer.AccountLimit?.UnreservedConcurrentExecutions)
        .catch(() => undefined);
    },
    close: () => client.destroy(),
  };
}

/** From the REPORT line that ends an invocation's log. */
function billedSeconds(log: string | undefined): number | undefined {
  const text = Buffer.from(log ?? "", "base64").toString();
  const billed = /Billed Duration: (\d+) ms/.exec(text)?.[1];
  return billed === undefined ? undefined : Number(billed) / 1000;
}
