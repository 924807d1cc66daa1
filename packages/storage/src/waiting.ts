/** Something that has been waited for without a byte of an answer. */
export interface Waiting {
  /** For messages: redacted. */
  readonly url: string;
  /** Since its last byte, or since it was first asked for, in milliseconds. */
  readonly ms: number;
  /** What the last try ended in, where one has. */
  readonly why?: string | undefined;
}

/** After this time without a byte, and again and again after it, somebody is told. */
export const LONG_WAIT_MS = 3000;

let listener: ((waiting: Waiting) => void) | undefined;

/**
 * Has `tell` told of every long wait of this thread, whoever waits: a command that is silent looks as if it hung.
 * Undefined: nobody.
 *
 * @example tellWaits(({ url, ms }) => console.error(`no answer from ${url} for ${Math.round(ms / 1000)} s`));
 */
export function tellWaits(tell: ((waiting: Waiting) => void) | undefined): void {
  listener = tell;
}

/** Tells of a long wait, as of one of this thread: for those of threads below. */
export function passOnWait(waiting: Waiting): void {
  listener?.(waiting);
}

/** A wait that is watched. */
export interface Watch {
  /** What has arrived until now was of no use: the wait goes on. */
  disregard(): void;
  stop(): void;
}

const UNWATCHED: Watch = { disregard: () => undefined, stop: () => undefined };

/**
 * Watches a wait, of whatever length: whoever listens (`tellWaits`) is told when it is long. `bytes` grows when something arrives;
 * `why` says what the last try ended in.
 *
 * @example
 * const watch = watchWait("https://example.org/x", () => 0, () => undefined);
 * watch.stop();
 */
export function watchWait(url: string, bytes: () => number, why: () => string | undefined): Watch {
  if (listener === undefined) return UNWATCHED;
  let arrived = bytes();
  let since = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (bytes() === arrived) return passOnWait({ url, ms: now - since, why: why() });
    arrived = bytes();
    since = now;
  }, LONG_WAIT_MS);
  return {
    disregard() {
      arrived = bytes();
    },
    stop: () => clearInterval(timer),
  };
}
