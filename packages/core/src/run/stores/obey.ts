import { type Store, wrapEach } from "@zagg/storage";
import { ZaggError } from "../../terms/index.js";

/** `store`, of which nothing is asked any more once `signal` has aborted: `ZaggError` of kind `aborted`. */
export function obeying(store: Store, signal: AbortSignal | undefined): Store {
  if (!signal) return store;
  return wrapEach(store, (member) => {
    if (typeof member !== "function") return member;
    return (...args: unknown[]) => {
      if (signal.aborted) throw stopped();
      return member(...args);
    };
  });
}

/** What `work` comes to, or a `ZaggError` of kind `aborted` as soon as `signal` aborts: nobody waits for it then. */
export async function unlessStopped<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  if (signal.aborted) throw stopped();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(stopped());
    signal.addEventListener("abort", stop);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

function stopped(): ZaggError {
  const what = "stopped while the store was made ready";
  return new ZaggError("aborted", "stopped", `${what}; to go on from here, run the same again`);
}
