import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogError } from "./catalog-error.js";
import { catalogText, loadCatalog, parseCatalog, writeCatalog } from "./catalog-file.js";
import type { Catalog } from "./model.js";

const catalog: Catalog = {
  format: "zagg-catalog/2",
  metadata: {
    grid: { parentOrder: 6, latitude: "geodetic" },
    source: "cmr",
    shortName: "ATL06",
    version: "007",
    startDate: "2024-01-01",
    endDate: "2024-04-01",
    cycle: 22,
    area: "antarctica",
    bbox: [170, -80, -170, -70],
  },
  granules: [
    {
      id: "a.h5",
      file: "/data/in/a.h5",
      s3: "s3://bucket/2024/a.h5",
      https: "https://host/x/2024/a.h5",
      size: 7,
      start: "2024-01-01T00:00:00Z",
      end: "2024-01-01T00:10:00Z",
    },
    { id: "b.h5", s3: "s3://bucket/2025/b.h5", https: "https://host/x/2025/b.h5" },
  ],
  shards: [
    { id: "1234123", granules: [0] },
    { id: "-5121132", granules: [0, 1] },
    { id: "-6111111", granules: [] },
  ],
};

function failure(run: () => unknown): CatalogError {
  try {
    run();
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("format 2", () => {
  const text = catalogText(catalog, "/data/catalog.json");

  test("reads back what it wrote, and writes the same bytes again", () => {
    const read = parseCatalog(text, "/data/catalog.json");
    expect(read).toEqual(catalog);
    expect(catalogText(read, "/data/catalog.json")).toBe(text);
  });

  test("holds ids as strings, shards as a list, and paths relative to the catalog", () => {
    const document = JSON.parse(text);
    expect(document.metadata.format).toBe("zagg-catalog/2");
    expect(document.metadata.grid).toEqual({
      type: "healpix",
      indexing_scheme: "nested",
      parent_order: 6,
      latitude: "geodetic",
    });
    expect(document.shards[1]).toEqual({ id: "-5121132", granules: [0, 1] });
    expect(document.granules[0].file).toBe("in/a.h5");
    expect(text).not.toMatch(/created|20[0-9]{2}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+/);
  });

  type Members = Record<string, unknown>;
  type Spoil = (document: { metadata: Members; granules: Members[]; shards: Members[] }) => unknown;
  test.each<[string, Spoil, RegExp]>([
    [
      "an unknown format",
      (d) => (d.metadata.format = "zagg-catalog/9"),
      /metadata\.format: expected "zagg-catalog\/2", found "zagg-catalog\/9"/,
    ],
    ["no grid", (d) => delete d.metadata.grid, /metadata\.grid: expected an object, found nothing/],
    [
      "a negative size",
      (d) => Object.assign(d.granules[0] as Members, { size: -1 }),
      /granules\[0\]\.size: expected a number of at least 0, found -1/,
    ],
    ["a granule without a place", (d) => (d.granules[1] = { id: "b.h5" }), /granules\[1\] \(b\.h5\)/],
    [
      "a shard of another order",
      (d) => Object.assign(d.shards[0] as Members, { id: "123412" }),
      /shards\[0\]: 123412/,
    ],
    [
      "an id that is no morton id",
      (d) => Object.assign(d.shards[0] as Members, { id: "1234125" }),
      /shards\[0\]: 1234125/,
    ],
    [
      "a location that leads elsewhere",
      (d) => Object.assign(d.granules[0] as Members, { s3: "s3://bucket/../other/a.h5" }),
      /granules\[0\]\.s3: it has a segment "\.\."/,
    ],
    [
      "a location that names a folder",
      (d) => Object.assign(d.granules[0] as Members, { s3: "s3://bucket/a/" }),
      /granules\[0\]\.s3: it names no object/,
    ],
    ["shards out of order", (d) => d.shards.reverse(), /not in ascending nested order/],
    [
      "a granule that is not there",
      (d) => Object.assign(d.shards[0] as Members, { granules: [2] }),
      /lists granule 2/,
    ],
    [
      "a granule twice in a shard",
      (d) => Object.assign(d.shards[0] as Members, { granules: [1, 1] }),
      /lists granule 1/,
    ],
  ])("refuses %s", (_, spoil, message) => {
    const document = JSON.parse(text);
    spoil(document);
    const error = failure(() => parseCatalog(JSON.stringify(document), "c.json"));
    expect(error.code).toBe("invalid");
    expect(error.kind).toBe("config");
    expect(error.message).toMatch(message);
    expect(error.message).toContain("c.json");
  });

  test("refuses two granules of one name", () => {
    const document = JSON.parse(text);
    document.granules[1].id = "a.h5";
    const error = failure(() => parseCatalog(JSON.stringify(document), "c.json"));
    expect([error.code, error.data.granule]).toEqual(["duplicate-granule", "a.h5"]);
  });

  test("refuses what is no object in plain words", () => {
    expect(failure(() => parseCatalog("[]", "c.json")).message).toBe(
      "c.json is no usable catalog: the document: expected an object, found a list",
    );
  });

  test("refuses what is not JSON", () => {
    expect(failure(() => parseCatalog(text.slice(0, -9), "c.json")).code).toBe("invalid");
  });
});

describe("0.1.0's format", () => {
  const text = catalogText(catalog, "/data/catalog.json", "0.1.0");

  test("keeps canonical order in the text, positive ids included", () => {
    expect([...text.matchAll(/"(-?\d{7})": /g)].map((match) => match[1])).toEqual([
      "1234123",
      "-5121132",
      "-6111111",
    ]);
    const { metadata } = JSON.parse(text);
    expect(metadata).toMatchObject({ parent_order: 6, total_granules: 2, total_cells: 3, cycle: 22 });
    expect([metadata.s3_base, metadata.https_base]).toEqual(["s3://bucket", "https://host/x"]);
  });

  test("reads back: geodetic, canonical order, both addresses, shards without granules", () => {
    const read = parseCatalog(text, "/data/catalog.json");
    expect(read.format).toBe("0.1.0");
    expect(read.metadata.grid).toEqual({ parentOrder: 6, latitude: "geodetic" });
    expect(read.shards).toEqual(catalog.shards);
    expect(read.granules).toEqual(catalog.granules.map(({ id, s3, https }) => ({ id, s3, https })));
    expect(catalogText(read, "/data/catalog.json")).toBe(text);
  });

  test("the order of keys and of granules in the file does not matter", () => {
    const url = (name: string) => `s3://bucket/${name}`;
    const one = {
      metadata: { parent_order: 6 },
      catalog: { "-5121132": [url("b"), url("a")], "1234123": [url("a")] },
    };
    const two = {
      metadata: { parent_order: 6 },
      catalog: { "1234123": [url("a")], "-5121132": [url("a"), url("b")] },
    };
    expect(parseCatalog(JSON.stringify(one), "c.json")).toEqual(parseCatalog(JSON.stringify(two), "c.json"));
  });

  test("a path is relative to the catalog", () => {
    const document = { metadata: { parent_order: 6 }, catalog: { "1234123": ["in/a.h5"] } };
    expect(parseCatalog(JSON.stringify(document), "/data/c.json").granules).toEqual([
      { id: "a.h5", file: "/data/in/a.h5" },
    ]);
  });

  test("refuses one name under two addresses, one granule twice in a shard, a foreign id", () => {
    const parse = (shards: object) => () =>
      parseCatalog(JSON.stringify({ metadata: { parent_order: 6 }, catalog: shards }), "c.json");
    expect(failure(parse({ "1234123": ["s3://xx/a.h5"], "1234124": ["s3://yy/a.h5"] })).code).toBe(
      "duplicate-granule",
    );
    expect(failure(parse({ "1234123": ["s3://xx/a.h5", "s3://xx/a.h5"] })).code).toBe("duplicate-granule");
    expect(failure(parse({ "12341": ["s3://xx/a.h5"] })).code).toBe("invalid");
  });

  test("refuses a location that leads elsewhere, and does not repeat a password", () => {
    const parse = (url: string) => () =>
      parseCatalog(
        JSON.stringify({ metadata: { parent_order: 6 }, catalog: { "1234123": [url] } }),
        "c.json",
      );
    expect(failure(parse("s3://bucket/../other/a.h5")).message).toMatch(/it has a segment "\.\."/);
    expect(failure(parse("s3://user:pass@bucket/a.h5")).message).not.toContain("pass@");
  });

  test("an order that neither its metadata nor a shard tells is refused", () => {
    const parse = (text: string) => failure(() => parseCatalog(text, "c.json")).message;
    expect(parse('{"metadata":{},"catalog":{}}')).toMatch(/no shards, and no metadata\.parent_order either/);
    expect(parse('{"metadata":{"parent_order":0},"catalog":{}}')).toMatch(
      /metadata\.parent_order: expected a number of at least 1, found 0/,
    );
    expect(parse('{"metadata":3,"catalog":{}}')).toMatch(/: metadata: expected an object, found 3/);
    expect(parse('{"metadata":{},"catalog":{"":["a.h5"]}}')).toMatch(/"" is not a morton id/);
  });

  test("cannot hold an authalic catalog", () => {
    const authalic = { ...catalog, metadata: { grid: { parentOrder: 6, latitude: "authalic" as const } } };
    expect(failure(() => catalogText(authalic, "c.json", "0.1.0")).data.key).toBe("latitude");
  });
});

describe("files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zagg-catalog-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("writes whole, leaves nothing else, and loads", async () => {
    const path = join(folder, "sub", "catalog.json");
    await writeCatalog(catalog, path);
    expect(await readdir(join(folder, "sub"))).toEqual(["catalog.json"]);
    expect(await loadCatalog(path)).toEqual(catalog);
    expect(await readFile(path, "utf8")).toBe(catalogText(catalog, path));
  });

  test("a file that is not there, and a place that cannot be written", async () => {
    await expect(loadCatalog(join(folder, "none.json"))).rejects.toMatchObject({ code: "unreadable" });
    await writeFile(join(folder, "file"), "");
    await expect(writeCatalog(catalog, join(folder, "file", "c.json"))).rejects.toMatchObject({
      code: "unwritable",
      kind: "store",
    });
  });
});
