import { readFile } from "node:fs/promises";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { type ConfigError, type DatasetConfig, describeProblem } from "../terms/index.js";
import { parseConfig } from "./load.js";
import { configSchema } from "./schema.js";

const TEXT = `data_source:
  groups: [a, b]
  coordinates: {latitude: "/{group}/lat", longitude: "/{group}/lon"}
  variables:
    h: "/{group}/h"
    q: "/{group}/q"
aggregation:
  variables:
    n: {function: count, source: h, dtype: int32}
output:
  grid: {type: healpix, child_order: 9}
`;

const changed = (from: string, to: string): string => {
  expect(TEXT).toContain(from);
  return TEXT.replace(from, to);
};

/** What a config is refused for, one line each, without the file's name. */
const problems = (text: string): string[] => {
  try {
    parseConfig(text, "x.yaml");
  } catch (error) {
    return (error as ConfigError).problems.map((each) => describeProblem(each).replace("x.yaml:", ""));
  }
  throw new Error("the config was accepted");
};

describe("a dataset", () => {
  const h = (yaml: string): DatasetConfig | undefined =>
    parseConfig(changed('h: "/{group}/h"', `h: ${yaml}`)).dataSource.variables.h;

  test("is a path", () => {
    expect(h('"/{group}/h"')).toBe("/{group}/h");
  });

  test("or a path and what holds in place of its attributes", () => {
    const all =
      "fill: [-1, -2], scale_factor: 0.5, add_offset: 3, unsigned: true, valid_min: 0, valid_max: 9";
    expect(h(`{path: "/{group}/h", decode: false, ${all}}`)).toEqual({
      path: "/{group}/h",
      decode: false,
      fill: [-1, -2],
      scaleFactor: 0.5,
      addOffset: 3,
      unsigned: true,
      validMin: 0,
      validMax: 9,
    });
    expect(h('{path: "/{group}/h", fill: false, valid_max: false}')).toEqual({
      path: "/{group}/h",
      fill: false,
      validMax: false,
    });
  });

  test("that says nothing but the path is the path: its meaning and the plan's identity are the same", () => {
    expect(h('{path: "/{group}/h"}')).toBe("/{group}/h");
    expect(h('{path: "/{group}/h", decode: true}')).toBe("/{group}/h");
  });

  test("of coordinates and filters too; a filter takes over how the column it names is meant", () => {
    const text = changed(
      "  variables:\n    h:",
      `  quality_filter: {dataset: {path: "/{group}/flag", decode: false}, value: 0, raw: true}
  filters:
    - {dataset: q, op: gt, value: 1}
    - {dataset: q, op: gt, value: 1, raw: false}
    - {dataset: latitude, op: lt, value: -60, raw: true}
    - {dataset: {path: "/{group}/h", fill: 3}, op: ne, value: 5}
  variables:
    h:`,
    )
      .replace('q: "/{group}/q"', 'q: {path: "/{group}/q", fill: -9999}')
      .replace('latitude: "/{group}/lat"', 'latitude: {path: "/{group}/lat", scale_factor: 1.0e-7}');
    const { coordinates, filters } = parseConfig(text).dataSource;
    const latitude = { path: "/{group}/lat", scaleFactor: 1e-7 };
    const q = { path: "/{group}/q", fill: -9999 };
    expect(coordinates).toEqual({ latitude, longitude: "/{group}/lon" });
    expect(filters).toEqual([
      { dataset: { path: "/{group}/flag", decode: false }, op: "eq", value: 0, raw: true },
      { dataset: q, op: "gt", value: 1 },
      { dataset: q, op: "gt", value: 1 },
      { dataset: latitude, op: "lt", value: -60, raw: true },
      { dataset: { path: "/{group}/h", fill: 3 }, op: "ne", value: 5 },
    ]);
  });

  test("may be one of several values, an attribute, or of another rate; equal meanings are equal", () => {
    expect(h('"/{group}/h[ :,2]"')).toBe("/{group}/h[:, 2]");
    expect(h('"/{group}@spot"')).toBe("/{group}@spot");
    expect(h("/orbit/cycle[0]")).toBe("/orbit/cycle[0]");
    expect(h('{path: "/{group}/h", join: {repeat: 20}}')).toEqual({
      path: "/{group}/h",
      join: { repeat: 20 },
    });
    const begin = '{path: "/{group}/h", join: {begin: "/{group}/b", count: "/{group}/c", base: 1}}';
    expect(h(begin)).toEqual({
      path: "/{group}/h",
      join: { begin: "/{group}/b", count: "/{group}/c", base: 1 },
    });
    const index = (base: string) => h(`{path: "/{group}/h", join: {index: "/{group}/i"${base}}}`);
    expect(index(", base: 0")).toEqual(index(""));
  });

  test.each([
    [
      '"/{group}/h[1:3]"',
      '5:19: data_source.variables.h: "1:3" is no part of an index; it has for each dimension : (all of it) or \
a whole number, as in [:, 2]; ... stands for several :.',
    ],
    [
      '{path: "/{group}/h[0"}',
      "5:8: data_source.variables.h: [0 is no index; it has for each dimension : (all of it) or \
a whole number, as in [:, 2]; ... stands for several :.",
    ],
    [
      '{path: "/{group}/h", join: {}}',
      "5:35: data_source.variables.h.join: says nothing; it has exactly one of repeat, index, begin.",
    ],
    [
      '{path: "/{group}/h", join: {repeat: 2, begin: "/{group}/b"}}',
      "5:35: data_source.variables.h.join: says repeat and begin; it has \
exactly one of repeat, index, begin.",
    ],
    [
      '{path: "/{group}/h", join: {repeat: 2, count: "/{group}/b"}}',
      "5:47: data_source.variables.h.join.count: has a meaning beside begin alone.",
    ],
    [
      '{path: "/{group}/h", join: {repeat: 0}}',
      "5:44: data_source.variables.h.join.repeat: 0 is not allowed; expected a whole number \
from 1 to 1000000000 (Each value is that of so many points).",
    ],
    [
      '{path: "/{group}/h", join: {every: 2}}',
      "5:36: data_source.variables.h.join.every: unknown key. Allowed here: repeat, index, begin, \
count, base.",
    ],
    [
      '{path: "/{group}/h", join: {begin: "/{group}/b", base: 2}}',
      "5:63: data_source.variables.h.join.base: 2 is not allowed; expected 0 or 1.",
    ],
    [
      '{path: "/{group}/h", join: {begin: /b}}',
      "5:43: data_source.variables.h.join.begin: /b has no {group}, so that each of the 2 groups \
would read this one dataset; write {group} in it, name one value for all, as in /b[0], or leave data_source.groups out where the file has none.",
    ],
    [
      '{path: "/{group}/h", join: {index: "/{group}@i"}}',
      "5:43: data_source.variables.h.join.index: /{group}@i is an attribute, where each \
point needs its own; name a dataset.",
    ],
  ])("of these kinds that is wrong is told: %s", (yaml, message) => {
    expect(problems(changed('h: "/{group}/h"', `h: ${yaml}`))).toEqual([message]);
  });

  test("coordinates have a value for each point", () => {
    const latitude = (yaml: string) => problems(changed('latitude: "/{group}/lat"', `latitude: ${yaml}`));
    expect(latitude('"/orbit/lat[0]"')).toEqual([
      "3:27: data_source.coordinates.latitude: /orbit/lat[0] is one value, where each point needs its own; name a dataset.",
    ]);
    expect(latitude('{path: "/{group}/lat", join: {repeat: 2}}')).toEqual([
      "3:56: data_source.coordinates.latitude.join: coordinates say where the points lie: their values are not joined to points.",
    ]);
  });

  test.each([
    [
      '{path: "/{group}/h", fil: 3}',
      '5:29: data_source.variables.h.fil: unknown key. Did you mean "fill"? Allowed here: path, join, decode, fill, \
scale_factor, add_offset, unsigned, valid_min, valid_max.',
    ],
    ["{fill: 3}", "5:8: data_source.variables.h.path: required key is missing; it is text (Path template)."],
    [
      '{path: "/{group}/h", scale_factor: big}',
      '5:43: data_source.variables.h.scale_factor: "big" is not allowed; expected a number (In place of the file\'s).',
    ],
    [
      '{path: "/{group}/h", valid_min: true}',
      "5:40: data_source.variables.h.valid_min: true is not allowed; expected a number or false.",
    ],
    [
      '{path: "/{group}/h", valid_min: 5, valid_max: 4}',
      "5:40: data_source.variables.h.valid_min: 5 is above valid_max 4: no value would be left.",
    ],
    [
      '{path: "/{beam}/h", fill: 3}',
      "5:17: data_source.variables.h.path: {beam} is not known in a path; the only placeholder is {group}.",
    ],
    [
      "[a]",
      '5:8: data_source.variables.h: ["a"] is not allowed; expected text (Path template) or a mapping with the keys \
path, join, decode, fill, scale_factor, add_offset, unsigned, valid_min, valid_max.',
    ],
  ])("that is wrong is told with line and key: %s", (yaml, message) => {
    expect(problems(changed('h: "/{group}/h"', `h: ${yaml}`))).toEqual([message]);
  });

  test("in the JSON Schema", () => {
    const { properties } = configSchema() as {
      properties: Record<string, { properties: Record<string, unknown> }>;
    };
    expect(properties.data_source?.properties.variables).toMatchObject({
      additionalProperties: { anyOf: [{ type: "string" }, { type: "object", required: ["path"] }] },
    });
  });
});

