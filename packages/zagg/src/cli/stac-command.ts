import { dirname, relative, sep } from "node:path";
import { defined, type StacItem, type TimeSpan, ZaggError } from "@zagg/core";
import type { Command } from "commander";
import { storeItem } from "../store-item.js";
import { checkFolder, writeWhole } from "../write-whole.js";
import { table } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, withOutputOptions } from "./shared-options.js";

interface StacCliOptions extends OutputOptions {
  readonly output?: string;
  readonly href?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly anon?: boolean;
}

export function addStacCommand(program: Command): void {
  const command = program
    .command("stac")
    .description("a STAC item that describes the product, for catalogs and search engines")
    .argument("<store>", "the product: a folder, https://... or s3://...")
    .option("--output <path>", "where the item goes (default: stdout)")
    .option("--href <url>", "where readers will find the store (default: where it is now)")
    .option("--start-date <day>", "first day of the data (default: from the record of the run)")
    .option("--end-date <day>", "last day of the data")
    .option("--anon", "read s3:// without credentials")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg stac product.zarr --output product.json
  $ zagg stac product.zarr --href https://data.example.org/product.zarr | jq .bbox`,
    );
  withOutputOptions(command).action(async (location: string, options: StacCliOptions) => {
    const output = outputOf(options);
    if (options.output !== undefined) await checkFolder(options.output);
    const time = daysOf(options);
    const item = await storeItem(
      location,
      defined({
        href: options.href ?? hrefFrom(dirname(options.output ?? "item.json"), location),
        time,
        anon: options.anon,
      }),
    );
    const text = readable(item);
    if (options.output === undefined) return output.result(item, text);
    await writeWhole(options.output, `${text}\n`);
    const { id, bbox = null } = item;
    output.result(
      { format: "zagg-stac/1", store: location, output: options.output, id, bbox },
      table([
        ["item", options.output],
        ["id", id],
        ["bbox", bbox?.join(", ") ?? "none: no shard holds data"],
      ]),
    );
  });
}

/** A local store is named as seen from the item's folder, so that both can be moved together. */
function hrefFrom(folder: string, location: string): string {
  if (/^(s3|https?):\/\//.test(location)) return location;
  const path = relative(folder, location).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}

function daysOf({ startDate, endDate }: StacCliOptions): TimeSpan | undefined {
  if (startDate === undefined && endDate === undefined) return undefined;
  const [start, end] = [`${startDate}T00:00:00.000Z`, `${endDate}T23:59:59.999Z`];
  if (Date.parse(start) <= Date.parse(end)) return { start, end };
  const message = "--start-date and --end-date go together, as YYYY-MM-DD, the first not after the last";
  throw new ZaggError("config", "stac-dates", message, { startDate, endDate });
}

/** Indented, each pair of coordinates on one line. */
function readable(item: StacItem): string {
  return JSON.stringify(item, null, 2).replace(/\[\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]/g, "[$1, $2]");
}
