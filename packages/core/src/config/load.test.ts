import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError, type ConfigProblem, describeProblem } from "../terms/index.js";
import { builtInConfigs, builtInText, defaultConfig, loadConfig, parseConfig } from "./load.js";

/** The built-in config without its attributes, so that what they say moves no line. */
const ATL06 = builtInText("atl06")
  .replace(/^ +attrs:.*\n/gm, "")
  .replace(/^attrs:\n(?: .*\n)*/m, "");

/** The config that 0.1.0 shipped, in its own words. */
const ATL06_OF_0_1_0 = `
data_source:
  reader: h5coro
  driver: s3
  groups: [gt1l, gt1r, gt2l, gt2r, gt3l, gt3r]
  coordinates:
    latitude: "/{group}/land_ice_segments/latitude"
    longitude: "/{group}/land_ice_segments/longitude"
  variables:
    h_li: "/{group}/land_ice_segments/h_li"
    s_li: "/{group}/land_ice_segments/h_li_sigma"
  quality_filter:
    dataset: "/{group}/land_ice_segments/atl06_quality_summary"
    value: 0
aggregation:
  coordinates:
    cell_ids: {dtype: uint64, fill_value: 0}
    morton: {dtype: int64, fill_value: 0}
  variables:
    count: {function: len, source: h_li, dtype: int32, fill_value: 0}
    h_min: {function: np.min, dtype: float32, fill_value: "NaN"}
    h_mean: {function: average, source: h_li, params: {weights: "1.0 / s_li**2"}}
    h_sigma: {expression: "1.0 / np.sqrt(np.sum(1.0 / s_li**2))", dtype: float32}
    h_iqr: {expression: "float(np.quantile(h_li, 0.75) - np.quantile(h_li, 0.25))"}
    h_q25: {function: numpy.quantile, source: h_li, params: {q: 0.25}}
output:
  grid: {type: healpix, indexing_scheme: nested, child_order: 12}
  store: s3://bucket/prefix
catalog: catalog.json
`;

