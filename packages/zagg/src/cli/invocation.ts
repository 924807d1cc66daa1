import { fileURLToPath } from "node:url";

/** The commands of {@link makeProgram}; a word after `zagg` that is none of them is prose. */
export const COMMANDS = [
  "run",
  "status",
  "verify",
  "catalog",
  "inspect",
  "sample",
  "raster",
  "view",
  "at",
  "export",
  "stac",
  "config",
  "deploy",
  "doctor",
  "version",
] as const;

const WRITTEN = new RegExp(
  String.raw`(?<![\w/.@-])(?:npx )?zagg (?=(${COMMANDS.join("|")})\b|--help|<command>|\[options\])`,
  "g",
);

/**
 * What to type in place of `zagg` so that the next command works: `npx zagg` in a clone, whose `node_modules` alone has
 * it, and for whoever came by npx; `zagg` where it is installed.
 */
export function invocation(path: string, env: Readonly<Record<string, string | undefined>>): string {
  const installed = /[\\/]node_modules[\\/]/.test(path);
  return installed && env.npm_command !== "exec" ? "zagg" : "npx zagg";
}

/** A text with its commands, written `zagg …`, as they are typed here. */
export function asTyped(
  text: string,
  typed = invocation(fileURLToPath(import.meta.url), process.env),
): string {
  return text.replace(WRITTEN, `${typed} `);
}
