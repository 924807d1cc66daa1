import { writeFile } from "node:fs/promises";
import { rasterStore, ZaggError } from "@zagg/core";
import { CRS_NAMES, type Crs, type LonLatBounds, PALETTE_NAMES, type PaletteName } from "@zagg/map";
import { localStore } from "@zagg/storage";
import { type Command, InvalidArgumentError, Option } from "commander";
import { bytes, table } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";

interface RasterCliOptions extends OutputOptions {
  readonly output: string;
  readonly variable?: string;
  readonly gridSpacing: number;
  readonly crs?: Crs;
  readonly bbox?: LonLatBounds;
  readonly palette: PaletteName;
  readonly log?: boolean;
}

export function addRasterCommand(program: Command): void {
  const command = program
    .command("raster")
    .description("draw a variable of a product as a map")
    .argument("<store>", "folder of the product")
    .requiredOption("--output <file.png>", "the picture")
    .option("--variable <name>", "what to draw (default: h_mean, else the first)")
    .option("--grid-spacing <metres>", "side of a pixel", wholeNumber(1), 2000)
    .addOption(
      new Option("--crs <crs>", "projection (default: by where the data lie)").choices(
        Object.keys(CRS_NAMES),
      ),
    )
    .option("--bbox <w,s,e,n>", "degrees; west > east crosses the antimeridian", parseBbox)
    .addOption(new Option("--palette <name>", "colours").choices(PALETTE_NAMES).default("viridis"))
    .option("--log", "logarithmic colours (default: for counts)")
    .addHelpText("after", "\nExample:\n  $ zagg raster product.zarr --output map.png");
  withOutputOptions(command).action(async (store: string, options: RasterCliOptions) => {
    const output = outputOf(options);
    const { variable, crs, bbox, palette, log } = options;
    const png = await rasterStore(localStore(store), {
      spacing: options.gridSpacing,
      palette,
      ...(variable !== undefined && { variable }),
      ...(crs !== undefined && { crs }),
      ...(bbox !== undefined && { bbox }),
      ...(log !== undefined && { log }),
      onNotice: output.note,
    });
    await writePicture(options.output, png);
    output.result(
      { format: "zagg-raster/1", store, picture: options.output, bytes: png.length },
      table([["picture", `${options.output} (${bytes(png.length)})`]]),
    );
    output.next("Another variable:", [`zagg raster ${store} --variable count --output count.png`]);
  });
}

async function writePicture(path: string, png: Uint8Array): Promise<void> {
  await writeFile(path, png).catch((cause: NodeJS.ErrnoException) => {
    throw new ZaggError(
      "store",
      "picture",
      `${path} could not be written: ${cause.message}`,
      { path },
      { cause },
    );
  });
}

function parseBbox(text: string): LonLatBounds {
  const [west, south, east, north, ...more] = text.split(",").map(Number);
  const given = [west, south, east, north].every((value) => Number.isFinite(value)) && more.length === 0;
  if (!given) throw new InvalidArgumentError("It takes four numbers: west,south,east,north.");
  return { west, south, east, north } as LonLatBounds;
}