describe("groups", () => {
  const NO_GROUP = (path: string) =>
    `${path} has no {group}, so that each of the 2 groups would read this one dataset; write {group} in it, name one \
value for all, as in ${path}[0], or leave data_source.groups out where the file has none.`;

  test("a path without {group} where there are several is refused, wherever it stands", () => {
    expect(problems(changed('h: "/{group}/h"', "h: /a/h"))).toEqual([
      `5:8: data_source.variables.h: ${NO_GROUP("/a/h")}`,
    ]);
    const filters =
      "quality_filter: {dataset: /a/q, value: 0}\n  filters: [{dataset: /b/q, op: eq, value: 1}]";
    expect(problems(changed("  variables:\n    h:", `  ${filters}\n  variables:\n    h:`))).toEqual([
      `4:29: data_source.quality_filter.dataset: ${NO_GROUP("/a/q")}`,
      `5:23: data_source.filters[0].dataset: ${NO_GROUP("/b/q")}`,
    ]);
    const everywhere = TEXT.replaceAll("/{group}/", "/a/");
    expect(problems(everywhere).map((line) => line.split(": ")[1])).toEqual([
      "data_source.coordinates.latitude",
      "data_source.coordinates.longitude",
      "data_source.variables.h",
      "data_source.variables.q",
    ]);
  });

  test("none: paths count from the root", () => {
    const rootLevel = TEXT.replaceAll("/{group}", "").replace("  groups: [a, b]\n", "");
    expect(parseConfig(rootLevel).dataSource).toMatchObject({
      groups: [""],
      coordinates: { latitude: "/lat" },
    });
    expect(problems(changed("  groups: [a, b]\n", ""))[0]).toBe(
      "2:29: data_source.coordinates.latitude: {group} stands for nothing, since data_source.groups is absent; name \
the groups there.",
    );
  });

  test("a pattern stands for several; one value, or an attribute, may be all groups'", () => {
    const pattern = (path: string) => changed("[a, b]", '["gt*"]').replace('h: "/{group}/h"', `h: "${path}"`);
    expect(parseConfig(pattern("/{group}/h")).dataSource.groups).toEqual(["gt*"]);
    expect(problems(pattern("/h"))[0]).toContain("/h has no {group}");
    for (const path of ["/h[0]", "/h[()]", "/@h", "/orbit@h"])
      expect(parseConfig(pattern(path)).dataSource.variables.h).toBe(path);
    expect(problems(pattern("/h[:, 0]"))[0]).toContain("/h has no {group}");
  });

  test("one may stand in the paths or not", () => {
    const one = (text: string) => parseConfig(text.replace("[a, b]", "[a]")).dataSource.groups;
    expect(one(TEXT)).toEqual(["a"]);
    expect(one(TEXT.replaceAll("/{group}", ""))).toEqual(["a"]);
  });

  test("named twice is refused: every point would count twice", () => {
    expect(problems(changed("[a, b]", "[a, b, /a/]"))).toEqual([
      "2:18: data_source.groups[2]: /a/ is named twice: each of its points would count twice.",
    ]);
  });
});

