import { builtInConfigs, builtInText, configSchema, loadConfig } from "@zagg/core";
import type { Command } from "commander";
import { shellWord } from "./format.js";
import type { OutputOptions } from "./output.js";
import { outputOf, withOutputOptions } from "./shared-options.js";
import { warnAbout } from "./warnings.js";

export function addConfigCommand(program: Command): void {
  const command = program.command("config").description("list, show and check configs");
  addList(command);
  addShow(command);
  addValidate(command);
  addSchema(command);
}

function addList(parent: Command): void {
  const command = parent.command("list").description("names of the built-in configs");
  withOutputOptions(command).action((options: OutputOptions) => {
    const output = outputOf(options);
    const names = builtInConfigs();
    // The first line of a built-in config is a comment that says what it is for.
    const lines = names.map((name) => `${name}\t${builtInText(name).split("\n")[0]?.replace(/^# */, "")}`);
    output.result({ format: "zagg-configs/1", configs: names }, lines.join("\n"));
    output.next("Save one and change it:", [`zagg config show ${names[0]} > my-config.yaml`]);
  });
}

function addShow(parent: Command): void {
  const command = parent
    .command("show")
    .description("a built-in config as YAML, ready to save and change")
    .argument("<name>", "name of a built-in config; with --resolved also a file")
    .option("--resolved", "as zagg understands it, with every default, as JSON")
    .addHelpText("after", "\nExample:\n  $ zagg config show atl06 > my-config.yaml");
  withOutputOptions(command).action(async (name: string, options: OutputOptions & { resolved?: boolean }) => {
    const output = outputOf(options);
    const config =
      options.resolved || options.json ? await loadConfig(name, { onWarning: warnAbout(output) }) : {};
    output.result(config, options.resolved ? JSON.stringify(config, null, 2) : builtInText(name));
    output.next("Check a changed copy:", ["zagg config validate my-config.yaml"]);
  });
}

function addValidate(parent: Command): void {
  const command = parent
    .command("validate")
    .description("check a config: keys, types, functions, expressions")
    .argument("<file>", "a YAML file, or the name of a built-in config")
    .addHelpText("after", "\nExample:\n  $ zagg config validate my-config.yaml");
  withOutputOptions(command).action(async (file: string, options: OutputOptions) => {
    const output = outputOf(options);
    const config = await loadConfig(file, { onWarning: warnAbout(output) });
    const variables = Object.keys(config.aggregation.variables);
    output.result(
      { format: "zagg-validation/1", file, valid: true, variables },
      `${file}: valid (${variables.join(", ")})`,
    );
    const word = shellWord(file);
    output.next("Make a catalog with it:", [
      `zagg catalog --config ${word} --granules data/ --output catalog.json`,
    ]);
  });
}

function addSchema(parent: Command): void {
  const command = parent
    .command("schema")
    .description("the JSON Schema of configs, for editors")
    .addHelpText("after", "\nExample:\n  $ zagg config schema > zagg-config.schema.json");
  withOutputOptions(command).action((options: OutputOptions) => {
    const output = outputOf(options);
    const schema = configSchema();
    output.result(schema, JSON.stringify(schema, null, 2));
    output.next("Point your editor at it with this first line in the YAML:", [
      "# yaml-language-server: $schema=zagg-config.schema.json",
    ]);
  });
}
