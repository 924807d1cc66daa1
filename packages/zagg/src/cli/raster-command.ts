import { stat } from "node:fs/promises";
import { defined, type PngOptions, type RasterRule } from "@zagg/core";
import { CRS_NAMES, type Crs, type LonLatBounds, PALETTE_NAMES, type PaletteName } from "@zagg/map";
import { type Command, InvalidArgumentError, Option } from "commander";
import { rasterFile } from "../raster-file.js";
import { readStore } from "../read-store.js";
import { bytes, shellWord, table } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";

interface RasterCliOptions extends OutputOptions {
  readonly output: string;
  readonly variable?: string;
  readonly all?: boolean;
  readonly panels?: boolean;
  readonly rule?: RasterRule;
  readonly gridSpacing?: number;
  readonly crs?: Crs;
  readonly bbox?: LonLatBounds;
  readonly palette?: PaletteName;
  readonly log?: boolean;
  readonly limits?: readonly [number, number];
  readonly anon?: boolean;
}

export function addRasterCommand(program: Command): void {
  const command = program
    .command("raster")
    .description("turn a product into a map: PNG, GeoTIFF or Zarr")
    .argument("<store>", "the product: a folder, https://... or s3://...")
    .requiredOption("--output <path>", "where to; its suffix names the format: .png, .tif, .zarr")
    .option("--variable <name>", "what to draw (default: h_mean, else the first)")
    .option("--all", "every variable")
    .option("--panels", "the four maps of 0.1.0 in one PNG: mean height, count, uncertainty, range")
    .addOption(
      new Option(
        "--rule <rule>",
        "how cells become pixels (default: nearest, or bin where a pixel is wider than a cell)",
      ).choices(["nearest", "bin"]),
    )
    .option(
      "--grid-spacing <metres>",
      "side of a pixel (default: 2000, or as much more as the map needs to fit)",
      wholeNumber(1),
    )
    .addOption(
      new Option(
        "--crs <crs>",
        `projection: ${Object.keys(CRS_NAMES).join(", ")} (default: by where the data lie)`,
      ).argParser(parseCrs),
    )
    .option("--bbox <w,s,e,n>", "degrees; west > east crosses the antimeridian", parseBbox)
    .addOption(new Option("--palette <name>", "colours of a PNG (default: viridis)").choices(PALETTE_NAMES))
    .option("--log", "logarithmic colours of a PNG (default: for counts)")
    .option(
      "--limits <min,max>",
      "ends of the colours of a PNG (default: the 2nd and 98th percentile)",
      parseLimits,
    )
    .option("--anon", "read s3:// without credentials")
    .addHelpText(
      "after",
      `
Examples:
  $ zagg raster product.zarr --output map.png
  $ zagg raster product.zarr --all --rule bin --output grid.tif
  $ zagg raster s3://bucket/product --anon --bbox -105,-76,-95,-73 --output glacier.png`,
    );
  withOutputOptions(command).action(raster);
}

async function raster(
  store: string,
  { output: path, gridSpacing, anon, json, quiet, verbose, ...options }: RasterCliOptions,
): Promise<void> {
  const output = outputOf({ json, quiet, verbose });
  const drawn: PngOptions = defined({ ...options, spacing: gridSpacing, onNotice: output.note });
  await rasterFile(readStore(store, { anon }), path, drawn);
  const written = await stat(path);
  const size = written.isFile() ? written.size : undefined;
  output.result(
    defined({ format: "zagg-raster/1", store, output: path, bytes: size }),
    table([["map", size === undefined ? path : `${path} (${bytes(size)})`]]),
  );
  if (path.endsWith(".png")) {
    output.next("As a GeoTIFF, every variable:", [`zagg raster ${shellWord(store)} --all --output grid.tif`]);
  }
}

/** `EPSG:3031`, `epsg:3031` and `3031` are one. */
function parseCrs(text: string): Crs {
  const name = `EPSG:${text.replace(/^epsg:/i, "")}`;
  const found = (Object.keys(CRS_NAMES) as Crs[]).find((each) => each === name);
  if (found) return found;
  const names = Object.entries(CRS_NAMES).map(([crs, what]) => `${crs} (${what})`);
  throw new InvalidArgumentError(`There are ${names.join(", ")}.`);
}

function parseBbox(text: string): LonLatBounds {
  const [west, south, east, north] = numbers(text, 4, "west,south,east,north");
  return { west, south, east, north } as LonLatBounds;
}

function parseLimits(text: string): readonly [number, number] {
  const [min, max] = numbers(text, 2, "min,max") as [number, number];
  if (!(max > min)) throw new InvalidArgumentError("The first must be less than the second.");
  return [min, max];
}

function numbers(text: string, count: number, names: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.length === count && values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError(`It takes ${count} numbers: ${names}.`);
}
