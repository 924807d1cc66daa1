import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localStore } from "@zagg/storage";
import { runZagg, storeDigests, writeLegacyStore } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The same cells in a store of ours, and as 0.1.0 would have left them. */
const [OURS, OLD] = ["ours.zarr", "old.zarr"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-old-store-"));
  expect(zagg("sample", "--output", "sample", "--granules", "2")).toMatchObject({ status: 0 });
  const config = join(folder, "sample/sample.yaml");
  const text = await readFile(config, "utf8");
  await writeFile(
    config,
    `${text.replace(/( +)child_order: \d+/, "$&\n$1latitude: geodetic")}  codecs: none\n`,
  );
  const made = zagg(
    "catalog",
    "--granules",
    "sample/granules",
    "--config",
    config,
    "--output",
    "catalog.json",
  );
  expect(made, made.stderr).toMatchObject({ status: 0 });
  const run = zagg("run", "--config", config, "--catalog", "catalog.json", "--store", OURS);
  expect(run, run.stderr).toMatchObject({ status: 0 });
  await writeLegacyStore(localStore(join(folder, OURS)), localStore(join(folder, OLD)));
});
afterAll(() => rm(folder, { recursive: true }));

const zagg = (...args: string[]) => runZagg(args, folder);

function exported(store: string): string[] {
  const { status, stdout, stderr } = zagg("export", store, "--format", "csv");
  expect(status, stderr).toBe(0);
  return stdout.trim().split("\n");
}

describe("a store of 0.1.0", () => {
  test("exports the same cells", () => {
    const [ours, old] = [exported(OURS), exported(OLD)];
    expect(old[0]).toBe(ours[0]);
    expect(old.length).toBeGreaterThan(100);
    expect([...old].sort()).toEqual([...ours].sort());
  });

  test("tells the same cell", () => {
    const header = (exported(OLD)[0] as string).split(",");
    const cell = (exported(OLD)[1] as string).split(",");
    const [lat, lon] = ["latitude", "longitude"].map((name) => cell[header.indexOf(name)] as string);
    const [ours, old] = [OURS, OLD].map((store) =>
      JSON.parse(zagg("at", store, lat as string, lon as string, "--json").stdout),
    );
    const named = ({ name, value }: { name: string; value: number }) => [name, value];
    expect(old.cell).toEqual(ours.cell);
    expect(old.statistics.map(named)).toEqual(ours.statistics.map(named));
  });

  test("draws the same grid, and says how it was read", async () => {
    for (const rule of ["bin", "nearest"]) {
      const grids = [OURS, OLD].map((store) => {
        const output = `${rule}-${store}`;
        const args = ["--output", output, "--rule", rule, "--variable", "h_mean", "--grid-spacing", "8000"];
        return { output, ...zagg("raster", store, ...args) };
      });
      for (const { status, stderr } of grids) expect(status, stderr).toBe(0);
      expect(grids[1]?.stderr).toMatch(/0\.1\.0.*sphere|geodetic/);
      expect(grids[0]?.stderr).not.toMatch(/0\.1\.0/);
      const [ours, old] = await Promise.all(
        grids.map(({ output }) => storeDigests(localStore(join(folder, output)))),
      );
      const chunks = (digests = {}) => Object.entries(digests).filter(([key]) => key.startsWith("h_mean/c/"));
      expect(chunks(old).length).toBeGreaterThan(0);
      expect(chunks(old)).toEqual(chunks(ours));
    }
  });

  test("is not taken for a run of ours", () => {
    for (const command of ["status", "verify"]) expect(zagg(command, OLD).status).not.toBe(0);
    expect(zagg("raster", OLD, "--output", "map.png").status).toBe(0);
  });
});
