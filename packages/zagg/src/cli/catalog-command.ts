import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  AREA_NAMES,
  type AreaName,
  type BuildReport,
  type Catalog,
  type CatalogFormat,
  type Config,
  catalogFromCmr,
  catalogFromGranules,
  catalogName,
  checkBbox,
  defined,
  type FromCmrOptions,
  findGranules,
  loadConfig,
  loadPolygon,
  polygonNotices,
  type Region,
  summarizeCatalog,
  writeCatalog,
  ZaggError,
} from "@zagg/core";
import { type Command, Option } from "commander";
import { addInspectCommand } from "./catalog-inspect-command.js";
import { describeBuild, describeCatalog, describeFound } from "./catalog-report.js";
import { shellWord } from "./format.js";
import type { Output, OutputOptions } from "./output.js";
import { progressBar } from "./progress-bar.js";
import { number, outputOf, place, places, wholeNumber, withOutputOptions } from "./shared-options.js";
import { warnAbout } from "./warnings.js";

interface CatalogCliOptions extends OutputOptions, Omit<FromCmrOptions, keyof Region | "cmr"> {
  readonly granules?: readonly string[];
  readonly config: string;
  readonly area?: string;
  readonly polygon?: string;
  readonly bbox?: string;
  readonly cmrUrl?: string;
  readonly format: CatalogFormat;
  readonly output?: string;
}

/** What only a search can heed. */
const CMR_OPTIONS = [
  "cycle",
  "startDate",
  "endDate",
  "shortName",
  "version",
  "provider",
  "bufferKm",
  "cmrUrl",
] satisfies (keyof CatalogCliOptions)[];

export function addCatalogCommand(program: Command): void {
  const command = program
    .command("catalog")
    .description("list which granules touch which shard: granules on disk, or those that NASA's CMR knows")
    .enablePositionalOptions()
    .addOption(
      new Option(
        "--granules <folder|glob...>",
        "granules on disk; shards are found from the points they hold",
      )
        .argParser(places)
        .conflicts(CMR_OPTIONS),
    )
    .option("--cycle <n>", "ICESat-2 repeat cycle, in place of dates", wholeNumber(1))
    .option("--start-date <day>", "first day, YYYY-MM-DD (default: the config's bounds)")
    .option("--end-date <day>", "last day, YYYY-MM-DD (default: the config's bounds)")
    .option("--short-name <name>", "product (default: the config's, else ATL06)")
    .option(
      "--version <version>",
      "the product's version (default: 007 of ICESat-2's, else the newest that CMR knows)",
    )
    .option(
      "--provider <name>",
      "CMR's provider of the product (default: NSIDC_CPRD of ICESat-2's, else the one that has it in the cloud)",
    )
    .option(
      "--area <name|file>",
      `${AREA_NAMES.join(", ")}, or a GeoJSON file (default: antarctica: grounded ice, without the shelves of Ross, ` +
        "Ronne, Filchner and Larsen C)",
      place,
    )
    .option("--polygon <file>", "GeoJSON of the region", place)
    .option(
      "--bbox <w,s,e,n>",
      "only shards that this box touches, degrees; west > east crosses the antimeridian",
    )
    .option("--buffer-km <km>", "widen footprints (default: 0)", number(0))
    .option("--cmr-url <url>", "another CMR")
    .option("--config <name|file>", "the config that will run: its grid is the catalog's", place, "atl06")
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
    .option(
      "--output <file>",
      "where to write it (default: catalog.json, or a name that tells product and dates)",
      place,
    )
    .addHelpText(
      "after",
      `
Examples:
  $ zagg catalog --granules data/ --output catalog.json
  $ zagg catalog --granules 'data/**/*.h5' --output catalog.json
  $ zagg catalog --cycle 22
  $ zagg catalog --start-date 2024-01-06 --end-date 2024-01-12 --area greenland`,
    );
  withOutputOptions(command)
    .allowExcessArguments() // to be told what they lack
    .action(makeCatalog);
  addInspectCommand(command);
}

