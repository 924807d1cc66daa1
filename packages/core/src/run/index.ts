export type { Backend, BackendEvent, GranuleRead, ShardTask } from "./backend.js";
export { estimateRun, REQUESTS_PER_READ, type RunEstimate, SHARE_PER_READ } from "./estimate.js";
export { findPlace } from "./granule-place.js";
export { localBackend } from "./local-backend.js";
export { lostWorkerRecord } from "./lost-record.js";
export type { ModeOptions, RunMode } from "./mode.js";
export { ontoShardsOf, type ShardsTaken } from "./onto-shards.js";
export {
  earthdataSecrets,
  type GranuleOpener,
  type GranuleProbe,
  granuleOpener,
  granuleProbe,
  type SourceSecrets,
} from "./open-granule.js";
export { openStores, type ProductStores } from "./open-store.js";
export type {
  GranuleCounts,
  GroupCounts,
  ShardCounts,
  ShardFailure,
  ShardPhases,
  ShardState,
} from "./outcome.js";
export {
  granuleAt,
  makePlan,
  type Outside,
  type Plan,
  type PlanGranule,
  type PlanShard,
  shardAt,
} from "./plan.js";
export { planProduct } from "./plan-product.js";
export type { PrepareProgress } from "./prepare.js";
export { processShard, type ShardContext, shardContext } from "./process-shard.js";
export { putRecord } from "./put-record.js";
export {
  type Prepared,
  type PrepareOptions,
  type PrepareRequest,
  type RunHost,
  storeHost,
} from "./run-host.js";
export {
  type ReadProgress,
  type RunMend,
  type RunOptions,
  type RunPhase,
  type RunProgress,
  type RunStart,
  runPlan,
} from "./run-plan.js";
export { readPlan, readRecord, readRecords, type ShardRecords } from "./run-record.js";
export type { RunSummary, StopReason, UndoneShard } from "./run-summary.js";
export { hasSecretAddress } from "./secret-address.js";
export { type Selection, selectShards } from "./select.js";
export type { Flaw, Settled } from "./settle.js";
export { TYPICAL_GRANULE_BYTES } from "./shard-memory.js";
export { type GranuleStamp, parseRecordKey, type ShardRecord } from "./shard-record.js";
export { type FailureGroup, groupFailures, type RunStatus, runStatus } from "./status.js";
export { withStoreErrors } from "./store-errors.js";
export { type Discrepancy, type Verification, type VerifyOptions, verifyProduct } from "./verify.js";
