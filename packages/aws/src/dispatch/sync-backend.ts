import type { Backend, ShardRecord } from "@zagg/core";
import type { ProcessAnswer } from "../protocol.js";
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
} from "./dispatcher.js";
import { MOST_THROTTLES, Pace } from "./pace.js";

/**
 * One waiting call for each shard; its answer is the receipt. For few shards, and for callers who may invoke and
 * nothing else. Dies with this process, whose records are then found at the next start.
 */
export function syncBackend(dispatcher: Dispatcher): Backend {
  const { client, meter, onNotice, window } = dispatcher;

  /** Ends with a record, or throws what ends the whole run. */
  async function process(flight: Flight, pace: Pace): Promise<ShardRecord> {
    for (let throttles = 0; ; ) {
      const answered = await client.ask<ProcessAnswer>(
        functionOf(dispatcher, flight),
        eventOf(dispatcher, flight),
      );
      if (answered.seconds > 0)
        meter.invocation(answered.seconds, memoryOf(dispatcher, flight), !answered.ok);
      if (answered.ok) {
        meterRequests(dispatcher, answered.answer.record);
        return answered.answer.record;
      }
      const { failure } = answered;
      if (failure.kind === "refused") throw failure.error;
      if (failure.kind === "throttle" && throttles < MOST_THROTTLES) {
        await pace.backOff(throttles++);
        continue;
      }
      const next = escalated(dispatcher, flight, failure);
      if (!next) return lostRecord(dispatcher, flight, failure);
      onNotice(`${eventOf(dispatcher, flight).shard} ran out of memory; once more with twice as much`);
      return process(next, pace);
    }
  }

  async function start(
    tasks: Parameters<Backend["run"]>[0],
    signal: AbortSignal | undefined,
    records: Channel<ShardRecord>,
  ): Promise<void> {
    const pace = new Pace(Math.min(window, tasks.length));
    const underWay = new Set<Promise<void>>();
    for (const task of tasks) {
      await pace.acquire();
      if (signal?.aborted || isOverBudget(dispatcher, underWay.size)) {
        if (!signal?.aborted) onNotice(overBudget(dispatcher));
        break;
      }
      const work = process({ task, large: false }, pace)
        .then((record) => records.push(record))
        .catch((error) => records.close(error))
        .finally(() => {
          pace.release();
          underWay.delete(work);
        });
      underWay.add(work);
    }
    await Promise.all(underWay);
  }

  return {
    async *run(tasks, { signal }) {
      const records = new Channel<ShardRecord>();
      start(tasks, signal, records).then(
        () => records.close(),
        (error) => records.close(error),
      );
      yield* records;
    },
    async close() {
      client.close();
    },
  };
}

/** Told when a run stops for its cost. */
export function overBudget({ meter, maxCost }: Dispatcher): string {
  return `the run has cost about $${meter.dollars.toFixed(2)} of the $${maxCost.toFixed(2)} that it may: no more shards \
are started, the others stay pending; go on with the same command and another --max-cost`;
}
