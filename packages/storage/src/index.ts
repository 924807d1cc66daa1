export { type DiskCache, diskCache } from "./cache/disk-cache.js";
export { withDiskCache } from "./cache/with-disk-cache.js";
export { newCounters } from "./counters.js";
export { isStorageError, StorageError, type StorageErrorCode } from "./errors.js";
export { ask, type Question, type WholeAnswer } from "./http/ask.js";
export { type HttpSourceOptions, httpSource } from "./http/http-source.js";
export { httpStore } from "./http/http-store.js";
export { httpsAgent } from "./http/https-agent.js";
export { proxySettings } from "./http/proxy.js";
export { RETRY_POLICY, type RetryPolicy, withRetry } from "./http/retry.js";
export type { TokenProvider } from "./http/token.js";
export { fileSource } from "./local/file-source.js";
export { type LocalStoreOptions, localStore } from "./local/local-store.js";
export { memoryStore } from "./memory-store.js";
export { readWhole } from "./read-whole.js";
export { redactUrl } from "./redact.js";
export { type CredentialProvider, type Credentials, standardCredentials } from "./s3/credentials.js";
export { s3Problem } from "./s3/location.js";
export type { S3Options } from "./s3/peer.js";
export { s3Source } from "./s3/s3-source.js";
export { type S3Store, s3Store } from "./s3/s3-store.js";
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
export { passOnWait, tellWaits, type Waiting, type Watch, watchWait } from "./waiting.js";
export { withAbort } from "./with-abort.js";
export { withErrors } from "./with-errors.js";
export { wrap, wrapEach } from "./wrap.js";