async function makeCatalog(options: CatalogCliOptions, { args }: Command): Promise<void> {
  const output = outputOf(options);
  if (args.length > 0) {
    const said = `zagg catalog --granules ${args.map(shellWord).join(" ")}`;
    throw new ZaggError("config", "usage", `${args[0]} is no option: for granules there say ${said}`, {
      args,
    });
  }
  if (options.output !== undefined) await checkFile(options.output);
  const config = await loadConfig(options.config, { onWarning: warnAbout(output) });
  const { catalog, report } = await (options.granules === undefined
    ? fromCmr(config, options, output)
    : fromGranules(config, options.granules, options, output));
  const path = options.output ?? (report ? catalogName(catalog.metadata) : "catalog.json");
  await writeCatalog(catalog, path, options.format);

  if (report) for (const line of describeBuild(report)) output.note(line);
  output.result({ ...summarizeCatalog(catalog), catalog: path }, describeCatalog(catalog, path));
  const [configWord, catalogWord] = [options.config, path].map(shellWord);
  output.next("Make the product:", [
    `zagg run --config ${configWord} --catalog ${catalogWord} --store product.zarr`,
  ]);
}

interface MadeCatalog {
  readonly catalog: Catalog;
  readonly report?: BuildReport;
}

async function fromGranules(
  config: Config,
  patterns: readonly string[],
  { parentOrder, latitude, ...options }: CatalogCliOptions,
  output: Output,
): Promise<MadeCatalog> {
  const paths = await findGranules(patterns);
  const bar = progressBar(output, "granules");
  const notices: string[] = [];
  const catalog = await catalogFromGranules(paths, config, {
    ...(await regionOf(options, output)),
    ...defined({ parentOrder, latitude }),
    onProgress: bar.update,
    onNotice: (line) => notices.push(line),
  }).finally(() => bar.stop());
  for (const line of [...notices, ...describeFound(catalog)]) output.note(line);
  return { catalog };
}

async function fromCmr(config: Config, options: CatalogCliOptions, output: Output): Promise<MadeCatalog> {
  const { area, polygon, bbox, cmrUrl, ...search } = options;
  const when = search.cycle ?? search.startDate ?? search.endDate ?? config.bounds?.temporal;
  if (when === undefined) {
    const ask = "what to ask NASA's CMR for (--cycle N, or --start-date and --end-date)";
    throw new ZaggError("config", "no-source", `say where granules are (--granules FOLDER), or ${ask}`);
  }
  const region = await regionOf(options, output);
  const bar = progressBar(output, "granules");
  const cmr = defined({ url: cmrUrl, onProgress: bar.update });
  return catalogFromCmr(config, { ...search, ...region, cmr }).finally(() => bar.stop());
}

/** What `--area`, `--polygon` and `--bbox` mean together. */
async function regionOf(
  { area, polygon, bbox }: Pick<CatalogCliOptions, "area" | "polygon" | "bbox">,
  output: Output,
): Promise<Region> {
  if (area !== undefined && polygon !== undefined) {
    throw new ZaggError("config", "region", "--area and --polygon exclude each other");
  }
  const file = polygon ?? (area === undefined || isAreaName(area) ? undefined : area);
  if (polygon === undefined && file !== undefined && !existsSync(file)) {
    const message = `--area ${area} is none of ${AREA_NAMES.join(", ")}, nor a GeoJSON file that is there`;
    throw new ZaggError("config", "region", message, { area });
  }
  const polygons = file === undefined ? undefined : await loadPolygon(file);
  const polygonName = file && basename(file);
  if (polygons) for (const line of polygonNotices(polygons, polygonName ?? "")) output.note(line);
  return defined({
    area: area !== undefined && isAreaName(area) ? area : undefined,
    polygons,
    polygonName,
    bbox: bbox === undefined ? undefined : checkBbox(numbersOf(bbox)),
  });
}

/** Numbers between commas; an empty place is none, though JavaScript takes it for 0. */
function numbersOf(text: string): number[] {
  return text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
}

/** A folder cannot be written as a file: better told before the work than after. */
async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  throw new ZaggError("config", "output", `--output ${path} is a folder: name a file in it`, {
    output: path,
  });
}

function isAreaName(name: string): name is AreaName {
  return (AREA_NAMES as readonly string[]).includes(name);
}
