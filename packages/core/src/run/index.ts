export type { Flaw, Settled } from "./check/settle.js";
export { type Discrepancy, type Verification, type VerifyOptions, verifyProduct } from "./check/verify.js";
export { estimateRun, REQUESTS_PER_READ, type RunEstimate, SHARE_PER_READ } from "./forecast/estimate.js";
export type { ReadStage } from "./forecast/read-stage.js";
export { TYPICAL_GRANULE_BYTES } from "./forecast/shard-memory.js";
export { type FailureGroup, groupFailures, type RunStatus, runStatus } from "./forecast/status.js";
export type { PrepareProgress } from "./host/prepare.js";
export {
  type Prepared,
  type PrepareOptions,
  type PrepareRequest,
  type RunHost,
  storeHost,
} from "./host/run-host.js";
export {
  type ReadProgress,
  type RunMend,
  type RunOptions,
  type RunPhase,
  type RunProgress,
  type RunStart,
  runPlan,
} from "./host/run-plan.js";
export type { RunSummary, StopReason, UndoneShard } from "./host/run-summary.js";
export { localBackend } from "./local/local-backend.js";
export { findPlace } from "./plan/granule-place.js";
export type { ModeOptions, RunMode } from "./plan/mode.js";
export { ontoShardsOf, type ShardsTaken } from "./plan/onto-shards.js";
export {
  granuleAt,
  makePlan,
  type Outside,
  type Plan,
  type PlanGranule,
  type PlanShard,
  shardAt,
} from "./plan/plan.js";
export { planProduct } from "./plan/plan-product.js";
export { hasSecretAddress } from "./plan/secret-address.js";
export { type Selection, selectShards } from "./plan/select.js";
export { lostWorkerRecord } from "./record/lost-record.js";
export type {
  GranuleCounts,
  GroupCounts,
  ShardCounts,
  ShardFailure,
  ShardPhases,
  ShardState,
} from "./record/outcome.js";
export { putRecord } from "./record/put-record.js";
export { readPlan, readRecord, readRecords, type ShardRecords } from "./record/run-record.js";
export { type GranuleStamp, parseRecordKey, type ShardRecord } from "./record/shard-record.js";
export type { Backend, BackendEvent, GranuleRead, ShardTask } from "./schedule/backend.js";
export { extractsPlace, removeExtracts } from "./stores/extracts-place.js";
export { openStores, type ProductStores } from "./stores/open-store.js";
export { withStoreErrors } from "./stores/store-errors.js";
export {
  earthdataSecrets,
  type GranuleOpener,
  type GranuleProbe,
  granuleOpener,
  granuleProbe,
  type SourceSecrets,
} from "./task/open-granule.js";
export { processShard, type ShardContext, shardContext } from "./task/process-shard.js";
