import { openStores, type Verification, verifyProduct } from "@zagg/core";
import type { Command } from "commander";
import { EXIT_INCOMPLETE } from "./exit-code.js";
import { count, table } from "./format.js";
import { explainNoRecord } from "./no-record.js";
import type { OutputOptions } from "./output.js";
import { progressBar } from "./progress-bar.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";

/** Discrepancies that are told in full. */
const TOLD = 10;

interface VerifyCliOptions extends OutputOptions {
  readonly sample: number;
}

export function addVerifyCommand(program: Command): void {
  const command = program
    .command("verify")
    .description("check a product against the record of its run")
    .argument("<store>", "the product: a folder or s3://bucket/prefix")
    .option("--sample <n>", "how many shards to compute again from their granules", wholeNumber(0), 1)
    .addHelpText("after", "\nExample:\n  $ zagg verify product.zarr --sample 5");
  withOutputOptions(command).action(async (store: string, options: VerifyCliOptions) => {
    const output = outputOf(options);
    const bar = progressBar(output, "chunks");
    const verification = await verifyProduct(openStores(store), {
      sample: options.sample,
      onProgress: bar.update,
    })
      .finally(() => bar.stop())
      .catch(async (error: unknown) => {
        throw await explainNoRecord(store, error);
      });
    output.result(verification, describe(verification));
    if (!verification.ok) process.exitCode = EXIT_INCOMPLETE;
  });
}

function describe(verification: Verification): string {
  const { discrepancies, complete } = verification;
  const found = discrepancies.slice(0, TOLD).map(({ what, message }) => `  ${what}: ${message}`);
  if (discrepancies.length > TOLD) found.push(`  … and ${count(discrepancies.length - TOLD)} more`);
  const verdict = discrepancies.length === 0 ? "as recorded" : `${count(discrepancies.length)} discrepancies`;
  return [
    table([
      ["store", verification.store],
      ["metadata", `${count(verification.documents)} documents and coordinate chunks`],
      ["data", `${count(verification.chunks)} chunks`],
      ["computed again", `${count(verification.reproduced)} shards`],
      ["result", `${verdict}${complete ? "" : "; not all shards have been written"}`],
    ]),
    ...found,
  ].join("\n");
}
