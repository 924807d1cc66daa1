import { setTimeout as sleep } from "node:timers/promises";
import {
  type Backend,
  parseRecordKey,
  readRecord,
  type ShardRecord,
  type ShardTask,
  shardAt,
} from "@zagg/core";
import type { Store } from "@zagg/storage";
import pMap from "p-map";
import { Channel } from "./channel.js";
import {
  type Dispatcher,
  escalated,
  eventOf,
  type Flight,
  functionOf,
  isOverBudget,
  lostRecord,
  memoryOf,
  meterRequests,
  recordSeconds,
} from "./dispatcher.js";
import type { InvokeFailure } from "./failure.js";
import type { FailedEvent, FailureQueue } from "./failure-queue.js";
import { MOST_THROTTLES, Pace } from "./pace.js";
import { overBudget } from "./sync-backend.js";

/** How long events and receipts may take. */
export interface EventTiming {
  /** Between two looks for receipts, milliseconds: from `least`, doubling to `most` while nothing comes. */
  readonly poll: { readonly least: number; readonly most: number };
  /** Beyond the function's timeout, how long until an event counts as lost: its age limit, and a margin. */
  readonly lostAfterMs: number;
}

export const EVENT_TIMING: EventTiming = {
  poll: { least: 1_000, most: 15_000 },
  lostAfterMs: 60_000 + 90_000,
};

const READS_IN_FLIGHT = 32;

/** An event that was handed over. */
interface Fired extends Flight {
  readonly at: number;
  /** It was lost before: it is not fired a third time. */
  readonly again: boolean;
}

/**
 * Fires an event for each shard and looks for the records that their workers write: the store is the truth, and a
 * run that is cut off here goes on there. Events that failed come from a queue; one that leaves neither a record
 * nor a failure is lost, and fired once more.
 */
export function eventBackend(
  dispatcher: Dispatcher,
  receipts: Store,
  failures: FailureQueue | undefined,
  timing: EventTiming = EVENT_TIMING,
): Backend {
  const { client, meter, onNotice, plan, ping } = dispatcher;
  const lostAfter = ping.timeout * 1000 + timing.lostAfterMs;
  const shardOf = (task: ShardTask) => shardAt(plan, task.index).id;

  return {
    async *run(tasks, { signal }) {
      const records = new Channel<ShardRecord>();
      const pace = new Pace(Math.min(dispatcher.window, tasks.length));
      const waiting = new Map<string, Fired>();
      const firing = new Set<Promise<void>>();
      let queue = failures;
      let allFired = false;
      let ended = false;

      /** Hands a shard's event over, whose turn was acquired; the turn is released with the shard's end. */
      async function fire(flight: Flight, again: boolean): Promise<void> {
        const shard = shardOf(flight.task);
        waiting.set(shard, { ...flight, at: performance.now(), again });
        for (let throttles = 0; !ended; ) {
          const failure = await client.fire(functionOf(dispatcher, flight), eventOf(dispatcher, flight));
          if (!failure) return;
          if (failure.kind === "refused") throw failure.error;
          if (throttles === MOST_THROTTLES)
            return end(shard, await lostRecord(dispatcher, flight, asThrottle(failure)));
          await pace.backOff(throttles++);
          waiting.set(shard, { ...flight, at: performance.now(), again });
        }
      }

      function begin(flight: Flight, again: boolean): void {
        const work = fire(flight, again)
          .catch(fail)
          .finally(() => firing.delete(work));
        firing.add(work);
      }

      function end(shard: string, record: ShardRecord): void {
        if (!waiting.delete(shard)) return;
        pace.release();
        records.push(record);
      }

      function fail(error: unknown): void {
        ended = true;
        records.close(error);
      }

      async function fireAll(): Promise<void> {
        for (const task of tasks) {
          await pace.acquire();
          if (ended || signal?.aborted) break;
          if (isOverBudget(dispatcher, waiting.size)) {
            onNotice(overBudget(dispatcher));
            break;
          }
          begin({ task, large: false }, false);
        }
        allFired = true;
      }

      /** Ends the shards whose record is there. */
      async function collect(): Promise<number> {
        const found: Pick<ShardTask, "index" | "attempt">[] = [];
        for await (const { key } of receipts.list("shards/")) {
          const receipt = parseRecordKey(key);
          const fired = receipt && waiting.get(receipt.shard);
          if (fired && receipt.attempt >= fired.task.attempt)
            found.push({ index: fired.task.index, attempt: receipt.attempt });
        }
        await pMap(
          found,
          async (attempt) => {
            const record = await readRecord(receipts, plan, attempt);
            const fired = record && waiting.get(record.shard);
            if (!record || !fired) return;
            meter.invocation(recordSeconds(record), memoryOf(dispatcher, fired));
            meterRequests(dispatcher, record);
            end(record.shard, record);
          },
          { concurrency: READS_IN_FLIGHT },
        );
        return found.length;
      }

      async function handle({ shard, attempt, functionArn, failure }: FailedEvent): Promise<void> {
        const fired = waiting.get(shard);
        const large = /-large(:[^:]*)?$/.test(functionArn);
        if (!fired || fired.task.attempt !== attempt || fired.large !== large) return;
        if (failure.kind === "refused") throw failure.error;
        if (failure.kind === "throttle" && !signal?.aborted) return begin(fired, fired.again);
        // What ran into the limit is billed in full; of others only the time since their event was taken is known.
        const known = Math.min((performance.now() - fired.at) / 1000, ping.timeout);
        meter.invocation(
          failure.kind === "timeout" ? ping.timeout : known,
          memoryOf(dispatcher, fired),
          true,
        );
        const larger = escalated(dispatcher, fired, failure);
        if (larger) {
          onNotice(`${shard} ran out of memory; once more with twice as much`);
          return begin(larger, false);
        }
        end(shard, await lostRecord(dispatcher, fired, failure));
      }

      /** Shards that should have ended by now: their event was lost, or its failure was. */
      async function chase(): Promise<void> {
        for (const [shard, fired] of waiting) {
          if (performance.now() - fired.at < lostAfter) continue;
          if (!fired.again) {
            onNotice(`${shard}: its event was lost, and is fired once more`);
            begin(fired, true);
            continue;
          }
          const message =
            "two events were fired for it, and neither left a record: its worker was ended, or never ran";
          end(shard, await lostRecord(dispatcher, fired, { kind: "timeout", code: "no-receipt", message }));
        }
      }

      /** The queue only makes failures known sooner; without it a shard's deadline does. */
      async function readFailures(): Promise<FailedEvent[]> {
        try {
          return queue ? await queue.read() : [];
        } catch (error) {
          queue = undefined;
          onNotice(
            `the queue of failed events cannot be read (${(error as Error).message}): failures show late`,
          );
          return [];
        }
      }

      async function watch(): Promise<void> {
        let pause = timing.poll.least;
        while (!ended && !(allFired && waiting.size === 0)) {
          await sleep(pause);
          const failed = await readFailures();
          const progress = (await collect()) + failed.length;
          for (const each of failed) await handle(each);
          await chase();
          pause = progress > 0 ? timing.poll.least : Math.min(timing.poll.most, pause * 2);
        }
        await Promise.all(firing);
        records.close();
      }

      fireAll().catch(fail);
      watch().catch(fail);
      try {
        yield* records;
      } finally {
        ended = true;
      }
    },
    async close() {
      client.close();
      failures?.close();
    },
  };
}

function asThrottle(failure: InvokeFailure): Exclude<InvokeFailure, { kind: "refused" }> {
  return failure.kind === "refused" ? { kind: "throttle", message: failure.error.message } : failure;
}
