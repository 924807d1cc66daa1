import type { OpenSource, ReadOptions } from "./source.js";
import { wrap } from "./wrap.js";

/** `source`, all of whose requests end when `signal` aborts, or the caller's own does. */
export function withAbort(source: OpenSource, signal: AbortSignal): OpenSource {
  const both = (options?: ReadOptions): ReadOptions => ({
    signal: options?.signal ? AbortSignal.any([options.signal, signal]) : signal,
  });
  const { readFront } = source;
  return wrap(source, {
    size: (options) => source.size(both(options)),
    version: (options) => source.version(both(options)),
    read: (offset, length, options) => source.read(offset, length, both(options)),
    ...(readFront && { readFront: (length, options) => readFront.call(source, length, both(options)) }),
  });
}
