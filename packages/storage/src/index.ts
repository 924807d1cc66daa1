export { isStorageError, StorageError, type StorageErrorCode } from "./errors.js";
export { fileSource } from "./file-source.js";
export { type LocalStoreOptions, localStore } from "./local-store.js";
export { memoryStore } from "./memory-store.js";
export type { ByteSource, OpenSource, ReadOptions, SourceMetrics, SourceVersion } from "./source.js";
export type { PutOptions, Store, StoredObject, WritableStore } from "./store.js";
