import { homedir } from "node:os";
import { join } from "node:path";
import { tellWaits } from "@zagg/storage";
import { type Command, InvalidArgumentError } from "commander";
import { makeOutput, type Output, type OutputOptions } from "./output.js";
import { waitNotes } from "./wait-notes.js";

/** Adds the options that every command has. */
export function withOutputOptions(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON object on stdout")
    .option("-q, --quiet", "print results and errors only")
    .option("-v, --verbose", "say more on stderr");
}

/** A command's output, which also says what the command waits for. */
export function outputOf(options: OutputOptions): Output {
  const output = makeOutput(options);
  tellWaits(waitNotes(output.note));
  return output;
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

/** Parser for options that name a place: `~/` is the home folder, also where the shell leaves it; never empty. */
export function place(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty: is a variable not set?");
  return /^~(?=$|[/\\])/.test(text) ? join(homedir(), text.slice(1)) : text;
}

/** As {@link place}, for options that name several. */
export function places(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, place(text)];
}
