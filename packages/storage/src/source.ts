export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Random access to one immutable object. Where a source over a network has been tried in vain for its whole budget, it is
 * given up: all that is asked of it later fails at once, with the same error.
 */
export interface ByteSource {
  /** Where the bytes come from, for messages: already redacted. */
  readonly url: string;
  /** Length of the object in bytes. Over a network a request, where nothing was read before. */
  size(options?: ReadOptions): Promise<number>;
  /** Exactly `length` bytes from `offset`, or a StorageError: never short, never another version's bytes. */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * The first `length` bytes, or all where there are fewer, and with them how long the object is: what whoever opens a
   * file asks first, in one request. Absent where `size()` costs none.
   */
  readFront?(length: number, options?: ReadOptions): Promise<Front>;
  /** Takes back buffers that `read` gave, each one's own: frees their memory at once. Absent where they are shared. */
  free?(buffers: readonly Uint8Array[]): void;
}

/** The beginning of an object. */
export interface Front {
  readonly bytes: Uint8Array;
  /** Length of the whole object in bytes. */
  readonly size: number;
}

/** What tells one version of an object from the next; kept in run records. */
export interface SourceVersion {
  readonly size: number;
  readonly etag?: string;
  /** ISO 8601 for files, the server's `Last-Modified` otherwise. */
  readonly modified?: string;
}

/** What a source has cost so far. */
export interface SourceMetrics {
  readonly requests: number;
  /** Body bytes received, those of broken attempts included. */
  readonly bytes: number;
  readonly retries: number;
  /** Milliseconds spent waiting: for a turn at the host, and before retries. */
  readonly waitMs: number;
}

export interface OpenSource extends ByteSource {
  version(options?: ReadOptions): Promise<SourceVersion>;
  metrics(): SourceMetrics;
  close(): Promise<void>;
}
