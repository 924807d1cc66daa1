import { type Config, loadConfig, ZaggError } from "@zagg/core";
import { type Command, Option } from "commander";
import type { AggEstimate, AggOptions, AggSummary } from "../agg.js";
import { aggEach } from "../agg-each.js";
import { runExitCode } from "./exit-code.js";
import { followRun, type RunFollower } from "./follow-run.js";
import { shellWord } from "./format.js";
import { untilInterrupted } from "./interrupt.js";
import { confirmCost, type LambdaCliOptions, withLambdaOptions } from "./lambda-options.js";
import type { Output, OutputOptions } from "./output.js";
import { writeResults } from "./results-file.js";
import { describeNothing, describeUndone } from "./run-doubts.js";
import { describeEstimate, describeFailures, describeRun, nextStep, xarrayRecipe } from "./run-report.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";
import { warnAbout } from "./warnings.js";

type RunCliOptions = OutputOptions &
  LambdaCliOptions &
  Omit<
    AggOptions,
    "store" | "signal" | "onPhase" | "onStart" | "onRead" | "onProgress" | "onMend" | "onNotice"
  > & {
    readonly config?: readonly string[];
    readonly store?: readonly string[];
    readonly dryRun?: boolean;
  };

export function addRunCommand(program: Command): void {
  const command = program
    .command("run", { isDefault: true })
    .description("make the product of a catalog (the default command)")
    .option(
      "--config <name|file>",
      "a built-in config (see: zagg config list) or a YAML file; several make a product each (default: atl06)",
      collect,
    )
    .option("--catalog <file>", "which granules touch which shard (default: the config's catalog)")
    .option(
      "--store <place>",
      "folder or s3://bucket/prefix of the product (default: the config's output.store); one for each --config",
      collect,
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
  $ zagg run --catalog catalog.json --store s3://bucket/product --backend lambda
  $ zagg run --config a.yaml --store a.zarr --config b.yaml --store b.zarr --catalog catalog.json`,
    );
  withOutputOptions(withLambdaOptions(command)).action(async (options: RunCliOptions) => {
    const [stray] = command.args;
    if (stray !== undefined) program.error(`error: '${stray}' is one word too many: run takes options only`);
    await run(options);
  });
}

/** An option that may be given several times. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Several configs make a product each, of granules that are read once. */
async function run({ config: names = ["atl06"], store: stores, ...options }: RunCliOptions): Promise<void> {
  const output = outputOf(options);
  checkProducts(names, stores, options);
  const configs = await Promise.all(names.map((name) => loadConfig(name, { onWarning: warnAbout(output) })));
  const keepRecords = options.outputDir !== undefined;
  let follower: RunFollower | undefined;
  const products = configs.map((config, i) => ({
    config,
    store: stores?.[i],
    listen: () => {
      follower = followRun(output, keepRecords);
      return follower.listeners;
    },
  }));
  const isIdle = () => follower?.isIdle() ?? true;
  await untilInterrupted(output, isIdle, async (signal) => {
    const common = { ...options, confirmCost: confirmCost(options, output.note), signal };
    let done = 0;
    for await (const answer of aggEach(products, common)) {
      follower?.stop();
      const config = configs[done++] as Config;
      if (answer.format === "zagg-estimate/1") reportEstimate(output, answer);
      else {
        if (options.outputDir !== undefined) {
          const asked = { config: names[0], ...options };
          const path = await writeResults(options.outputDir, asked, answer, follower?.records ?? []);
          output.note(`wrote ${path}`);
        }
        reportRun(output, answer, config.output.grid.childOrder);
      }
    }
  }).finally(() => follower?.stop());
}

/** Whether each config has a store, if any has been given. */
function checkProducts(
  names: readonly string[],
  stores: readonly string[] | undefined,
  { outputDir }: Pick<RunCliOptions, "outputDir">,
): void {
  const refused = (code: string, message: string) => new ZaggError("config", code, message);
  if (stores !== undefined && stores.length !== names.length) {
    const given = `${names.length} --config and ${stores.length} --store were given`;
    throw refused("stores", `${given}: each config makes a product, in a store of its own`);
  }
  if (names.length > 1 && outputDir !== undefined) {
    throw refused("output-dir", "--output-dir keeps the results of one product: give one --config");
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
  process.exitCode = Math.max(Number(process.exitCode ?? 0), runExitCode(summary)); // the worst of several
  const step = nextStep(summary);
  if (step) output.next(step, []);
  if (summary.written === 0) return;
  const store = shellWord(summary.store);
  output.next("See it:", [`zagg raster ${store} --output map.png`]);
  output.next("Open it in Python:", xarrayRecipe(summary.store, childOrder));
}
