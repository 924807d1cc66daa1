import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../terms/index.js";
import { builtInText, loadConfig, parseConfig } from "./load.js";

const ATL06 = builtInText("atl06");

/** What is said of the built-in config with one piece of text replaced. */
function problemOf(from: string, to: string): string {
  const text = ATL06.replace(from, to);
  expect(text).not.toBe(ATL06);
  return messageOf(text);
}

function messageOf(text: string): string {
  try {
    parseConfig(text, "mine.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

describe("what would become something else on its way to JSON is refused, with line and column", () => {
  test.each([
    [
      "a name that objects have",
      "    h_min:\n",
      "    __proto__:\n",
      /^mine\.yaml:\d+:5: __proto__ cannot name/,
    ],
    ["a set", "units: m, cell", "units: !!set {m}, cell", /the tag !!set is not understood/],
    ["an ordered map", "units: m, cell", "units: !!omap [a: 1], cell", /the tag !!omap is not understood/],
    ["a tag of somebody", "units: m, cell", "units: !metre m, cell", /the tag !metre is not understood/],
    ["infinity", "units: m, cell", "units: m, most: .inf, cell", /\.inf is no number that JSON holds/],
    ["not a number, but as a fill value", "units: m, cell", "units: m, x: .nan, cell", /\.nan is no number/],
    ["in a list, too", "units: m, cell", "units: m, x: [1, -.inf], cell", /-\.inf is no number/],
    ["a large integer", "units: m, cell", "units: m, id: 12345678901234567890, cell", /beyond 2\^53/],
  ])("%s", (_, from, to, message) => {
    const told = problemOf(from, to);
    expect(told).toMatch(message);
    expect(told).toMatch(/^mine\.yaml:\d+:\d+: /);
  });

  test("what JSON holds stays: tags of plain types, quoted numbers, NaN as a fill value, floats of any size", () => {
    const text = ATL06.replace(
      "units: m, cell_methods",
      'units: !!str m, id: "12345678901234567890", big: 1.5e300, cell_methods',
    ).replace("      function: max\n", "      function: max\n      fill_value: .nan\n");
    const { h_min, h_max } = parseConfig(text, "mine.yaml").aggregation.variables;
    expect(h_min?.attrs).toMatchObject({ units: "m", id: "12345678901234567890", big: 1.5e300 });
    expect(h_max?.fillValue).toBe("NaN");
  });
});

test("names that differ by case only are refused: many disks do not tell them apart", () => {
  expect(problemOf("    h_min:\n", "    COUNT:\n")).toMatch(/COUNT: differs from count by case only/);
  expect(problemOf("    h_min:\n", "    Morton:\n")).toMatch(/Morton: differs from morton by case only/);
});

test("of very many problems the first are told, and how many more there are, without delay", () => {
  const keys = Array.from({ length: 50_000 }, (_, i) => `key_${i}: 1`).join("\n");
  const lines = messageOf(`${ATL06}\n${keys}\n`).split("\n");
  expect(lines).toHaveLength(51);
  expect(lines[50]).toContain("and 49950 more problems");
});

test("a hundred thousand groups are as good as six", () => {
  const groups = Array.from({ length: 100_000 }, (_, i) => `g${i}`);
  const text = ATL06.replace("[gt1l, gt1r, gt2l, gt2r, gt3l, gt3r]", `[${groups.join(", ")}]`);
  expect(parseConfig(text).dataSource.groups).toHaveLength(100_000);
});

test.skipIf(!sharedData.present)("a file as Windows PowerShell saves it is read", async () => {
  const folder = dataPath("cases/13-utf16-files");
  expect((await readFile(join(folder, "utf16.yaml"))).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xfe));
  expect(Object.keys((await loadConfig(join(folder, "utf16.yaml"))).aggregation.variables)).toContain(
    "count",
  );
});

test.skipIf(!sharedData.present)("variables that differ by case", async () => {
  const path = join(dataPath("cases/19-variables-that-differ-by-case"), "case.yaml");
  await expect(loadConfig(path)).rejects.toThrow(/differs from \w+ by case only/);
});
