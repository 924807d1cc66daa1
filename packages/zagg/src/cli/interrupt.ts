import { EXIT_CODES } from "@zagg/core";
import type { Output } from "./output.js";

/**
 * Runs `work` with a signal that aborts at the first Ctrl-C or SIGTERM, so that what is under way can be finished; the
 * second one ends the process at once. So does the first where `isIdle` says that nothing would be lost.
 */
export async function untilInterrupted<T>(
  output: Output,
  isIdle: () => boolean,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.aborted);
    if (isIdle()) {
      output.note("stopped: no shard was under way; to go on from here, give the same command again");
      process.exit(EXIT_CODES.aborted);
    }
    output.note("stopping: shards under way are finished; once more stops at once");
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
