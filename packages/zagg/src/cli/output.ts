import { styleText } from "node:util";
import { asTyped } from "./invocation.js";
import { printable } from "./printable.js";

/** How much goes to stderr. */
export type Verbosity = "quiet" | "normal" | "verbose";

/**
 * Where a command's words go: results to stdout, everything else to stderr, with commands of ours as they are typed
 * here.
 */
export interface Output {
  readonly verbosity: Verbosity;
  /** The one result of a command: `value` with --json, else `text`. */
  result(value: object, text: string): void;
  /** Something the user should know; silent when quiet. */
  note(text: string): void;
  /** Only with --verbose. */
  detail(text: string): void;
  /** Something went wrong; never silent. */
  problem(text: string): void;
  /** What to do next: a line of explanation and commands or code, ready to paste. */
  next(text: string, lines: readonly string[]): void;
}

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

export function makeOutput({ json = false, quiet = false, verbose = false }: OutputOptions): Output {
  const say = (text: string): void => void process.stderr.write(`${asTyped(text)}\n`);
  const shown = (value: object, text: string) => (json ? JSON.stringify(value) : text.trimEnd());
  return {
    verbosity: quiet ? "quiet" : verbose ? "verbose" : "normal",
    result: (value, text) => void process.stdout.write(`${printable(shown(value, text))}\n`),
    note: (text) => quiet || say(printable(text)),
    detail: (text) => verbose && say(styled("dim", printable(text))),
    problem: (text) => say(`${styled("red", "zagg:")} ${printable(text)}`),
    next: (text, lines) =>
      quiet ||
      say([`\n${styled("dim", printable(text))}`, ...lines.map((line) => `  ${printable(line)}`)].join("\n")),
  };
}

/** Colours are for terminals that want them (https://no-color.org). */
function styled(format: "red" | "dim", text: string): string {
  return process.stderr.isTTY && !process.env.NO_COLOR ? styleText(format, text) : text;
}
