import type { ResourceChange } from "@zagg/aws";
import { loadConfig } from "@zagg/core";
import type { Command } from "commander";
import { shellWord, table } from "./format.js";
import type { Output, OutputOptions } from "./output.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";

interface DeployCliOptions extends OutputOptions {
  readonly functionName?: string;
  readonly region?: string;
  readonly memory?: number;
  readonly outputBucket?: string;
  readonly roleArn?: string;
  readonly config: string;
  readonly public?: boolean;
  readonly dryRun?: boolean;
  readonly destroy?: boolean;
}

/** What Lambda gives at least and at most, MB. */
const LEAST_MEMORY = 128;

export function addDeployCommand(program: Command): void {
  const command = program
    .command("deploy")
    .description("make, update or remove the Lambda function that zagg run --backend lambda uses")
    .option("--function-name <name>", "default: $ZAGG_LAMBDA_FUNCTION_NAME, else process-morton-cell")
    .option("--region <region>", "default: $AWS_REGION, else us-west-2, where NASA's archives are")
    .option(
      "--memory <MB>",
      "of the function (default: what is deployed, else 2048)",
      wholeNumber(LEAST_MEMORY),
    )
    .option(
      "--output-bucket <name>",
      "bucket for products, made where there is none (default: what is deployed, else a new one)",
    )
    .option("--role-arn <arn>", "a role for the worker, where you may not make one")
    .option(
      "--config <name|file>",
      "the config that will run: its driver decides where the function may be",
      "atl06",
    )
    .option("--public", "everybody may read the output bucket")
    .option("--dry-run", "say what would change, and do nothing")
    .option("--destroy", "remove everything but products")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg deploy --dry-run
  $ zagg deploy --output-bucket my-products
  $ zagg deploy --destroy`,
    );
  withOutputOptions(command).action((options: DeployCliOptions) => run(options, outputOf(options)));
}

async function run(options: DeployCliOptions, output: Output): Promise<void> {
  const aws = await import("@zagg/aws");
  const functionName = options.functionName ?? aws.defaultFunctionName();
  const region = options.region ?? aws.defaultRegion();
  if (options.destroy) {
    const { stack, outputBucket } = await aws.destroy({ functionName, region });
    const kept = outputBucket ? `; ${outputBucket} and its products stay` : "";
    output.result(
      { format: "zagg-deploy/1", destroyed: stack, output_bucket: outputBucket },
      `removed ${stack} in ${region}${kept}`,
    );
    return;
  }
  const { memory, outputBucket, roleArn } = options;
  const { driver } = (await loadConfig(options.config)).dataSource;
  const wanted = { functionName, region, memory, outputBucket, roleArn, driver, public: options.public };
  if (options.dryRun) {
    const changes = await aws.previewDeploy(wanted);
    output.result(
      { format: "zagg-deploy/1", function: functionName, region, changes },
      describeChanges(changes),
    );
    output.next("To do it, give the same command without --dry-run.", []);
    return;
  }
  const done = await aws.deploy({ ...wanted, onNotice: output.note });
  output.result(
    { format: "zagg-deploy/1", ...done },
    table([
      [
        "function",
        `${done.functionName}: zagg ${done.ping.version}, ${done.ping.memory} MB, ${done.ping.architecture}`,
      ],
      ["region", done.region],
      ["stack", `${done.stack} (${done.changes.length} changes)`],
      ["products", `s3://${done.outputBucket}`],
      ["idle cost", "nothing; products cost what S3 takes for their bytes"],
    ]),
  );
  const store = `s3://${done.outputBucket}/product`;
  output.next("Run on it:", [
    `zagg run --catalog catalog.json --store ${shellWord(store)} --backend lambda${done.region === aws.defaultRegion() ? "" : ` --region ${done.region}`}`,
  ]);
  if (options.public) tellPublic(output, done.outputBucket, done.region);
}

function tellPublic(output: Output, bucket: string, region: string): void {
  output.note(
    `everybody may read and list s3://${bucket}; what they download you pay for: about $0.09 per GB out of AWS`,
  );
  output.next("Show a product:", [
    `zagg view s3://${bucket}/product`,
    `https://${bucket}.s3.${region}.amazonaws.com/product   (for any Zarr viewer)`,
  ]);
}

function describeChanges(changes: readonly ResourceChange[]): string {
  if (changes.length === 0) return "nothing would change";
  return table(
    changes.map(({ action, resource, type, replacement }) => [
      action,
      `${resource} (${type})${replacement ? ", made anew" : ""}`,
    ]),
  );
}