describe("filters", () => {
  const filter = (yaml: string) =>
    changed("  variables:\n    h:", `  filters:\n    - ${yaml}\n  variables:\n    h:`);

  test("text, of attributes alone", () => {
    const of = (yaml: string) => parseConfig(filter(yaml)).dataSource.filters[0];
    const dataset = "/{group}@type";
    expect(of('{dataset: "/{group}@type", op: eq, value: strong}')).toEqual({
      dataset,
      op: "eq",
      value: "strong",
    });
    expect(of('{dataset: "/{group}@type", op: not_in, value: [a, b]}')).toMatchObject({ value: ["a", "b"] });
    const wrong = (yaml: string) => problems(filter(yaml))[0];
    expect(wrong("{dataset: h, op: eq, value: strong}")).toContain(
      '5:35: data_source.filters[0].value: "strong" is text, which attributes alone are compared with',
    );
    expect(wrong('{dataset: "/{group}@type", op: lt, value: strong}')).toContain(
      "op lt needs a number; text is",
    );
    expect(wrong('{dataset: "/{group}@type", op: in, value: [a, 1]}')).toContain(
      "a list is of numbers, or of texts.",
    );
    expect(wrong('{dataset: "/{group}@type", op: in, value: a}')).toContain("op in needs a list of texts.");
    expect(wrong('{dataset: "/{group}@type", op: eq, value: [a]}')).toContain("op eq needs one text");
  });

  test("ranges, bits, and expressions with the datasets of their columns", () => {
    const of = (yaml: string) => parseConfig(filter(yaml)).dataSource.filters[0];
    expect(of("{dataset: h, op: between, value: [0, 5]}")).toEqual({
      dataset: "/{group}/h",
      op: "between",
      value: [0, 5],
    });
    expect(of("{dataset: q, op: no_bits, value: 5}")).toMatchObject({ op: "no_bits", value: 5 });
    expect(of('{expression: "((q & 4) == 0) & (latitude > -60)"}')).toEqual({
      expression: "((q & 4) == 0) & (latitude > -60)",
      columns: { latitude: "/{group}/lat", q: "/{group}/q" },
    });
  });

  test.each([
    [
      "{dataset: h, op: between, value: 5}",
      "5:40: data_source.filters[0].value: op between needs a list of two numbers, [low, high].",
    ],
    [
      "{dataset: h, op: outside, value: [5, 4]}",
      "5:40: data_source.filters[0].value: 5 is above 4: the lower end comes first.",
    ],
    [
      "{dataset: h, op: all_bits, value: 0.5}",
      "5:41: data_source.filters[0].value: op all_bits needs one whole number above 0, the sum of \
the bits: 5 is the first and the third.",
    ],
    [
      "{dataset: h, op: eq, value: [1]}",
      "5:35: data_source.filters[0].value: op eq needs one number; for a list use in or not_in, for a \
range between or outside.",
    ],
    [
      "{dataset: hh, op: eq, value: 1}",
      '5:17: data_source.filters[0].dataset: "hh" is neither a path nor a column; the columns are h, q. Did you mean "h"?',
    ],
    ['{expression: "hh > 1"}', '5:21: data_source.filters[0].expression: "hh" is no column.'],
    [
      '{expression: "h > np.mean(h)"}',
      "5:21: data_source.filters[0].expression: a filter looks at one row at a time; functions of several, \
subscripts and lists have no place in it.",
    ],
    [
      '{expression: "1 > 0"}',
      "5:21: data_source.filters[0].expression: the expression names no column; there are h, q, latitude, longitude.",
    ],
    [
      "{expression: 3}",
      "5:20: data_source.filters[0].expression: 3 is not allowed; expected text (Formula over the columns, true of the rows to keep).",
    ],
    [
      '{expresion: "h > 1"}',
      '5:8: data_source.filters[0].expresion: unknown key. Did you mean "expression"? Allowed here: ',
    ],
    [
      "{dataset: h, op: eq, valu: 1}",
      '5:28: data_source.filters[0].valu: unknown key. Did you mean "value"? Allowed here: ',
    ],
  ])("that are wrong are told: %s", (yaml, message) => {
    expect(problems(filter(yaml)).join("\n")).toContain(message);
  });
});

test("len and count count points where no source is named, though there is an h_li", () => {
  const text = TEXT.replaceAll(/\bh\b/g, "h_li").replace("function: count, source: h_li", "function: len");
  const { variables } = parseConfig(
    `${text.replace("    n:", "    m: {function: mean}\n    n:")}`,
  ).aggregation;
  expect(variables.n).not.toHaveProperty("source");
  expect(variables.m?.source).toBe("h_li");
});

describe.skipIf(!sharedData.present)(`cases of others (${sharedData.reason})`, () => {
  const of = (name: string) => readFile(dataPath("cases/08-paths-without-group", name), "utf8");

  test("every path of one beam, or only the heights'", async () => {
    expect(problems(await of("nogroup.yaml")).map((line) => line.split(": ")[1])).toEqual([
      "data_source.coordinates.latitude",
      "data_source.coordinates.longitude",
      "data_source.variables.h_li",
      "data_source.variables.s_li",
      "data_source.quality_filter.dataset",
    ]);
    expect(problems(await of("halfgroup.yaml"))).toEqual([
      expect.stringMatching(/^9:11: .*h_li: \/gt1l.*no \{group\}/),
    ]);
  });
});
