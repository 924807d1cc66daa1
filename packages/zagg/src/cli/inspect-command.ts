import { basename } from "node:path";
import { granuleOpener, type InspectedFile, type InspectOptions, inspectFile } from "@zagg/core";
import { type OpenSource, s3Source } from "@zagg/storage";
import type { Command } from "commander";
import { bytes, count } from "./format.js";
import { describeObjects } from "./inspect-tree.js";
import type { OutputOptions } from "./output.js";
import { outputOf, place, wholeNumber, withOutputOptions } from "./shared-options.js";

interface InspectCliOptions extends OutputOptions, InspectOptions {
  readonly attributes?: boolean;
  readonly anon?: boolean;
}

export function addInspectFileCommand(program: Command): void {
  const command = program
    .command("inspect")
    .description(
      "look into an HDF5 or NetCDF-4 file by byte ranges: groups, datasets, attributes, first values",
    )
    .argument("<file>", "a file, https://... or s3://...", place)
    .option("--path <path>", "a group or dataset of it (default: all)")
    .option("--attributes", "all attributes, not only those that tell units and values")
    .option("--values <n>", "first values of each dataset; 0 reads none (default: 3)", wholeNumber(0))
    .option("--anon", "read s3:// without credentials")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg inspect granule.h5
  $ zagg inspect --path /gt1l/land_ice_segments --attributes granule.h5
  $ zagg inspect --json s3://bucket/granule.h5`,
    );
  withOutputOptions(command).action(async (location: string, options: InspectCliOptions) => {
    const output = outputOf(options);
    const source = sourceOf(location, options);
    try {
      const inspected = await inspectFile(source, options);
      output.result({ ...inspected, file: location }, describe(location, inspected, options));
      output.note(
        `${count(inspected.requests)} ranges, ${bytes(inspected.bytes)} of ${bytes(inspected.size)}`,
      );
    } finally {
      await source.close();
    }
  });
}

/** A file wherever it lies, with the secrets that granules are read with. */
function sourceOf(location: string, { anon }: InspectCliOptions): OpenSource {
  if (location.startsWith("s3://") && anon) return s3Source(location, {});
  const id = basename(location);
  if (location.startsWith("s3://")) return granuleOpener("s3")({ id, s3: location });
  if (/^https?:\/\//.test(location)) return granuleOpener("https")({ id, https: location });
  return granuleOpener("file")({ id, file: location });
}

function describe(
  location: string,
  { objects }: InspectedFile,
  { attributes = false }: InspectCliOptions,
): string {
  return [location, ...describeObjects(objects, attributes)].join("\n");
}
