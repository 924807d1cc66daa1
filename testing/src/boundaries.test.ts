import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  type Arrow,
  browserFaults,
  circlesIn,
  importsIn,
  packageOf,
  roomOf,
  roomReached,
  roomsIn,
  specifiersOf,
  type Table,
  tableFaults,
} from "./boundaries.js";

const ROOT = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Which of our packages each package imports: exactly these, and only such as stand above it. */
const PACKAGES: Table = {
  storage: [],
  hdf5: [],
  healpix: [],
  zarr: [],
  product: ["storage", "healpix", "zarr"],
  stats: ["zarr"],
  map: ["healpix", "product", "stats"],
  viewer: ["storage", "healpix", "product", "map"],
  core: ["storage", "hdf5", "healpix", "zarr", "product", "stats", "map"],
  aws: ["storage", "core"],
  zagg: ["storage", "product", "stats", "map", "viewer", "core", "aws"],
};

/** The same for the folders of a package or of a folder in it, and for files beside them. `index` only hands names on and has no row. */
const FOLDERS: Readonly<Record<string, Table>> = {
  core: {
    version: [],
    terms: [],
    config: ["terms"],
    earthdata: ["terms"],
    granule: ["terms"],
    inspect: ["terms"],
    extract: ["terms", "granule"],
    catalog: ["terms", "earthdata", "granule"],
    export: ["version", "terms"],
    raster: ["terms"],
    picture: ["terms", "raster"],
    stac: ["terms", "catalog", "export"],
    run: ["version", "terms", "config", "earthdata", "granule", "extract", "catalog", "stac"],
  },
  "core/run": {
    stores: [],
    plan: [],
    record: ["stores", "plan"],
    schedule: ["plan", "record"],
    task: ["stores", "plan", "record", "schedule"],
    check: ["stores", "plan", "record", "task"],
    forecast: ["stores", "plan", "record", "schedule", "task"],
    host: ["stores", "plan", "record", "schedule", "task", "check"],
    local: ["stores", "plan", "record", "schedule", "task", "forecast"],
  },
  hdf5: {
    at: [],
    error: [],
    remember: [],
    bytes: ["error"],
    messages: ["at", "error", "bytes"],
    format: ["at", "error", "remember", "bytes", "messages"],
    index: ["at", "error", "bytes", "messages", "format"],
    filters: ["at", "error", "bytes", "messages"],
    values: ["at", "error", "messages", "format"],
    read: ["at", "error", "bytes", "messages", "format", "index", "filters"],
    "file-context": ["error", "bytes", "messages", "format", "values", "read"],
    dataset: [
      "at",
      "remember",
      "bytes",
      "messages",
      "format",
      "index",
      "filters",
      "values",
      "read",
      "file-context",
    ],
    file: ["error", "bytes", "messages", "format", "values", "read", "file-context", "dataset"],
    fuzz: ["error", "bytes", "format", "file"],
  },
  aws: {
    "run-document": [],
    protocol: ["run-document"],
    cost: [],
    worker: ["run-document", "protocol"],
    dispatch: ["run-document", "protocol", "cost"],
    deploy: ["protocol", "dispatch"],
  },
};

/** Packages in which not even types are imported in a circle, inside a folder either. */
const WITHOUT_CIRCLES = ["storage", "hdf5", "healpix", "zarr", "map", "viewer", "aws", "zagg"];

/** Packages that must run in a browser: no Node module, not even by way of a dependency's types. */
const BROWSER_SAFE = ["hdf5", "healpix", "zarr", "product", "stats", "map", "viewer"];

/** Packages that browsers enter by a door of their own (`browser.ts`, tested there), without the rooms that need Node. */
const BROWSER_DOOR = ["storage"];

/** Sources of a package, or of a folder in it (`core/run`). */
function sourceOf(name: string): string {
  const [folder = "", ...within] = name.split("/");
  return join(ROOT, folder, "src", ...within);
}

const packageArrows = Object.keys(PACKAGES).flatMap((from) =>
  importsIn(sourceOf(from)).flatMap(({ file, specifier }): Arrow[] => {
    const to = packageOf(specifier);
    return to === undefined ? [] : [{ from, to, file: `${from}/src/${file}` }];
  }),
);

const tables = [
  { where: "packages", table: PACKAGES, rooms: readdirSync(ROOT), arrows: packageArrows },
  ...Object.entries(FOLDERS).map(([name, table]) => {
    const imports = importsIn(sourceOf(name)).filter(({ file }) => file !== "index.ts");
    const arrows = imports.flatMap((each): Arrow[] => {
      const to = roomReached(each);
      return to === undefined ? [] : [{ from: roomOf(each.file), to, file: `${name}: ${each.file}` }];
    });
    const rooms = roomsIn(sourceOf(name));
    return { where: name, table, rooms, arrows };
  }),
];