/** The problems of a config that must be refused. */
function problemsOf(text: string): readonly ConfigProblem[] {
  try {
    parseConfig(text, "my.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the config was accepted");
}

/** The built-in config with one piece of text replaced, which must occur. */
function changed(from: string, to: string): string {
  expect(ATL06).toContain(from);
  return ATL06.replace(from, to);
}

test("built-in configs load and are plain JSON", () => {
  expect(builtInConfigs()).toEqual([
    "atl03",
    "atl06",
    "atl06-extended",
    "atl08",
    "atl11",
    "gedi-l2a",
    "swot-nadir",
  ]);
  for (const name of builtInConfigs()) {
    const config = defaultConfig(name);
    expect(config.name).toBe(name);
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  }
});

test("the default config computes the nine statistics of 0.1.0", () => {
  const { variables, coordinates } = defaultConfig().aggregation;
  expect(Object.keys(variables).join(" ")).toBe(
    "count h_min h_max h_mean h_sigma h_variance h_q25 h_q50 h_q75",
  );
  expect(Object.keys(coordinates)).toEqual(["cell_ids", "morton"]);
});

test("the extended config merges attributes and names cell centres", () => {
  const { aggregation, attrs } = defaultConfig("atl06-extended");
  expect(aggregation.variables.h_median?.attrs).toEqual({
    standard_name: "height_above_reference_ellipsoid",
    long_name: "median height",
    units: "m",
    cell_methods: "area: median",
  });
  expect(aggregation.variables.count).toMatchObject({ fillValue: 0, raster: "sum" });
  expect(aggregation.coordinates.latitude).toMatchObject({ dtype: "float64", fillValue: "NaN" });
  expect(attrs).toMatchObject({ title: expect.any(String) });
});

test.each(builtInConfigs())("%s says what its heights refer to", (name) => {
  expect(defaultConfig(name).attrs).toMatchObject({ title: expect.any(String), datum: expect.any(String) });
});

test.each(["atl03", "atl06", "atl06-extended", "atl08", "atl11"])("%s says which frame and tides", (name) => {
  expect(defaultConfig(name).attrs).toMatchObject({
    datum: expect.stringMatching(/^WGS84 ellipsoid; ITRF2014 .* ITRF2020/),
    tide_system: "tide-free",
  });
});

test("a config of 0.1.0 loads unchanged", () => {
  const config = parseConfig(ATL06_OF_0_1_0, "old.yaml");
  expect(config).toMatchObject({
    name: "old",
    catalog: "catalog.json",
    output: { store: "s3://bucket/prefix", codecs: "gzip", grid: { childOrder: 12 } },
    dataSource: {
      driver: "s3",
      filters: [{ dataset: "/{group}/land_ice_segments/atl06_quality_summary", op: "eq", value: 0 }],
    },
  });
  // 0.1.0 took h_li where no source was named, and float32 with NaN where nothing was said.
  expect(config.aggregation.variables.h_min?.source).toBe("h_li");
  expect(config.aggregation.variables.h_q25).toMatchObject({ dtype: "float32", fillValue: "NaN" });
  expect(config.output.grid).not.toHaveProperty("latitude");
});

test("additions to 0.1.0", () => {
  const text = changed(
    "    child_order: 12\n",
    "    child_order: 12\n    parent_order: 7\n    latitude: geodetic\n  codecs: none\n  shards_per_object: 16\n",
  )
    .replace(
      "  quality_filter:",
      "  filters:\n    - {dataset: h_li, op: lt, value: 4000}\n    - {dataset: '/{group}/y', op: not_in, value: [1, 2]}\n  quality_filter:",
    )
    .concat(
      "bounds: {temporal: {start_date: 2019-01-01, end_date: 2019-02-28}, spatial: [170, -90, -170, -60]}\n",
    );
  const config = parseConfig(text);
  expect(config.output).toMatchObject({
    grid: { parentOrder: 7, latitude: "geodetic" },
    codecs: "none",
    shardsPerObject: 16,
  });
  expect(config.dataSource.filters).toEqual([
    { dataset: "/{group}/land_ice_segments/atl06_quality_summary", op: "eq", value: 0 },
    { dataset: "/{group}/land_ice_segments/h_li", op: "lt", value: 4000 },
    { dataset: "/{group}/y", op: "not_in", value: [1, 2] },
  ]);
  expect(config.bounds).toEqual({
    temporal: { start: "2019-01-01T00:00:00Z", end: "2019-02-28T23:59:59.999Z" },
    spatial: { west: 170, south: -90, east: -170, north: -60 },
  });
});

test("the store at the top, which 0.1.0 ignored, is understood; remarks are warned about", () => {
  const warnings: string[] = [];
  const onWarning = (warning: ConfigProblem) => warnings.push(describeProblem(warning));
  const config = parseConfig(`${ATL06}store: ./a.zarr\ndescription: mine\n`, "my.yaml", { onWarning });
  expect(config.output.store).toBe("./a.zarr");
  expect(warnings).toEqual([
    expect.stringMatching(/^my\.yaml:\d+:1: description: has no effect/),
    expect.stringMatching(/^my\.yaml:\d+:1: store: taken as output\.store/),
  ]);
});

test("a variable may be called as a member of every object is", () => {
  const { variables } = parseConfig(changed("    h_min:", "    constructor:")).aggregation;
  expect(Object.keys(variables)).toContain("constructor");
});

describe("what is wrong is named with its line, column and what is allowed", () => {
  const WRONG: [why: string, from: string, to: string, message: RegExp][] = [
    [
      "a misspelt key",
      "    h_min:\n      function",
      "    h_min:\n      functoin",
      /:26:7: .*h_min\.functoin: unknown key\. Did you mean "function"\?/,
    ],
    ["a misspelt section", "output:\n", "outptu:\n", /outptu: unknown key\. Did you mean "output"\?/],
    ["a missing section", "aggregation:\n", "attrs:\n", /aggregation: required key is missing/],
    [
      "an order out of range",
      "child_order: 12",
      "child_order: 30",
      /:69:18: .*30 is not allowed; expected a whole number from 1 to 29/,
    ],
    ["cells of order 0", "child_order: 12", "child_order: 0", /expected a whole number from 1 to 29/],
    [
      "shards whose ids no catalog holds",
      "child_order: 12",
      "child_order: 20\n    parent_order: 19",
      /19 is not allowed; expected a whole number from 1 to 18/,
    ],
    [
      "a fractional order",
      "child_order: 12",
      "child_order: 12.5",
      /12\.5 is not allowed; expected a whole number/,
    ],
    ["an order as text", "child_order: 12", "child_order: twelve", /"twelve" is not allowed/],
    [
      "cells larger than shards",
      "child_order: 12",
      "child_order: 5\n    parent_order: 6",
      /5 is coarser than parent_order 6/,
    ],
    [
      "half a shard in an object",
      "    child_order: 12",
      "    child_order: 12\n  shards_per_object: 0.5",
      /0\.5 is not allowed; expected a whole number/,
    ],
    [
      "no shard in an object",
      "    child_order: 12",
      "    child_order: 12\n  shards_per_object: 0",
      /shards_per_object.*0 is not allowed/,
    ],
    [
      "more cells in an object than memory holds",
      "    child_order: 12",
      "    child_order: 12\n    parent_order: 2\n  shards_per_object: 65",
      /65 shards of 1048576 cells do not go into one object; 1 to 64 do/,
    ],
    [
      "morton ids beyond 64 bits",
      "child_order: 12",
      "child_order: 19",
      /too fine for the coordinate morton.*without morton/,
    ],
    ["an unknown dtype", "dtype: int32", "dtype: int23", /expected one of .*Did you mean "int32"\?/],
    [
      "another grid",
      "indexing_scheme: nested",
      "indexing_scheme: ring",
      /"ring" is not allowed; expected "nested"/,
    ],
    [
      "an unknown driver",
      "reader: hdf5",
      "driver: ftp",
      /"ftp" is not allowed; expected one of auto, file, s3, https/,
    ],
    ["a list as a param", "q: 0.25", "q: [0.25]", /\[0\.25\] is not allowed; expected a number or text/],
    ["no groups", "[gt1l, gt1r, gt2l, gt2r, gt3l, gt3r]", "[]", /\[\] is not allowed; expected a list/],
    [
      "an unknown placeholder",
      "/{group}/land_ice_segments/h_li #",
      "/{beam}/land_ice_segments/h_li #",
      /:9:12: .*\{beam\} is not known in a path/,
    ],
    [
      "a fill that the dtype lacks",
      "fill_value: 0\n    h_min",
      "fill_value: -2147483649\n    h_min",
      /-2147483649 is no int32/,
    ],
    [
      "a fill beyond float32",
      "    h_min:\n",
      "    h_min:\n      fill_value: 1e39\n",
      /1e\+39 is no float32; allowed are numbers up to 3\.4e38 and NaN/,
    ],
    [
      "a variable in place of a coordinate",
      "    h_min:",
      "    latitude:",
      /the product uses this name itself/,
    ],
    [
      "a variable in place of the metadata",
      "    h_min:",
      "    zarr.json:",
      /zarr\.json: the product uses this name itself/,
    ],
    [
      "a variable in place of the shards",
      "    h_min:",
      "    shard_ids:",
      /the product uses this name itself/,
    ],
    ["cell ids of another type", "dtype: uint64", "dtype: int64", /cell_ids\.dtype: cell_ids is uint64/],
    [
      "attributes that mask",
      "    h_min:\n",
      "    h_min:\n      attrs: {_FillValue: 3}\n",
      /:26:15: .*h_min\.attrs\._FillValue: readers would take values for missing/,
    ],
    [
      "attributes that scale",
      "    h_min:\n",
      "    h_min:\n      attrs: {scale_factor: 2}\n",
      /readers would scale/,
    ],
    [
      "attributes of an array that the product sets",
      "    h_min:\n",
      "    h_min:\n      attrs: {coordinates: x}\n",
      /h_min\.attrs\.coordinates: the product sets it itself/,
    ],
    [
      "attributes of cell_ids",
      "dtype: uint64,",
      "dtype: uint64, attrs: {long_name: x},",
      /cell_ids\.attrs: cell_ids takes none/,
    ],
    [
      "attributes of the group",
      "output:\n",
      "attrs: {dggs: {}}\noutput:\n",
      /attrs\.dggs: the product sets it itself/,
    ],
    ["a variable with a slash", "    h_min:", "    a/b:", /variable's name begins with a letter/],
    ["a column with a hyphen", "    s_li:", "    s-li:", /column's name is letters/],
    ["an implicit column", "    s_li:", "    granule:", /column is always there/],
    [
      "a coordinate that does not exist",
      "    morton:",
      "    mortom:",
      /unknown key\. Did you mean "morton"\? Allowed here: cell_ids, morton/,
    ],
    [
      "function and expression",
      "function: min",
      "function: min\n      expression: np.min(h_li)",
      /exactly one of them/,
    ],
    ["neither", "      function: min\n", "", /exactly one of them/],
    [
      "an unknown function",
      "function: min",
      "function: minn",
      /:26:17: .*minn is not a known function\. The nearest built-in is min/,
    ],
    [
      "a function of a package",
      "function: min",
      "function: scipy.stats.iqr",
      /cannot be imported\. The nearest built-in is iqr/,
    ],
    [
      "a function of a package by another name",
      "function: min",
      "function: scipy.stats.median_abs_deviation",
      /nearest built-in is mad/,
    ],
    [
      "a function that is a member of every object",
      "function: min",
      "function: toString",
      /: toString is not a known function\. docs/,
    ],
    ["an elementwise function", "function: min", "function: sqrt", /one value per point.*reduce it/],
    [
      "an unknown source",
      "source: h_li\n      dtype: int32",
      "source: h_l\n      dtype: int32",
      /"h_l" is no column\. Did you mean "h_li"\?/,
    ],
    ["an unknown param", "q: 0.25", "quantile: 0.25", /has no parameter quantile/],
    [
      "a quantile out of range",
      "q: 0.25",
      "q: 2",
      /h_q25\.function: quantile has a q that is not a number from 0 to 1/,
    ],
    [
      "one weight for all points",
      "weights: 1.0 / s_li**2",
      "weights: 0",
      /h_mean\.function: average needs one value per point/,
    ],
    ["a missing param", "      params:\n        q: 0.25\n", "", /quantile needs q/],
    [
      "an unknown column in a param",
      "weights: 1.0 / s_li**2",
      "weights: 1.0 / s_lii**2",
      /:37:24: .*params\.weights: "s_lii" is no column/,
    ],
    [
      "an expression per point",
      "1.0 / np.sqrt(np.sum(1.0 / s_li**2))",
      "1.0 / s_li**2",
      /gives one value per point.*np\.mean/,
    ],
    [
      "bounds without a calendar day",
      "output:\n",
      "bounds: {temporal: {start_date: 2019-02-40, end_date: 2019-03-01}}\noutput:\n",
      /no day of the calendar/,
    ],
    [
      "bounds that end before they start",
      "output:\n",
      "bounds: {temporal: {start_date: 2019-04-01, end_date: 2019-03-01}}\noutput:\n",
      /is before start_date/,
    ],
    [
      "a box between two names of a meridian",
      "output:\n",
      "bounds: {spatial: [190, 10, -170, 20]}\noutput:\n",
      /no box/,
    ],
    ["a box upside down", "output:\n", "bounds: {spatial: [0, 10, 1, -10]}\noutput:\n", /no box/],
    [
      "a list for eq",
      "  quality_filter:",
      "  filters: [{dataset: h_li, op: eq, value: [1]}]\n  quality_filter:",
      /op eq needs one number/,
    ],
    [
      "a number for in",
      "  quality_filter:",
      "  filters: [{dataset: h_li, op: in, value: 1}]\n  quality_filter:",
      /op in needs a list/,
    ],
    [
      "a filter on nothing",
      "  quality_filter:",
      "  filters: [{dataset: h_l, op: eq, value: 1}]\n  quality_filter:",
      /neither a path nor a column/,
    ],
    [
      "a filter on a member of every object",
      "  quality_filter:",
      "  filters: [{dataset: constructor, op: eq, value: 1}]\n  quality_filter:",
      /"constructor" is neither a path nor a column/,
    ],
    ["a duplicate key", "    h_max:", "    h_min:", /not valid YAML: Map keys must be unique/],
    ["broken YAML", "groups: [gt1l", "groups: [gt1l, {", /my\.yaml:\d+:\d+: not valid YAML/],
  ];
  test.each(WRONG)("%s", (_why, from, to, message) => {
    const problems = problemsOf(changed(from, to));
    expect(problems.map(describeProblem).join("\n")).toMatch(message);
    for (const problem of problems)
      expect(problem).toMatchObject({ file: "my.yaml", line: expect.any(Number) });
  });

  test("all of it at once", () => {
    const text = changed("function: min", "function: minn").replace("function: max", "function: maxx");
    expect(problemsOf(text).map(({ line }) => line)).toEqual([26, 30]);
  });

  test("an error in a folded expression points into the fold", () => {
    const text = changed(
      "expression: 1.0 / np.sqrt(np.sum(1.0 / s_li**2))",
      "expression: >-\n        np.mean(\n          h_li + oops)",
    );
    expect(problemsOf(text)).toMatchObject([{ line: 42, column: 18, code: "unknown-name" }]);
  });

  test("an error behind an escape points at the source", () => {
    const text = changed("1.0 / np.sqrt(np.sum(1.0 / s_li**2))", '"np.mean(h_li)\\t+ oops"');
    expect(problemsOf(text)).toMatchObject([{ line: 40, column: 37 }]);
  });

  test.each(["", "[]", "text", "null", "data_source: 3"])("a document that is no config: %j", (text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  test("an alias bomb", () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`,
    );
    expect(problemsOf(["a0: &a0 [x]", ...levels].join("\n"))).toMatchObject([{ code: "yaml" }]);
  });
});

describe("loadConfig", () => {
  test("takes a file before a built-in of that name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "zagg-config-"));
    try {
      const file = join(folder, "atl06.yaml");
      await writeFile(file, changed("child_order: 12", "child_order: 11"));
      expect((await loadConfig(file)).output.grid.childOrder).toBe(11);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("takes atl06 and atl06.yaml as the built-in", async () => {
    expect(await loadConfig("atl06")).toEqual(defaultConfig());
    expect(await loadConfig("atl06.yaml")).toEqual(defaultConfig());
  });

  test("names what is built in otherwise", async () => {
    await expect(loadConfig("atl6")).rejects.toThrow(
      /atl6: no such file.*Did you mean "atl06"\? Built in: atl03, atl06, atl06-extended, atl08/,
    );
    await expect(loadConfig(tmpdir())).rejects.toThrow(/cannot be read \(a folder, not a file\)/);
  });
});
