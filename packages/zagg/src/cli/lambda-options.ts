import { createInterface } from "node:readline/promises";
import type { CostEstimate } from "@zagg/aws";
import { ZaggError } from "@zagg/core";
import { type Command, Option } from "commander";
import type { LambdaSummary } from "../agg-lambda.js";
import { count, dollars } from "./format.js";
import { number } from "./shared-options.js";

/** Options of `zagg run` that concern Lambda alone. */
export interface LambdaCliOptions {
  readonly confirmAbove: number;
  readonly yes?: boolean;
  /** Folder for `results.json`. */
  readonly outputDir?: string;
}

export function withLambdaOptions(command: Command): Command {
  return command
    .option(
      "--function-name <name|arn>",
      "Lambda function (default: $ZAGG_LAMBDA_FUNCTION_NAME, else process-morton-cell)",
    )
    .option("--region <region>", "of the Lambda function (default: that of the AWS configuration)")
    .addOption(
      new Option(
        "--invoke <how>",
        "event: Lambda queues the shards; sync: a call waits for each, for few shards or where you may only invoke",
      )
        .choices(["event", "sync"])
        .default("event"),
    )
    .option("--memory-escalation", "shards that run out of memory run once more with twice as much")
    .option("--max-cost <dollars>", "start no shards beyond this cost (default: the ceiling)", number(0))
    .option("--confirm-above <dollars>", "ask before a run whose ceiling is above this", number(0), 5)
    .option("--yes", "start without asking, whatever it may cost")
    .option("--output-dir <folder>", "write results.json there");
}

/** Asks on a terminal whether a run may cost so much; where nobody can answer, it does not start. */
export function confirmCost(
  { confirmAbove, yes }: LambdaCliOptions,
  note: (text: string) => void,
): (estimate: CostEstimate) => Promise<boolean> {
  return async ({ expected, ceiling, functionSeconds }) => {
    const what = `about ${dollars(expected)} (${count(functionSeconds)} s of functions), at most ${dollars(ceiling)}`;
    note(`cost: ${what}`);
    if (yes || ceiling <= confirmAbove) return true;
    if (!(process.stdin.isTTY && process.stderr.isTTY)) {
      const message = `this run costs ${what}, more than --confirm-above ${dollars(confirmAbove)}, and nobody can be asked \
here: say --yes to start it, or set --max-cost below`;
      throw new ZaggError("config", "cost-unconfirmed", message);
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await terminal.question("Start it? [y/N] ")).trim());
    } finally {
      terminal.close();
    }
  };
}

/** Rows of the summary's table. */
export function lambdaRows(lambda: LambdaSummary): readonly (readonly [string, string])[] {
  const failed = lambda.failed_invocations > 0 ? `, ${count(lambda.failed_invocations)} of them failed` : "";
  return [
    [
      "lambda",
      `${count(lambda.invocations)} invocations${failed}; ${count(lambda.lambda_time_s)} s at ${lambda.memory_mb} MB \
(${lambda.architecture}) = ${count(lambda.gb_seconds)} GB-s`,
    ],
    ["cost", `about ${dollars(lambda.estimated_cost_usd)}`],
  ];
}
