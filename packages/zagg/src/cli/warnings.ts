import { type ConfigProblem, describeProblem } from "@zagg/core";
import type { Output } from "./output.js";

/** Tells of a config's keys that were understood out of place, or that have no effect. */
export function warnAbout(output: Output): (warning: ConfigProblem) => void {
  return (warning) => output.note(`warning: ${describeProblem(warning)}`);
}
