import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultConfig } from "@zagg/core";
import { mortonOf } from "@zagg/healpix";
import { productSpec, writeState, writeTemplate } from "@zagg/product";
import { localStore } from "@zagg/storage";
import { runZagg, runZaggBeside, startHttpServer } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const TIME = { start: "2024-01-06T02:20:09.000Z", end: "2024-04-05T21:00:00.000Z" };
const DAYS = ["--start-date", "2024-01-06", "--end-date", "2024-04-06"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-stac-"));
  const statistic = { function: "len", params: {}, dtype: "int32", fillValue: 0, attrs: {} } as const;
  const config = {
    aggregation: { coordinates: {}, variables: { count: statistic } },
    output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: 3 }, codecs: "gzip" },
  } as const;
  const spec = productSpec(config, { parentOrder: 1, childOrder: 3, latitude: "authalic" }, [36], {});
  for (const name of ["product.zarr", "published.zarr"]) {
    await writeTemplate(localStore(join(folder, name)), spec);
    await writeState(localStore(join(folder, name)), spec, Uint8Array.of(1), {});
  }
  await mkdir(join(folder, "product.zarr.run"));
  await mkdir(join(folder, "items"));
  const plan = {
    format: "zagg-plan/2",
    identity: "i",
    recipe: "r",
    config: defaultConfig(),
    grid: { parentOrder: 1, childOrder: 3, latitude: "authalic" },
    time: TIME,
    granules: [],
    shards: [{ id: String(mortonOf(1, 36)), nested: 36, granules: [] }],
    shardsPerObject: 1,
  };
  await writeFile(join(folder, "product.zarr.run/plan.json"), JSON.stringify(plan));
});
afterAll(() => rm(folder, { recursive: true }));

test("the item goes to stdout, with the times of the run's record", () => {
  const { status, stdout } = runZagg(["stac", "product.zarr"], folder);
  expect(status).toBe(0);
  const item = JSON.parse(stdout);
  expect(item).toMatchObject({ type: "Feature", stac_version: "1.1.0", id: "product" });
  expect(item.properties).toMatchObject({ start_datetime: TIME.start, end_datetime: TIME.end });
  expect(item.assets.data.href).toBe("./product.zarr/3");
  expect(stdout).toMatch(/^ +\[-?\d+(\.\d+)?, -?\d+(\.\d+)?\],$/m);

  const { created: _, ...properties } = item.properties;
  const line = runZagg(["stac", "--json", "product.zarr"], folder).stdout;
  expect(line.trim().split("\n")).toHaveLength(1);
  expect(JSON.parse(line)).toMatchObject({ ...item, properties });
});

test("--output: the store is named as seen from there; --href: as readers will find it", async () => {
  const output = ["--output", "items/product.json", "--json"];
  const { stdout } = runZagg(["stac", "product.zarr", ...output], folder);
  const { bbox, ...result } = JSON.parse(stdout);
  expect(result).toEqual({
    format: "zagg-stac/1",
    store: "product.zarr",
    output: "items/product.json",
    id: "product",
  });
  const item = JSON.parse(await readFile(join(folder, "items/product.json"), "utf8"));
  expect(item.bbox).toEqual(bbox);
  expect(item.links[0].href).toBe("../product.zarr");
  expect(await readdir(join(folder, "items"))).toEqual(["product.json"]);

  const href = "https://data.example.org/v1.zarr";
  const elsewhere = JSON.parse(runZagg(["stac", "product.zarr", "--href", `${href}/`], folder).stdout);
  expect(elsewhere.assets.data.href).toBe(`${href}/3`);
});

test("over https, with its record or with --start-date and --end-date", async () => {
  const server = await startHttpServer({ root: folder });
  try {
    const item = async (...args: string[]) => JSON.parse((await runZaggBeside(["stac", ...args])).stdout);
    const recorded = await item(`${server.url}/product.zarr/`);
    expect(recorded.properties.start_datetime).toBe(TIME.start);
    expect(recorded.assets.data.href).toBe(`${server.url}/product.zarr/3`);
    const told = await item(`${server.url}/published.zarr`, ...DAYS);
    expect(told.properties).toMatchObject({
      start_datetime: "2024-01-06T00:00:00.000Z",
      end_datetime: "2024-04-06T23:59:59.999Z",
    });
  } finally {
    await server.close();
  }
});

test("what cannot be is told", () => {
  const made = (...args: string[]) => runZagg(["stac", ...args], folder);
  expect(made("published.zarr")).toMatchObject({ status: 2, stdout: "" });
  expect(made("published.zarr").stderr).toMatch(/--start-date and --end-date/);
  expect(made("published.zarr", ...DAYS.slice(0, 2)).status).toBe(2);
  expect(made("product.zarr", "--output", "no/such/item.json").status).toBe(2);
});
