import { join } from "node:path";
import { type Command, Option } from "commander";
import { makeSample, type SampleSize } from "../sample/index.js";
import { bytes, count, shellWord, table } from "./format.js";
import type { OutputOptions } from "./output.js";
import { progressBar } from "./progress-bar.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";

interface SampleCliOptions extends OutputOptions {
  readonly output: string;
  readonly granules?: number;
  readonly seed: number;
  readonly size: SampleSize;
}

export function addSampleCommand(program: Command): void {
  const command = program
    .command("sample")
    .description("make synthetic ATL06 granules over a made-up Antarctica, with a catalog and a config")
    .requiredOption("--output <folder>", "where to put them")
    .option("--granules <n>", "how many (default: 98 small ones, or 1 full-size one)", wholeNumber(1))
    .option("--seed <n>", "another seed gives other noise", wholeNumber(0), 1)
    .addOption(
      new Option(
        "--size <size>",
        "small: about 0.1 MB each; full: every segment of a real granule, more than 100 MB each",
      )
        .choices(["small", "full"])
        .default("small"),
    )
    .addHelpText("after", "\nExample:\n  $ zagg sample --output sample");
  withOutputOptions(command).action(async (options: SampleCliOptions) => {
    const output = outputOf(options);
    const bar = progressBar(output, "granules");
    const { granules, seed, size } = options;
    const sample = await makeSample(options.output, {
      ...(granules !== undefined && { granules }),
      seed,
      size,
      onProgress: (done, total) => bar.update(done, total),
    }).finally(() => bar.stop());

    output.result(
      { format: "zagg-sample/1", ...sample },
      table([
        ["granules", `${count(sample.granules.length)} (${bytes(sample.bytes)})`],
        ["segments", count(sample.segments)],
        ["catalog", sample.catalog],
        ["config", sample.config],
      ]),
    );
    const [config, catalog, store] = [
      sample.config,
      sample.catalog,
      join(options.output, "product.zarr"),
    ].map(shellWord);
    output.next("Make a product of them:", [
      `zagg run --config ${config} --catalog ${catalog} --store ${store}`,
    ]);
  });
}
