import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellCentre } from "@zagg/healpix";
import { productSpec, writeShard, writeState, writeTemplate } from "@zagg/product";
import { localStore } from "@zagg/storage";
import { runZagg } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The southernmost shard of base cell 8, and its cell 3. */
const SHARD = 32;
const [LON, LAT] = cellCentre(3, SHARD * 16 + 3, "authalic");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-export-"));
  const store = localStore(join(folder, "product.zarr"));
  const config = {
    aggregation: {
      coordinates: {},
      variables: {
        count: { function: "len", params: {}, dtype: "int32", fillValue: 0, attrs: { units: "1" } },
        h_mean: { function: "mean", params: {}, dtype: "float32", fillValue: "NaN", attrs: { units: "m" } },
      },
    },
    output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: 3 }, codecs: "gzip" },
  } as const;
  const spec = productSpec(config, { parentOrder: 1, childOrder: 3, latitude: "authalic" }, [SHARD], {});
  await writeTemplate(store, spec);
  const values = new Map<string, Int32Array | Float32Array>([
    ["count", Int32Array.from({ length: 16 }, (_, i) => (i === 3 ? 7 : 0))],
    ["h_mean", Float32Array.from({ length: 16 }, (_, i) => (i === 3 ? 2.5 : Number.NaN))],
  ]);
  await writeShard(store, spec, 0, values);
  await writeState(store, spec, Uint8Array.of(1), {});
});
afterAll(() => rm(folder, { recursive: true }));

test("zagg at: negative coordinates need no quoting", () => {
  expect(LAT).toBeLessThan(0);
  const { status, stdout } = runZagg(["at", "product.zarr", String(LAT), String(LON)], folder);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^cell +515 \(order 3, morton -\d+\)$/m);
  expect(stdout).toMatch(/^shard .*: written$/m);
  expect(stdout).toMatch(/^h_mean +2.5 m$/m);
  const { format, statistics } = JSON.parse(
    runZagg(["at", "--json", "product.zarr", String(LAT), String(LON)], folder).stdout,
  );
  expect(format).toBe("zagg-at/1");
  expect(statistics).toEqual([
    { name: "count", units: "1", value: 7 },
    { name: "h_mean", units: "m", value: 2.5 },
  ]);
  expect(runZagg(["at", "product.zarr", "99", "0"], folder)).toMatchObject({ status: 2, stdout: "" });
});

test("zagg export: to stdout, or to a file that is whole when it is there", async () => {
  const { status, stdout } = runZagg(["export", "product.zarr", "--format", "csv"], folder);
  expect(status).toBe(0);
  const text = `${stdout.trim().split("\n").at(-1)}`;
  expect(text.endsWith(`,${LON},${LAT},7,2.5`)).toBe(true);
  for (const format of ["geojson", "parquet"]) {
    const args = ["export", "product.zarr", "--output", `cells.${format}`, "--json"];
    const { format: schema, bytes } = JSON.parse(runZagg(args, folder).stdout);
    expect(schema).toBe("zagg-export/1");
    expect((await readFile(join(folder, `cells.${format}`))).byteLength).toBe(bytes);
  }
  expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("zagg export: what cannot be is told", () => {
  const exported = (...args: string[]) => runZagg(["export", "product.zarr", ...args], folder);
  expect(exported("--format", "parquet")).toMatchObject({ status: 2, stdout: "" });
  expect(exported("--format", "xlsx").status).toBe(2);
  const nowhere = exported("--format", "csv", "--output", "no/such/folder.csv");
  expect(nowhere).toMatchObject({ status: 2, stdout: "" });
  expect(nowhere.stderr).toContain("there is no folder no/such");
  const mismatch = exported("--format", "csv", "--output", "cells.parquet");
  expect(mismatch).toMatchObject({ status: 2, stdout: "" });
  expect(mismatch.stderr).toContain("--format csv would be written into cells.parquet");
  expect(exported("--output", "cells.txt").stderr).toContain("cells.txt has no suffix that names a format");
});

test("zagg at: an empty cell tells the nearest that has values, and swapped coordinates are noticed", () => {
  const [lon, lat] = cellCentre(3, SHARD * 16 + 2, "authalic");
  const empty = runZagg(["at", "product.zarr", String(lat), String(lon)], folder);
  expect(empty).toMatchObject({ status: 0 });
  expect(empty.stderr).toMatch(/The nearest of its shard that has one is \d+\.\d km away:/);
  expect(empty.stderr).toContain(`zagg at product.zarr ${LAT.toFixed(6)} ${LON.toFixed(6)}`);

  const [east, south] = cellCentre(3, SHARD * 16 + 3, "authalic");
  expect(Math.abs(east > 180 ? east - 360 : east)).toBeLessThanOrEqual(90);
  const swapped = runZagg(["at", "product.zarr", String(east), String(south)], folder);
  expect(swapped.stderr).toContain("the latitude comes first");

  const comma = runZagg(["at", "product.zarr", "-71,5", "12,0"], folder);
  expect(comma).toMatchObject({ status: 2, stdout: "" });
  expect(comma.stderr).toContain("degrees are written with a point, -71.5");
});
