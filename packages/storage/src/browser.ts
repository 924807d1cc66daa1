// What a page can use: no module reached from here imports one of Node's.
export { isStorageError, StorageError, type StorageErrorCode } from "./errors.js";
export { httpSource } from "./http/http-source.browser.js";
export { httpStore } from "./http/http-store.browser.js";
export { RETRY_POLICY, type RetryPolicy } from "./http/retry.js";
export { memoryStore } from "./memory-store.js";
export { readWhole } from "./read-whole.js";
export { redactUrl } from "./redact.js";
export type { ByteSource, Front, OpenSource, ReadOptions, SourceMetrics, SourceVersion } from "./source.js";
export type {
  GetOptions,
  ObjectPart,
  Part,
  PartOptions,
  PutOptions,
  ReadableStore,
  Store,
  StoredObject,
  WritableStore,
} from "./store.js";
