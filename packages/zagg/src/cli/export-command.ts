import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EXPORT_FORMATS, type ExportFormat, exportCells, ZaggError } from "@zagg/core";
import { openProduct } from "@zagg/product";
import { type Command, Option } from "commander";
import { exportFile } from "../export-file.js";
import { readStore } from "../read-store.js";
import { bytes, table } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, withOutputOptions } from "./shared-options.js";

interface ExportCliOptions extends OutputOptions {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly anon?: boolean;
}

export function addExportCommand(program: Command): void {
  const command = program
    .command("export")
    .description("the occupied cells as a table or as polygons")
    .argument("<store>", "the product: a folder, https://... or s3://...")
    .addOption(new Option("--format <format>", "what to write").choices(EXPORT_FORMATS).makeOptionMandatory())
    .option("--output <path>", "where to (default: stdout)")
    .option("--anon", "read s3:// without credentials")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg export product.zarr --format parquet --output cells.parquet
  $ zagg export product.zarr --format csv | head`,
    );
  withOutputOptions(command).action(async (location: string, options: ExportCliOptions) => {
    const output = outputOf(options);
    if (options.output === undefined && (options.json || options.format === "parquet")) {
      const why = options.json ? "--json prints its result on stdout" : "parquet is written to a file";
      throw new ZaggError("config", "export-output", `${why}; say where the cells go with --output`);
    }
    const product = await openProduct(readStore(location, { anon: options.anon }));
    if (options.output === undefined) {
      await pipeline(Readable.from(exportCells(product, options.format)), process.stdout, {
        end: false,
      }).catch(ignoreClosedPipe);
      return;
    }
    await exportFile(product, options.format, options.output);
    const { size } = await stat(options.output);
    output.result(
      { format: "zagg-export/1", store: location, output: options.output, bytes: size },
      table([["cells", `${options.output} (${bytes(size)})`]]),
    );
  });
}

/** `zagg export … | head` reads as much as it wants. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
