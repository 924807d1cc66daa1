import type { CostReport } from "@zagg/aws";
import {
  loadConfig,
  type ReadProgress,
  type RunMend,
  type RunProgress,
  type RunStart,
  type ShardRecord,
} from "@zagg/core";
import { type Command, Option } from "commander";
import { type AggEstimate, type AggOptions, type AggSummary, agg } from "../agg.js";
import { runExitCode } from "./exit-code.js";
import { shellWord } from "./format.js";
import { untilInterrupted } from "./interrupt.js";
import { confirmCost, type LambdaCliOptions, withLambdaOptions } from "./lambda-options.js";
import type { Output, OutputOptions } from "./output.js";
import { progressBar } from "./progress-bar.js";
import { writeResults } from "./results-file.js";
import { describeMend, describeNothing, describeUndone } from "./run-doubts.js";
import { followPhases } from "./run-phase.js";
import {
  describeEstimate,
  describeFailures,
  describeRun,
  describeStart,
  nextStep,
  xarrayRecipe,
} from "./run-report.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";
import { warnAbout } from "./warnings.js";

type RunCliOptions = OutputOptions &
  LambdaCliOptions &
  Omit<AggOptions, "signal" | "onPhase" | "onStart" | "onRead" | "onProgress" | "onMend" | "onNotice"> & {
    readonly config: string;
    readonly dryRun?: boolean;
  };

export function addRunCommand(program: Command): void {
  const command = program
    .command("run", { isDefault: true })
    .description("make the product of a catalog (the default command)")
    .option("--config <name|file>", "a built-in config (see: zagg config list) or a YAML file", "atl06")
    .option("--catalog <file>", "which granules touch which shard (default: the config's catalog)")
    .option(
      "--store <place>",
      "folder or s3://bucket/prefix of the product (default: the config's output.store)",
    )
    .addOption(
      new Option("--backend <backend>", "where shards are processed")
        .choices(["local", "lambda"])
        .default("local"),
    )
    .addOption(
      new Option(
        "--driver <driver>",
        "where granules are read (default: the config's, else what the catalog has)",
      ).choices(["auto", "file", "s3", "https"]),
    )
    .option(
      "--max-workers <n>",
      "shards at a time (default: one for each core; 1700 on Lambda)",
      wholeNumber(1),
    )
    .option(
      "--cache-dir <folder>",
      "keep what is fetched of remote granules, so that a byte is downloaded once",
    )
    .option(
      "--extracts <folder>",
      "keep the points of every granule that is read, for later runs and other products (default: until this one is done)",
    )
    .option("--max-cells <n>", "run the first n shards only; the others stay pending", wholeNumber(1))
    .option("--morton-cell <id>", "run this shard only; the others stay pending")
    .option("--shards-from <store>", "take over the shard list of this product, so that both align")
    .option("--overwrite", "replace the product that is there")
    .option("--update", "take a catalog with more granules: shards that gained some run again")
    .option("--allow-contraction", "with --update: also take a catalog with fewer granules")
    .option("--retry-failed", "run all failed shards again, not only those whose failure may pass")
    .option("--allow-partial", "write shards without the granules that cannot be read, and call them partial")
    .option("--dry-run", "say what would be read and written, and do nothing")
    .allowExcessArguments()
    .addHelpText(
      "after",
      `
Examples:
  $ zagg run --config atl06 --catalog catalog.json --store product.zarr
  $ zagg run --catalog catalog.json --store s3://bucket/product --backend lambda`,
    );
  withOutputOptions(withLambdaOptions(command)).action(async (options: RunCliOptions) => {
    const [stray] = command.args;
    if (stray !== undefined) program.error(`error: '${stray}' is one word too many: run takes options only`);
    await run(options);
  });
}

async function run({ config: configName, json, quiet, verbose, ...options }: RunCliOptions): Promise<void> {
  const output = outputOf({ json, quiet, verbose });
  const config = await loadConfig(configName, { onWarning: warnAbout(output) });
  const reading = progressBar(output, "granules");
  const bar = progressBar(output, "shards");
  let points = 0;
  let rows = 0;
  const records: ShardRecord[] = [];
  const phases = followPhases(output);
  const listeners = {
    onNotice: output.note,
    onPhase: phases.at,
    onMend: (mend: RunMend) => output.note(describeMend(mend)),
    onStart: (start: RunStart) => start.mode !== "new" && output.note(describeStart(start)),
    onRead: ({ read, done, total }: ReadProgress) => {
      rows += read.counts.rows;
      output.detail(`${read.result.id}: ${read.counts.rows} rows read (${done}/${total})`);
      reading.update(done, total, rows);
      if (done === total) reading.stop();
    },
    onProgress: ({ record, done, total }: RunProgress) => {
      points += record.counts.pointsKept;
      if (options.outputDir !== undefined) records.push(record);
      output.detail(`${record.shard} ${record.state}: ${record.counts.pointsKept} points (${done}/${total})`);
      bar.update(done, total, points);
    },
    confirmCost: confirmCost(options, output.note),
    onCost: ({ estimated_cost_usd }: CostReport) => bar.cost(estimated_cost_usd),
  };
  const answer = await untilInterrupted(output, phases.isIdle, (signal) =>
    agg(config, { ...options, ...listeners, signal }),
  ).finally(() => {
    reading.stop();
    bar.stop();
    phases.stop();
  });
  if (answer.format === "zagg-estimate/1") reportEstimate(output, answer);
  else {
    if (options.outputDir !== undefined) {
      output.note(
        `wrote ${await writeResults(options.outputDir, { config: configName, ...options }, answer, records)}`,
      );
    }
    reportRun(output, answer, config.output.grid.childOrder);
  }
}

function reportEstimate(output: Output, estimate: AggEstimate): void {
  output.result(estimate, describeEstimate(estimate));
  output.next("To run it, give the same command without --dry-run.", []);
}

function reportRun(output: Output, summary: AggSummary, childOrder: number): void {
  output.result(summary, describeRun(summary));
  if (summary.failures.length > 0) output.problem(describeFailures(summary));
  if (summary.undone) output.problem(describeUndone(summary.undone));
  const doubt = describeNothing(summary);
  if (doubt) output.problem(doubt);
  process.exitCode = runExitCode(summary);
  const step = nextStep(summary);
  if (step) output.next(step, []);
  if (summary.written === 0) return;
  const store = shellWord(summary.store);
  output.next("See it:", [`zagg raster ${store} --output map.png`]);
  output.next("Open it in Python:", xarrayRecipe(summary.store, childOrder));
}
