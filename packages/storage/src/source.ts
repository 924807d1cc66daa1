export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Random access to one immutable object. */
export interface ByteSource {
  /** Where the bytes come from, for messages: already redacted. */
  readonly url: string;
  /** Length of the object in bytes. */
  size(): Promise<number>;
  /** Exactly `length` bytes from `offset`, or a StorageError: never short, never another version's bytes. */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  /** Takes back buffers that `read` gave, each one's own: frees their memory at once. Absent where they are shared. */
  free?(buffers: readonly Uint8Array[]): void;
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
  version(): Promise<SourceVersion>;
  metrics(): SourceMetrics;
  close(): Promise<void>;
}
