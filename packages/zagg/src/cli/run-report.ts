import {
  type FailureGroup,
  groupFailures,
  type RunEstimate,
  type RunStart,
  type RunSummary,
} from "@zagg/core";
import { bytes, count, duration, table } from "./format.js";

/** Granules and shards that a line names; the run record has them all. */
const NAMED = 3;

/** What the run found at its target. */
export function describeStart({ mode, total, skipped, reruns }: RunStart): string {
  const again = Object.entries(reruns).map(
    ([reason, n]) => `${count(n)} again: ${reason.replaceAll("-", " ")}`,
  );
  const toRun = `${count(total)} to run${again.length > 0 ? ` (${again.join(", ")})` : ""}`;
  return `${mode}: ${count(skipped)} shards are done, ${toRun}`;
}

/** The summary as a table. */
export function describeRun(summary: RunSummary): string {
  const { written, partial, empty, failed, pending, skipped } = summary;
  const shards = [
    `${count(written)} written`,
    partial > 0 && `${count(partial)} of them partial`,
    empty > 0 && `${count(empty)} empty`,
    failed > 0 && `${count(failed)} FAILED`,
    pending > 0 && `${count(pending)} pending`,
    skipped > 0 && `${count(skipped)} skipped`,
  ].filter(Boolean);
  const seconds = Math.max(summary.wall_s, 1e-3);
  return table([
    ["store", summary.store],
    ["shards", `${count(summary.total_shards)}: ${shards.join(", ")}`],
    [
      "points",
      `${count(summary.points_kept)} kept of ${count(summary.points_read)} looked at${dropped(summary)}`,
    ],
    ["cells", `${count(summary.occupied_cells)} with data`],
    ["time", `${duration(summary.wall_s)} (${count(summary.points_read / seconds)} points/s)`],
  ]);
}

function dropped(summary: RunSummary): string {
  const reasons = Object.entries(summary.dropped).filter(([, n]) => n > 0);
  return reasons.length === 0
    ? ""
    : `; dropped ${reasons.map(([reason, n]) => `${count(n)} by ${reason}`).join(", ")}`;
}

/** A line for each cause. */
export function describeFailures({ failures, failed }: RunSummary): string {
  const shards = failed === 1 ? "1 shard failed and was" : `${count(failed)} shards failed and were`;
  return `${shards} not written:\n${describeFailureGroups(groupFailures(failures))}`;
}

/** A line for each group: how many shards, which granules, what happened. */
export function describeFailureGroups(groups: readonly FailureGroup[]): string {
  return groups
    .map(({ shards, granules, message }) => {
      const which = granules.length > 0 ? granules : shards;
      return `  ${count(shards.length)} × ${message}\n    ${named(which)}`;
    })
    .join("\n");
}

function named(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const more = distinct.length > NAMED ? ` and ${count(distinct.length - NAMED)} more` : "";
  return `${distinct.slice(0, NAMED).join(", ")}${more}`;
}

/** What a dry run found. */
export function describeEstimate(estimate: RunEstimate): string {
  return table([
    ["shards", `${count(estimate.selected_shards)} of ${count(estimate.total_shards)}`],
    ["granules", `${count(estimate.granules)}, opened ${count(estimate.pairs)} times`],
    ["reading", `about ${bytes(estimate.bytes)} in ${count(estimate.requests)} requests`],
    ["CPU", `about ${duration(estimate.cpu_s)} over all cores`],
  ]);
}

/** Three lines of Python that open a product. */
export function xarrayRecipe(store: string, childOrder: number): readonly string[] {
  return [
    "import xarray as xr, xdggs",
    `ds = xr.open_zarr(${JSON.stringify(store)}, group="${childOrder}", zarr_format=3)`,
    "ds = xdggs.decode(ds)",
  ];
}
