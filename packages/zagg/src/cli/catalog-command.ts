import {
  type Catalog,
  type CatalogFormat,
  catalogFromGranules,
  findGranules,
  loadConfig,
  writeCatalog,
} from "@zagg/core";
import type { Latitude } from "@zagg/healpix";
import { type Command, Option } from "commander";
import { bytes, count, shellWord, table } from "./format.js";
import type { Output, OutputOptions } from "./output.js";
import { progressBar } from "./progress-bar.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";
import { warnAbout } from "./warnings.js";

interface CatalogCliOptions extends OutputOptions {
  readonly granules: string;
  readonly config: string;
  readonly parentOrder?: number;
  readonly latitude?: Latitude;
  readonly format: CatalogFormat;
  readonly output: string;
}

export function addCatalogCommand(program: Command): void {
  const command = program
    .command("catalog")
    .description("list which granules touch which shard")
    .requiredOption(
      "--granules <folder|glob>",
      "granules on disk; shards are found from the points they hold",
    )
    .option("--config <name|file>", "the config that will run: its grid is the catalog's", "atl06")
    .option(
      "--parent-order <n>",
      "order of the shards (default: the config's, else 6: about 100 km)",
      wholeNumber(1),
    )
    .addOption(
      new Option(
        "--latitude <convention>",
        "latitude of the grid (default: the config's, else authalic)",
      ).choices(["authalic", "geodetic"]),
    )
    .addOption(
      new Option("--format <format>", "0.1.0: as that version wrote it, for a geodetic grid")
        .choices(["zagg-catalog/2", "0.1.0"])
        .default("zagg-catalog/2"),
    )
    .option("--output <file>", "where to write it", "catalog.json")
    .addHelpText("after", "\nExample:\n  $ zagg catalog --granules data/ --output catalog.json");
  withOutputOptions(command).action(async (options: CatalogCliOptions) => {
    const output = outputOf(options);
    const config = await loadConfig(options.config, { onWarning: warnAbout(output) });
    const { parentOrder, latitude } = options;
    const paths = await findGranules(options.granules);
    const bar = progressBar(output, "granules");
    const catalog = await catalogFromGranules(paths, config, {
      ...(parentOrder !== undefined && { parentOrder }),
      ...(latitude !== undefined && { latitude }),
      onProgress: (done: number, total: number) => bar.update(done, total),
    }).finally(() => bar.stop());
    await writeCatalog(catalog, options.output, options.format);
    report(output, catalog, options);
  });
}

function report(output: Output, catalog: Catalog, options: CatalogCliOptions): void {
  const perShard = catalog.shards.map((shard) => shard.granules.length);
  const pairs = perShard.reduce((sum, n) => sum + n, 0);
  const size = catalog.granules.reduce((sum, granule) => sum + (granule.size ?? 0), 0);
  const { grid } = catalog.metadata;
  const summary = {
    format: "zagg-catalog-summary/1",
    catalog: options.output,
    granules: catalog.granules.length,
    shards: catalog.shards.length,
    pairs,
    bytes: size,
    grid: { parent_order: grid.parentOrder, latitude: grid.latitude },
  };
  output.result(
    summary,
    table([
      ["catalog", options.output],
      ["granules", `${count(catalog.granules.length)} (${bytes(size)})`],
      ["shards", `${count(catalog.shards.length)} of order ${grid.parentOrder}, ${grid.latitude} latitude`],
      ["granules per shard", spread(perShard)],
    ]),
  );
  const [config, file] = [options.config, options.output].map(shellWord);
  output.next("Make the product:", [`zagg run --config ${config} --catalog ${file} --store product.zarr`]);
}

/** Least, mean and most. */
function spread(values: readonly number[]): string {
  if (values.length === 0) return "-";
  const mean = values.reduce((sum, n) => sum + n, 0) / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[0]} to ${sorted.at(-1)}, mean ${mean.toFixed(1)}`;
}
