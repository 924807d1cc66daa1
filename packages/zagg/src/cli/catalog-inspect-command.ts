import { catalogSvg, loadCatalog, summarizeCatalog } from "@zagg/core";
import type { Command } from "commander";
import { checkFolder, writeWhole } from "../write-whole.js";
import { describeCatalog } from "./catalog-report.js";
import { shellWord } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, place, withOutputOptions } from "./shared-options.js";

export function addInspectCommand(catalogCommand: Command): void {
  const command = catalogCommand
    .command("inspect")
    .description("what a catalog holds, and a map of granules per shard")
    .configureHelp({ showGlobalOptions: false }) // those of making a catalog
    .argument("<file>", "a catalog, of this version or of 0.1.0", place)
    .option("--svg <file>", "draw the map", place)
    .addHelpText("after", "\nExample:\n  $ zagg catalog inspect catalog.json --svg catalog.svg");
  withOutputOptions(command).action(
    async (file: string, options: OutputOptions & { readonly svg?: string }) => {
      const output = outputOf(options);
      if (options.svg !== undefined) await checkFolder(options.svg);
      const catalog = await loadCatalog(file);
      if (options.svg !== undefined) await writeWhole(options.svg, catalogSvg(catalog));
      output.result(summarizeCatalog(catalog), describeCatalog(catalog, file));
      output.next("What a run of it would take:", [
        `zagg run --catalog ${shellWord(file)} --store product.zarr --dry-run`,
      ]);
    },
  );
}
