export type { SampleSize } from "./granule-plan.js";
export { makeSample, type Sample, type SampleOptions } from "./sample.js";
