/**
 * Requests of one file that may be in flight at once. 8 reach within 5 % of what an unlimited number does where spans
 * are read, a walk through scattered metadata needs 16 (measured at 30 ms latency).
 */
export const MAX_REQUESTS_IN_FLIGHT = 16;

/**
 * Bytes that all open files of a thread may have in flight: one granule's spans at once (8 to 12 MB), and more than a
 * line of 3 Gbit/s and 30 ms holds. It bounds memory with several granules in flight.
 */
export const MAX_BYTES_IN_FLIGHT = 12 * 1024 * 1024;

/** Runs `task` once there is room for one more request of `bytes`; waiting tasks keep their order. */
export type Limiter = <T>(bytes: number, task: () => Promise<T>) => Promise<T>;

export function limiter(maxRequests: number, maxBytes: number): Limiter {
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

/** What all open files of this thread share. */
const inFlight = limiter(Number.POSITIVE_INFINITY, MAX_BYTES_IN_FLIGHT);

/** The limiter of one file. Requests of up to `small` bytes are what others wait for: they wait for no bytes. */
export function fileLimiter(small: number): Limiter {
  const own = limiter(MAX_REQUESTS_IN_FLIGHT, Number.POSITIVE_INFINITY);
  return (bytes, task) => own(bytes, bytes <= small ? task : () => inFlight(bytes, task));
}
