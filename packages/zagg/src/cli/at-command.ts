import { type CellReport, cellAt } from "@zagg/core";
import { openProduct, type Product } from "@zagg/product";
import { type Command, InvalidArgumentError } from "commander";
import { readStore } from "../read-store.js";
import { shellWord, table } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, withOutputOptions } from "./shared-options.js";

interface AtCliOptions extends OutputOptions {
  readonly anon?: boolean;
}

export function addAtCommand(program: Command): void {
  const command = program
    .command("at")
    .description("the statistics of the cell at a place")
    .argument("<store>", "the product: a folder, https://... or s3://...")
    .argument("<lat>", "latitude in degrees", degrees)
    .argument("<lon>", "longitude in degrees east", degrees)
    .option("--anon", "read s3:// without credentials")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg at product.zarr -75.5 -100.25
  $ zagg at --json product.zarr 78.2 15.6`,
    );
  withOutputOptions(command).action(
    async (location: string, lat: number, lon: number, options: AtCliOptions) => {
      const output = outputOf(options);
      const product = await openProduct(readStore(location, { anon: options.anon }));
      const report = await cellAt(product, lat, lon);
      const statistics = report.statistics.map(({ value, ...statistic }) => ({
        ...statistic,
        value: typeof value === "bigint" ? String(value) : value,
      }));
      output.result({ format: "zagg-at/1", store: location, ...report, statistics }, describe(report));
      if (report.shard.position === null && (await covers(product, lon, lat))) {
        output.note(`The product covers ${lon}, ${lat}: the latitude comes first.`);
      }
      if (report.nearest) {
        const { latitude, longitude, distance_km } = report.nearest;
        const place = `${latitude.toFixed(6)} ${longitude.toFixed(6)}`;
        output.next(
          `This cell has no value. The nearest of its shard that has one is ${distance_km.toFixed(1)} km away:`,
          [`zagg at ${shellWord(location)} ${place}`],
        );
      }
      output.next("Every occupied cell as a table:", [
        `zagg export ${shellWord(location)} --format csv --output cells.csv`,
      ]);
    },
  );
}

/** Whether a place lies in the product. */
async function covers(product: Product, latitude: number, longitude: number): Promise<boolean> {
  if (Math.abs(latitude) > 90) return false;
  return (await cellAt(product, latitude, longitude)).shard.position !== null;
}

function describe({ cell, shard, statistics }: CellReport): string {
  return table([
    ["cell", `${cell.nested} (order ${cell.order}, morton ${cell.morton})`],
    ["centre", `${cell.latitude.toFixed(6)}, ${cell.longitude.toFixed(6)}`],
    ["shard", `${shard.nested} (order ${shard.order}, morton ${shard.morton}): ${shard.state}`],
    ...statistics.map(({ name, value, units }): [string, string] => [
      name,
      value === null ? "-" : `${value}${units && units !== "1" ? ` ${units}` : ""}`,
    ]),
  ]);
}

function degrees(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It takes a number of degrees.");
}
