import { openStores, type ReadStage, type RunStatus, runStatus } from "@zagg/core";
import type { Command } from "commander";
import { count, duration, shellWord, bytes as size, table } from "./format.js";
import { explainNoRecord } from "./no-record.js";
import type { OutputOptions } from "./output.js";
import { describeFailureGroups } from "./run-report.js";
import { outputOf, withOutputOptions } from "./shared-options.js";

/** Characters of the bar. */
const BAR_WIDTH = 30;

export function addStatusCommand(program: Command): void {
  const command = program
    .command("status")
    .description("where a run stands, while it runs or after its end")
    .argument("<store>", "the product: a folder or s3://bucket/prefix")
    .addHelpText("after", "\nExample:\n  $ zagg status product.zarr");
  withOutputOptions(command).action(async (store: string, options: OutputOptions) => {
    const output = outputOf(options);
    const status = await runStatus(openStores(store)).catch(async (error: unknown) => {
      throw await explainNoRecord(store, error);
    });
    output.result(status, describeStatus(status));
    output.next("Check every chunk against the record:", [`zagg verify ${shellWord(store)}`]);
  });
}

function describeStatus(status: RunStatus): string {
  const { total_shards: total, shards } = status;
  const done = total - shards.pending;
  const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
  const states = Object.entries(shards).filter(([, n]) => n > 0);
  const text = table([
    ["store", status.store],
    [
      "progress",
      `${"━".repeat(filled)}${"·".repeat(BAR_WIDTH - filled)} ${count(done)} of ${count(total)} shards`,
    ],
    ["granules", status.read && describeRead(status.read)],
    ["shards", states.map(([state, n]) => `${count(n)} ${state}`).join(", ")],
    ["blocks", status.blocks && `${count(status.blocks.packed)} of ${count(status.blocks.total)} packed`],
    ["points", `${count(status.points_kept)} in ${count(status.occupied_cells)} cells`],
    ["speed", status.shards_per_minute > 0 ? `${status.shards_per_minute.toFixed(1)} shards/min` : undefined],
    ["left", status.eta_s === null ? undefined : duration(status.eta_s)],
  ]);
  if (status.read && done === 0) return `${text}\n\nNo shard is done yet: each needs all of its granules.`;
  return status.failures.length === 0 ? text : `${text}\n${describeFailureGroups(status.failures)}`;
}

function describeRead({
  granules,
  total_granules,
  bytes,
  total_bytes,
  bytes_per_minute,
  eta_s,
}: ReadStage): string {
  const rate = bytes_per_minute > 0 ? `, ${size(bytes_per_minute)}/min` : "";
  const left = eta_s ? `, ${duration(eta_s)} left` : "";
  return `${count(granules)} of ${count(total_granules)} read (${size(bytes)} of ${size(total_bytes)})${rate}${left}`;
}
