import { type Command, InvalidArgumentError } from "commander";
import { makeOutput, type Output, type OutputOptions } from "./output.js";

/** Adds the options that every command has. */
export function withOutputOptions(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON object on stdout")
    .option("-q, --quiet", "print results and errors only")
    .option("-v, --verbose", "say more on stderr");
}

export function outputOf(options: OutputOptions): Output {
  return makeOutput(options);
}

/** Parser for options that take a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} up.`);
  };
}

/** Parser for options that take a number of at least `least`. */
export function number(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`It takes a number from ${least} up.`);
  };
}
