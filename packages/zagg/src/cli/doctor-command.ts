import {
  type Check,
  defined,
  diagnoseMachine,
  diagnoseSource,
  EXIT_CODES,
  firstGranule,
  promptLogin,
} from "@zagg/core";
import type { Command } from "commander";
import { asTyped } from "./invocation.js";
import type { OutputOptions } from "./output.js";
import { outputOf, withOutputOptions } from "./shared-options.js";

/** How long a check may go on trying, milliseconds: the doctor is no run. */
const PATIENCE_MS = 20_000;

interface DoctorCliOptions extends OutputOptions {
  readonly cmrUrl?: string;
  readonly ursUrl?: string;
}

export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description("check what a run depends on: CMR, Earthdata login, S3 and https reads, this machine")
    .option("--cmr-url <url>", "another CMR")
    .option("--urs-url <url>", "another Earthdata login, e.g. https://uat.urs.earthdata.nasa.gov")
    .addHelpText("after", "\nExample:\n  $ zagg doctor");
  withOutputOptions(command).action(async ({ cmrUrl, ursUrl, ...options }: DoctorCliOptions) => {
    const output = outputOf(options);
    const retry = { budgetMs: PATIENCE_MS };
    const source = await diagnoseSource(
      defined({
        retry,
        ursUrl,
        prompt: promptLogin,
        probe: () => firstGranule(defined({ retry, url: cmrUrl })),
      }),
    );
    const checks = [...diagnoseMachine(), ...source];
    output.result({ format: "zagg-doctor/1", checks }, asTyped(describeChecks(checks)));
    const failed = checks.find(({ state }) => state === "failed");
    if (failed) process.exitCode = EXIT_CODES[failed.kind ?? "upstream"];
    else output.next("All is well. Make a catalog:", ["zagg catalog --cycle 22"]);
  });
}

const MARKS: Readonly<Record<Check["state"], string>> = {
  ok: "ok",
  warning: "warn",
  failed: "FAIL",
  skipped: "-",
};

/** One check a line; further lines of what to do are indented. */
function describeChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, state, detail }) => {
    const indented = detail.replaceAll("\n", `\n${" ".repeat(width + 8)}`);
    return `${MARKS[state].padEnd(4)}  ${name.padEnd(width)}  ${indented}`;
  });
  return lines.join("\n");
}
