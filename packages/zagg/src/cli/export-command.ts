import { stat } from "node:fs/promises";
import { extname } from "node:path";
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
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly anon?: boolean;
}

export function addExportCommand(program: Command): void {
  const command = program
    .command("export")
    .description("the occupied cells as a table or as polygons")
    .argument("<store>", "the product: a folder, https://... or s3://...")
    .addOption(
      new Option("--format <format>", "what to write (default: by the suffix of --output)").choices(
        EXPORT_FORMATS,
      ),
    )
    .option("--output <path>", "where to (default: stdout)")
    .option("--anon", "read s3:// without credentials")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg export product.zarr --output cells.parquet
  $ zagg export product.zarr --format csv | head`,
    );
  withOutputOptions(command).action(async (location: string, options: ExportCliOptions) => {
    const output = outputOf(options);
    const format = formatOf(options);
    if (options.output === undefined && (options.json || format === "parquet")) {
      const why = options.json ? "--json prints its result on stdout" : "parquet is written to a file";
      throw new ZaggError("config", "export-output", `${why}; say where the cells go with --output`);
    }
    const product = await openProduct(readStore(location, { anon: options.anon }));
    if (options.output === undefined) {
      await pipeline(Readable.from(exportCells(product, format)), process.stdout, {
        end: false,
      }).catch(ignoreClosedPipe);
      return;
    }
    await exportFile(product, format, options.output);
    const { size } = await stat(options.output);
    output.result(
      { format: "zagg-export/1", store: location, output: options.output, bytes: size },
      table([["cells", `${options.output} (${bytes(size)})`]]),
    );
  });
}

/** Suffixes that name a format; others say nothing. */
const SUFFIXES: Readonly<Record<string, ExportFormat>> = {
  ".csv": "csv",
  ".geojson": "geojson",
  ".json": "geojson",
  ".parquet": "parquet",
};

function formatOf({ format, output }: ExportCliOptions): ExportFormat {
  const suffix = extname(output ?? "").toLowerCase();
  const named = SUFFIXES[suffix];
  const refused = (message: string) => new ZaggError("config", "export-output", message, { output });
  if (format && named && format !== named) {
    throw refused(
      `--format ${format} would be written into ${output}: choose another suffix, or leave out --format`,
    );
  }
  const chosen = format ?? named;
  if (chosen) return chosen;
  const formats = EXPORT_FORMATS.join(", ");
  throw refused(
    output === undefined
      ? `say what to write with --format: ${formats}`
      : `${output} has no suffix that names a format: say --format ${formats}, or end it in .csv, .geojson or .parquet`,
  );
}

/** `zagg export … | head` reads as much as it wants. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
