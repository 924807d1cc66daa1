import { isZaggError, ZaggError } from "./error.js";

const TOO_MANY_FILES = {
  code: "too-many-files",
  what: "this machine lets the process open no more files",
  remedy: "raise the limit (ulimit -n 4096), then run the same command again",
};
const OUT_OF_MEMORY = {
  code: "out-of-memory",
  what: "this machine gives the process no more memory",
  remedy: "run the same command again with fewer --max-workers, or where there is more",
};
const NO_THREADS = {
  ...OUT_OF_MEMORY,
  code: "no-threads",
  what: "this machine gives the process no more threads",
};

/** By the code of a system call's error, or of Node's. */
const LIMITS: Readonly<Record<string, typeof OUT_OF_MEMORY>> = {
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  ENOMEM: OUT_OF_MEMORY,
  ERR_MEMORY_ALLOCATION_FAILED: OUT_OF_MEMORY,
  ERR_WORKER_INIT_FAILED: NO_THREADS,
  ERR_WORKER_OUT_OF_MEMORY: OUT_OF_MEMORY,
};

/**
 * What an error, or one that caused it, says of this machine: that it gives no more memory, threads or open files.
 * Undefined for errors of anything else.
 *
 * @example
 * machineError(Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" }))?.code; // "too-many-files"
 */
export function machineError(error: unknown): ZaggError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isZaggError(at) && at.kind === "machine") return at; // said before
    const limit = limitOf(at);
    if (!limit) continue;
    const { code, what, remedy } = limit;
    return new ZaggError("machine", code, `${what} (${at.message}); ${remedy}`, {}, { cause: error });
  }
  return undefined;
}

function limitOf(error: Error): typeof OUT_OF_MEMORY | undefined {
  if (error.message.includes("EMFILE")) return TOO_MANY_FILES; // of a thread that could not start
  // V8 gives these no code.
  if (error instanceof RangeError && /allocation failed/i.test(error.message)) return OUT_OF_MEMORY;
  return "code" in error ? LIMITS[String(error.code)] : undefined;
}
