import { EXIT_CODES, isZaggError, machineError } from "@zagg/core";
import { isStorageError } from "@zagg/storage";
import { CommanderError } from "commander";
import type { AggSummary } from "../agg.js";

/** Something in zagg itself is broken. */
const EXIT_INTERNAL = 70;
/** It came to its end, but some shards failed or are pending, or what was checked is not right. */
export const EXIT_INCOMPLETE = 1;
const EXIT_USAGE = 2;

export interface Failure {
  readonly exitCode: number;
  /** For stderr; absent where it has been told already. */
  readonly message?: string;
}

/** What an error means to the shell. Known errors are told in a line, unknown ones with their stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : EXIT_USAGE };
  const known = machineError(error) ?? (isZaggError(error) ? error : undefined);
  if (known) return { exitCode: EXIT_CODES[known.kind], message: known.message };
  // A store that is read: what is written, and granules, have errors of their own.
  if (isStorageError(error)) return { exitCode: EXIT_CODES.store, message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT_INTERNAL, message: `internal error, please report it:\n${stack}` };
}

/**
 * What a run that came to its end means to the shell: 0 only where every shard that it set out to do is written or empty,
 * or partial where that was allowed, and none of the product has failed.
 */
export function runExitCode({ interrupted, stopped_by, failed, unfinished }: AggSummary): number {
  if (interrupted) return EXIT_CODES.aborted;
  if (stopped_by) return EXIT_CODES[stopped_by];
  return failed + unfinished > 0 ? EXIT_INCOMPLETE : 0;
}
