export type { SampleSize } from "./granule-plan.js";
export { MAX_GRANULES, makeSample, type Sample, type SampleOptions } from "./sample.js";
