import type { Agent } from "node:https";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { httpsAgent } from "@zagg/storage";
import type { ProcessEvent } from "../protocol.js";
import { functionFailure, type InvokeFailure } from "./failure.js";

/** An event of ours that Lambda gave up. */
export interface FailedEvent {
  readonly shard: string;
  readonly attempt: number;
  readonly functionArn: string;
  readonly failure: InvokeFailure;
}

/** Messages of runs that nobody waits for are removed when they are so old. */
const STALE_MS = 3_600_000;
/** Other runs read the same queue: their messages are left to them, hidden from us for so long. */
const HIDDEN_SECONDS = 5;
/** SQS hands out no more at a time. */
const BATCH = 10;

/** Reads the queue of failed events. */
export interface FailureQueue {
  /** All failures of this run's events that are there now. */
  read(): Promise<FailedEvent[]>;
  close(): void;
}

export function failureQueue(url: string, region: string, runUrl: () => string): FailureQueue {
  const client = new SQSClient({
    region,
    maxAttempts: 3,
    useQueueUrlAsEndpoint: false,
    requestHandler: { httpsAgent: httpsAgent({ keepAlive: true }) as Agent },
  });

  async function receive() {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    return Messages;
  }

  return {
    async read() {
      const failed: FailedEvent[] = [];
      for (let messages = await receive(); messages.length > 0; messages = await receive()) {
        const done: string[] = [];
        for (const { Body = "", ReceiptHandle = "", Attributes } of messages) {
          const found = parseFailure(Body, runUrl());
          if (found) failed.push(found);
          const age = Date.now() - Number(Attributes?.SentTimestamp ?? Date.now());
          if (found || age > STALE_MS) done.push(ReceiptHandle);
        }
        const Entries = done.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
        if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      }
      return failed;
    },
    close: () => client.destroy(),
  };
}

/** Lambda's record of a failed event; undefined where it is another run's. */
export function parseFailure(body: string, runUrl: string): FailedEvent | undefined {
  let message: {
    requestContext?: { condition?: string; functionArn?: string };
    requestPayload?: Partial<ProcessEvent>;
    responsePayload?: unknown;
  };
  try {
    message = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { requestContext, requestPayload, responsePayload } = message;
  const { shard, attempt, run } = requestPayload ?? {};
  if (run?.url !== runUrl || shard === undefined || attempt === undefined) return undefined;
  const failure: InvokeFailure =
    requestContext?.condition === "EventAgeExceeded"
      ? { kind: "throttle", message: "its event waited too long for a free worker" }
      : functionFailure(responsePayload);
  return { shard, attempt, functionArn: requestContext?.functionArn ?? "", failure };
}
