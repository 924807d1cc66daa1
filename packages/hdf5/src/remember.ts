/** Runs `load` once and keeps its result. A failure is not kept: a line that was dead may live the next time. */
export function remember<T>(load: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    if (kept) return kept;
    const promise = load();
    kept = promise;
    promise.catch(() => {
      kept = undefined;
    });
    return promise;
  };
}

/** As {@link remember}, for many results by key. */
export function rememberEach<K, T>(load: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const kept = new Map<K, Promise<T>>();
  return (key) => {
    const known = kept.get(key);
    if (known) return known;
    const promise = load(key);
    kept.set(key, promise);
    promise.catch(() => kept.delete(key));
    return promise;
  };
}
