export { type CostEstimate, estimateCost } from "./cost/estimate.js";
export type { CostReport } from "./cost/meter.js";
export { DEPLOYED_SIZE, type FunctionSize, gbSecondPrice, invocationPrice, PRICES } from "./cost/price.js";
export {
  type Deployment,
  type DeployOptions,
  deploy,
  destroy,
  previewDeploy,
} from "./deploy/deploy.js";
export type { ResourceChange } from "./deploy/stack.js";
export { checkPlaces } from "./dispatch/check-places.js";
export { defaultFunctionName, defaultRegion } from "./dispatch/connect.js";
export { EVENT_TIMING, type EventTiming } from "./dispatch/event-backend.js";
export { type LambdaRun, type LambdaRunOptions, openLambdaRun } from "./dispatch/lambda-run.js";
export type { PingAnswer, WorkerEvent } from "./protocol.js";