describe.each(tables)("$where", ({ table, rooms, arrows }) => {
  test("arrows run as the table has them", () => {
    expect(tableFaults(table, rooms, arrows)).toEqual([]);
  });

  test("a table that lacks any one of its entries is refused", () => {
    const shorter = Object.keys(table).flatMap((name): Table[] => {
      const { [name]: allowed = [], ...others } = table;
      return [
        others,
        ...allowed.map((out) => ({ ...table, [name]: allowed.filter((each) => each !== out) })),
      ];
    });
    for (const each of shorter) expect(tableFaults(each, rooms, arrows)).not.toEqual([]);
  });
});

test.each(WITHOUT_CIRCLES)("no file of packages/%s imports itself by way of others", (name) => {
  expect(circlesIn(importsIn(sourceOf(name)))).toEqual([]);
});

test.each(Object.keys(PACKAGES))("packages/%s declares what it imports of ours, and no more", (name) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, name, "package.json"), "utf8"));
  const declared = Object.keys(manifest.dependencies).flatMap((each) => packageOf(each) ?? []);
  expect(declared.sort()).toEqual([...(PACKAGES[name] ?? [])].sort());
});

test.each(BROWSER_SAFE)("packages/%s runs in a browser", (name) => {
  expect(browserFaults(importsIn(sourceOf(name)), [...BROWSER_SAFE, ...BROWSER_DOOR])).toEqual([]);
});

describe("what the checks see", () => {
  const table = { low: [], high: ["low"] };
  const arrow = { from: "high", to: "low", file: "high/a.ts" };

  test.each([
    ["a room without a row", table, ["low", "high", "new"], [arrow], "new is not in the table"],
    ["a row without a room", table, ["high"], [arrow], "low is in the table only"],
    [
      "an arrow back",
      table,
      ["low", "high"],
      [arrow, { from: "low", to: "high", file: "low/b.ts" }],
      "low → high is not in the table: low/b.ts",
    ],
    ["an arrow that nobody needs", table, ["low", "high"], [], "high → low is in the table only"],
    [
      "a circle that the table draws",
      { low: ["high"], high: ["low"] },
      ["low", "high"],
      [arrow, { from: "low", to: "high", file: "low/b.ts" }],
      "low → high does not run to a row above",
    ],
  ])("%s", (_, drawn, rooms, arrows, fault) => {
    expect(tableFaults(drawn, rooms, arrows)).toEqual([fault]);
  });

  test("every form of import", () => {
    const text = `
      import a from "./a.js"; import type { B } from './b.js'; export * from "./c.js"; import "./d.js";
      const e = await import("./e.js"); const f = require("f");
      const g = import.meta.resolve("g");`;
    expect(specifiersOf(text)).toEqual(["./a.js", "./b.js", "./c.js", "./d.js", "./e.js", "f", "g"]);
  });

  test("a circle of files, in folders or beside them", () => {
    const imports = [
      { file: "a.ts", specifier: "./low/b.js" },
      { file: "low/b.ts", specifier: "../a.js" },
      { file: "low/b.ts", specifier: "./c.js" },
      { file: "low/c.ts", specifier: "zod" },
    ];
    expect(circlesIn(imports)).toEqual(["a.ts → low/b.ts → a.ts"]);
    expect(circlesIn(imports.slice(2))).toEqual([]);
  });

  test("rooms: a folder, or a file beside the folders", () => {
    expect(roomOf("run/plan/todo.ts")).toBe("run");
    expect(roomOf("error.ts")).toBe("error");
    const to = (specifier: string) => roomReached({ file: "run/plan/todo.ts", specifier });
    expect(["./x.js", "../../grid/index.js", "../../error.js", "zod"].map(to)).toEqual([
      "run",
      "grid",
      "error",
      undefined,
    ]);
  });

  test("what a browser cannot follow", () => {
    const faultOf = (specifier: string, file = "a.ts") => browserFaults([{ file, specifier }], ["healpix"]);
    for (const specifier of ["node:fs", "fs", "node:test", "stream/promises", "@zagg/core", "zagg"])
      expect(faultOf(specifier)).toHaveLength(1);
    for (const specifier of ["./fs.js", "@zagg/healpix", "fflate", "#inflate"])
      expect(faultOf(specifier)).toEqual([]);
    expect(faultOf("node:zlib", "filters/inflate.node.ts")).toEqual([]);
  });
});
