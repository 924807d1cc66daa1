import { EXIT_CODES } from "@zagg/core";
import type { Output } from "./output.js";

/**
 * Runs `work` with a signal that aborts at the first Ctrl-C or SIGTERM, so that what is under way can be finished;
 * the second one ends the process at once. So does the first one as long as `work` has not called `begun`: then nothing is
 * under way.
 */
export async function untilInterrupted<T>(
  output: Output,
  work: (signal: AbortSignal, begun: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let isUnderWay = false;
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.aborted);
    if (!isUnderWay) {
      output.note("stopped; no shard was under way");
      process.exit(EXIT_CODES.aborted);
    }
    output.note("stopping: shards under way are finished; once more stops at once");
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await work(controller.signal, () => {
      isUnderWay = true;
    });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
