import { expect, test } from "vitest";
import { asTyped, COMMANDS, invocation } from "./invocation.js";
import { makeProgram } from "./program.js";

test("every command is known", () => {
  expect([...COMMANDS]).toEqual(makeProgram().commands.map((command) => command.name()));
});

test.each([
  ["a clone", "/home/ann/zagg/packages/zagg/dist/cli/invocation.js", {}, "npx zagg"],
  [
    "a clone, by npx",
    "/home/ann/zagg/packages/zagg/dist/cli/invocation.js",
    { npm_command: "exec" },
    "npx zagg",
  ],
  ["installed for all", "/usr/lib/node_modules/zagg/dist/cli/invocation.js", {}, "zagg"],
  [
    "installed in a project, by npx",
    "/srv/app/node_modules/zagg/dist/cli/invocation.js",
    { npm_command: "exec" },
    "npx zagg",
  ],
  ["installed on Windows", "C:\\npm\\node_modules\\zagg\\dist\\cli\\invocation.js", {}, "zagg"],
])("%s", (_, path, env, typed) => {
  expect(invocation(path, env)).toBe(typed);
});

test.each([
  ["  $ zagg run --catalog c.json", "  $ npx zagg run --catalog c.json"],
  ["Make one with: zagg catalog --output c", "Make one with: npx zagg catalog --output c"],
  ["(zagg --help, or zagg <command> --help)", "(npx zagg --help, or npx zagg <command> --help)"],
  ["Usage: zagg [options] [command]", "Usage: npx zagg [options] [command]"],
  ["mend it: npx zagg status a.zarr", "mend it: npx zagg status a.zarr"],
  ["this is zagg 0.2.0; zagg runs", "this is zagg 0.2.0; zagg runs"],
  ["/data/zagg run.zarr and my-zagg run", "/data/zagg run.zarr and my-zagg run"],
])("%s", (written, typed) => {
  expect(asTyped(written, "npx zagg")).toBe(typed);
  expect(asTyped(written, "zagg")).toBe(written.replaceAll("npx ", ""));
});
