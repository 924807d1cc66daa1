import { wrapEach } from "./wrap.js";

/**
 * `inner`, a source or a store, what it throws replaced by what `translate` makes of it: so whoever calls it need not know
 * whose errors it has.
 *
 * @example
 * const output = withErrors(localStore("/proc"), (error) => new Error("the product cannot be written", { cause: error }));
 * await output.put("a", Uint8Array.of(1)).catch((error: Error) => error.message); // => "the product cannot be written"
 */
export function withErrors<T extends object>(inner: T, translate: (error: unknown) => unknown): T {
  const rethrow = (error: unknown): never => {
    throw translate(error);
  };
  return wrapEach(inner, (member) => {
    if (typeof member !== "function") return member;
    return (...given: unknown[]) => {
      try {
        const answer: unknown = member(...given);
        if (answer instanceof Promise) return answer.catch(rethrow);
        return isAsyncIterable(answer) ? translated(answer, rethrow) : answer;
      } catch (error) {
        return rethrow(error);
      }
    };
  });
}

async function* translated<T>(
  items: AsyncIterable<T>,
  rethrow: (error: unknown) => never,
): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    rethrow(error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
