/**
 * Requests of one file that may be in flight at once. 8 reach within 5 % of what an unlimited number does where spans
 * are read, a walk through scattered metadata needs 16 (measured at 30 ms latency).
 */
export const MAX_REQUESTS_IN_FLIGHT = 16;

/** Bytes of one file that may be in flight or waiting to be decoded. */
export const MAX_BYTES_IN_FLIGHT = 8 * 1024 * 1024;

/** Runs `task` once there is room for one more request of `bytes`; waiting tasks keep their order. */
export type Limiter = <T>(bytes: number, task: () => Promise<T>) => Promise<T>;

export function limiter(maxRequests = MAX_REQUESTS_IN_FLIGHT, maxBytes = MAX_BYTES_IN_FLIGHT): Limiter {
  let requests = 0;
  let held = 0;
  const waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  // A request larger than the whole budget runs alone.
  const fits = (bytes: number) => requests === 0 || (requests < maxRequests && held + bytes <= maxBytes);

  function admit(): void {
    for (let next = waiting[0]; next && fits(next.bytes); next = waiting[0]) {
      waiting.shift();
      requests++;
      held += next.bytes;
      next.start();
    }
  }

  return async (bytes, task) => {
    await new Promise<void>((start) => {
      waiting.push({ bytes, start });
      admit();
    });
    try {
      return await task();
    } finally {
      requests--;
      held -= bytes;
      admit();
    }
  };
}
