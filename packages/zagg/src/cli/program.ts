import { VERSION } from "@zagg/core";
import { suggestion } from "@zagg/stats";
import { Command } from "commander";
import { addAtCommand } from "./at-command.js";
import { addCatalogCommand } from "./catalog-command.js";
import { addConfigCommand } from "./config-command.js";
import { addDeployCommand } from "./deploy-command.js";
import { addDoctorCommand } from "./doctor-command.js";
import { addExportCommand } from "./export-command.js";
import { addInspectFileCommand } from "./inspect-command.js";
import { asTyped } from "./invocation.js";
import type { OutputOptions } from "./output.js";
import { printable } from "./printable.js";
import { addRasterCommand } from "./raster-command.js";
import { addRunCommand } from "./run-command.js";
import { addSampleCommand } from "./sample-command.js";
import { outputOf, withOutputOptions } from "./shared-options.js";
import { addStacCommand } from "./stac-command.js";
import { addStatusCommand } from "./status-command.js";
import { addVerifyCommand } from "./verify-command.js";
import { addViewCommand } from "./view-command.js";

/** The command line: every command is a thin layer over a function of this package. */
export function makeProgram(): Command {
  const program = new Command("zagg")
    .description("sparse satellite points to analysis-ready gridded products")
    .version(VERSION)
    .configureOutput({
      writeOut: (text) => process.stdout.write(asTyped(text)),
      writeErr: (text) => process.stderr.write(asTyped(printable(text))),
    })
    .exitOverride()
    // `zagg catalog --version 006` is the product's version: the program's own options come before commands.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Examples:
  $ zagg sample --output sample
  $ zagg catalog --granules sample/granules --config sample/sample.yaml --output catalog.json
  $ zagg run --config sample/sample.yaml --catalog catalog.json --store product.zarr
  $ zagg raster product.zarr --output map.png`,
    );
  addRunCommand(program);
  addStatusCommand(program);
  addVerifyCommand(program);
  addCatalogCommand(program);
  addInspectFileCommand(program);
  addSampleCommand(program);
  addRasterCommand(program);
  addViewCommand(program);
  addAtCommand(program);
  addExportCommand(program);
  addStacCommand(program);
  addConfigCommand(program);
  addDeployCommand(program);
  addDoctorCommand(program);
  addVersionCommand(program);
  pointToHelp(program);
  return program;
}

/** After a wrong word each command points to its own help. */
function pointToHelp(command: Command, path = command.name()): void {
  command.showHelpAfterError(`(${path} --help)`);
  for (const below of command.commands) pointToHelp(below, `${path} ${below.name()}`);
}

/**
 * Runs what is typed. `run` is the default command and takes options only: a first word that is no command is a
 * misspelt one, and nothing at all asks for the help.
 */
export async function runProgram(program: Command, words: readonly string[]): Promise<void> {
  const [first] = words;
  if (first === undefined) {
    program.outputHelp();
    return;
  }
  const names = program.commands.map((command) => command.name());
  if (!first.startsWith("-") && ![...names, "help"].includes(first)) {
    program.error(
      `error: unknown command '${first}'.${suggestion(first, names)} There are: ${names.join(", ")}.`,
    );
  }
  const comma = words.find((word) => /^-?\d+,\d+$/.test(word));
  if (first === "at" && comma !== undefined) {
    program.error(`error: '${comma}': degrees are written with a point, ${comma.replace(",", ".")}`);
  }
  await program.parseAsync(words, { from: "user" });
}

function addVersionCommand(program: Command): void {
  withOutputOptions(program.command("version").description("versions of zagg and Node")).action(
    (options: OutputOptions) => {
      outputOf(options).result(
        { zagg: VERSION, node: process.versions.node },
        `zagg ${VERSION} (Node ${process.versions.node})`,
      );
    },
  );
}
