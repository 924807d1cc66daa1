import { type FailureGroup, groupFailures, type RunStart, type RunSummary } from "@zagg/core";
import type { AggEstimate, AggSummary } from "../agg.js";
import { bytes, count, dollars, duration, shellWord, table } from "./format.js";
import { lambdaRows } from "./lambda-options.js";

/** Granules and shards that a line names; the run record has them all. */
const NAMED = 3;

/** What the run found at its target. */
export function describeStart({ mode, total, skipped, skippedByState, reruns }: RunStart): string {
  const done = Object.entries(skippedByState).map(([state, n]) => `${count(n)} ${state}`);
  const again = Object.entries(reruns).map(
    ([reason, n]) => `${count(n)} again: ${reason.replaceAll("-", " ")}`,
  );
  const line = `${mode}: skipping ${listed(skipped, done)}, running ${listed(total, again)}`;
  const { failed = 0, partial = 0 } = skippedByState;
  if (failed + partial === 0) return line;
  return `${line}\nThe failed and partial ones among those skipped fail again unless their granules are mended; \
--retry-failed runs them all the same.`;
}

function listed(total: number, parts: readonly string[]): string {
  return `${count(total)} shards${parts.length > 0 ? ` (${parts.join(", ")})` : ""}`;
}

/** The summary as a table. */
export function describeRun(summary: AggSummary): string {
  const { written, partial, empty, failed, pending, skipped } = summary;
  const shards = [
    `${count(written)} written`,
    partial > 0 && `${count(partial)} of them partial`,
    empty > 0 && `${count(empty)} empty`,
    failed > 0 && `${count(failed)} FAILED`,
    pending > 0 && `${count(pending)} pending`,
    skipped > 0 && `${count(skipped)} skipped`,
  ].filter(Boolean);
  const whole: [string, string][] = [
    ["store", summary.store],
    ["shards", `${count(summary.total_shards)}: ${shards.join(", ")}`],
  ];
  if (skipped === summary.total_shards) return table(whole);
  const seconds = Math.max(summary.wall_s, 1e-3);
  return table([
    ...whole,
    ["points", `${count(summary.points_kept)} kept${dropped(summary)}`],
    ["missing", missing(summary)],
    ["cells", `${count(summary.occupied_cells)} with data`],
    ["left out", describeOutside(summary.outside)],
    ["time", `${duration(summary.wall_s)} (${count(summary.points_read / seconds)} points/s)`],
    ...(summary.lambda ? lambdaRows(summary.lambda) : []),
  ]);
}

function describeOutside(outside: RunSummary["outside"]): string | undefined {
  return outside && `${count(outside.shards)} shards and ${count(outside.granules)} granules of the catalog`;
}

/** Where the other rows went: every row that was looked at is in one of these numbers. */
function dropped({ dropped, points_kept, points_read, unlisted = 0 }: RunSummary): string {
  const reasons = Object.entries(dropped).filter(([, n]) => n > 0);
  const elsewhere = points_read - points_kept - unlisted - reasons.reduce((sum, [, n]) => sum + n, 0);
  return [
    ...reasons.map(([reason, n]) => `; ${count(n)} dropped by ${reason}`),
    elsewhere > 0 ? `; ${count(elsewhere)} rows of these granules lie elsewhere` : "",
    unlisted > 0
      ? `; ${count(unlisted)} left out, for they lie in shards for which the catalog does not list their granules: make the catalog again with --buffer-km`
      : "",
  ].join("");
}

/** The points that the variables left out, by reason: of each that variable's which left out most. */
function missing({ left_out }: RunSummary): string | undefined {
  const most = new Map<string, number>();
  for (const [reason, n] of Object.values(left_out).flatMap(Object.entries<number>)) {
    most.set(reason, Math.max(n, most.get(reason) ?? 0));
  }
  if (most.size === 0) return undefined;
  return `at most, of one variable, ${[...most].map(([reason, n]) => `${count(n)} by ${reason}`).join(", ")}`;
}

/** What went wrong in this run, a line for each cause. */
export function describeFailures({ failures, failed, partial }: RunSummary): string {
  const shards = [
    failed > 0 && `${count(failed)} ${failed === 1 ? "shard" : "shards"} failed and not written`,
    partial > 0 && `${count(partial)} written in part`,
  ].filter(Boolean);
  return `${shards.join(", ") || "shards that are pending had failed"}:\n${describeFailureGroups(groupFailures(failures))}`;
}

/** What to do where a run did not come to its end; undefined where it did. */
export function nextStep(summary: RunSummary): string | undefined {
  const { interrupted, stopped_by, failures, failed, pending, partial, unfinished, undone } = summary;
  if (interrupted && summary.written + summary.empty === 0 && summary.granules_read > 0) {
    return `No shard is done yet, for each needs all of its granules; the points of the ${count(summary.granules_read)} that \
were read are kept. To go on from here, give the same command again.`;
  }
  if (interrupted) return "To go on from here, give the same command again.";
  if (stopped_by === "auth") {
    return "The source refuses your credentials, so the run was stopped. Once they work, give the same command again.";
  }
  if (stopped_by === "upstream") {
    return "The source does not answer, so the run was stopped. Once it does, give the same command again.";
  }
  if (failed > 0 && failures.length === 0) {
    return `They failed before and would again: zagg status ${shellWord(summary.store)} says why.`;
  }
  if (failed > 0 && failures.every(({ kind }) => kind === "unsupported")) {
    return "The granules are not what the config expects. Mend the config and run it with --overwrite.";
  }
  if (failed > 0 && failures.every(({ kind }) => kind === "missing")) {
    return `The granules are not where the catalog says, relative to the catalog where they are files. Make it again, or \
add --allow-partial to write the shards without them.`;
  }
  if (failed > 0) {
    const without = "or add --allow-partial to write the shards without them";
    return `Mend or replace those granules and give the same command again, ${without}.`;
  }
  if (unfinished > 0 && undone) {
    return "Find out what else writes into the store, or into its granules, and give the same command again.";
  }
  if (unfinished > 0 && partial > 0) {
    return "Partial shards count as success with --allow-partial only; the granules that they lack are in zagg status.";
  }
  return pending > 0 ? "To run the pending shards, give the same command again without a limit." : undefined;
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
export function describeEstimate(estimate: AggEstimate): string {
  const { lambda, office_line_s: line, extract_bytes: extracts } = estimate;
  return table([
    ["shards", `${count(estimate.selected_shards)} of ${count(estimate.total_shards)}`],
    [
      "granules",
      `${count(estimate.granules)}, read ${lambda ? `${count(estimate.pairs)} times, by each shard` : "once each"}`,
    ],
    ["reading", `about ${bytes(estimate.bytes)} in ${count(estimate.requests)} requests`],
    [
      "disk",
      extracts === undefined ? undefined : `about ${bytes(extracts)} for their points, until the run is done`,
    ],
    ["writing", `at most ${bytes(estimate.output_bytes)}, before compression`],
    ["line", lambda || line === undefined ? undefined : `about ${duration(line)} over https at 100 Mbit/s`],
    ["CPU", `about ${duration(estimate.cpu_s)} over all cores`],
    ["memory", `about ${bytes(estimate.shard_memory)} for the largest shard`],
    ["left out", describeOutside(estimate.outside)],
    ["cost", lambda && `about ${dollars(lambda.expected)} on Lambda, at most ${dollars(lambda.ceiling)}`],
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
