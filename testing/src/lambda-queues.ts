import { createHash, randomUUID } from "node:crypto";
import { LambdaRefusal } from "./lambda-refusal.js";

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sent: number;
  /** Hidden from receivers until then. */
  hidden: number;
}

/** The two calls of SQS that reading a failure queue takes (JSON protocol). Queues exist as soon as named. */
export class LambdaQueues {
  readonly #queues = new Map<string, Map<string, Message>>();

  send(queue: string, body: string): void {
    const id = randomUUID();
    this.#queue(queue).set(id, { id, body, sent: Date.now(), hidden: 0 });
  }

  /** Bodies that are in a queue, hidden or not. */
  bodies(queue: string): string[] {
    return [...this.#queue(queue).values()].map((message) => message.body);
  }

  answer(action: string, input: Record<string, unknown>): Record<string, unknown> {
    const queue = this.#queue(String(input.QueueUrl).split("/").at(-1) ?? "");
    if (action === "ReceiveMessage") return this.#receive(queue, input);
    if (action === "DeleteMessageBatch") {
      const entries = input.Entries as { Id: string; ReceiptHandle: string }[];
      for (const { ReceiptHandle } of entries) queue.delete(ReceiptHandle);
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    }
    throw new LambdaRefusal(400, "InvalidAction", action);
  }

  #receive(queue: Map<string, Message>, input: Record<string, unknown>): Record<string, unknown> {
    const now = Date.now();
    const visible = [...queue.values()].filter((message) => message.hidden <= now);
    const taken = visible.slice(0, Number(input.MaxNumberOfMessages ?? 1));
    for (const message of taken) message.hidden = now + Number(input.VisibilityTimeout ?? 30) * 1000;
    return {
      Messages: taken.map(({ id, body, sent }) => ({
        MessageId: id,
        ReceiptHandle: id,
        Body: body,
        MD5OfBody: createHash("md5").update(body).digest("hex"),
        Attributes: { SentTimestamp: String(sent) },
      })),
    };
  }

  #queue(name: string): Map<string, Message> {
    const queue = this.#queues.get(name) ?? new Map<string, Message>();
    this.#queues.set(name, queue);
    return queue;
  }
}
