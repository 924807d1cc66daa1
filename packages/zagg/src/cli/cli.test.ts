import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runZagg } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-cli-"));
  const made = runZagg(["sample", "--output", "sample", "--granules", "3"], folder);
  expect(made).toMatchObject({ status: 0 });
  expect(made.stderr).toContain("zagg run --config sample/sample.yaml --catalog sample/catalog.json");
});
afterAll(() => rm(folder, { recursive: true }));

const zagg = (...args: string[]) => runZagg(args, folder);
const onSample = ["--config", "sample/sample.yaml", "--catalog", "sample/catalog.json"];

describe("a run", () => {
  test("--json puts one object on stdout; the next steps go to stderr, last the lines that open it", () => {
    const { status, stdout, stderr } = zagg("run", ...onSample, "--store", "json.zarr", "--json");
    expect(status).toBe(0);
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    expect(summary).toMatchObject({ store: "json.zarr", failed: 0, pending: 0, skipped: 0 });
    for (const key of ["total_shards", "written", "points_read", "points_kept", "occupied_cells", "wall_s"]) {
      expect(summary[key], key).toBeGreaterThan(0);
    }
    expect(stderr).toContain("zagg raster json.zarr");
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .slice(-3)
        .map((line) => line.trim()),
    ).toEqual([
      "import xarray as xr, xdggs",
      'ds = xr.open_zarr("json.zarr", group="10", zarr_format=3)',
      "ds = xdggs.decode(ds)",
    ]);
  });

  test("without a command, as 0.1.0 was called; quiet leaves the table alone", () => {
    const { status, stdout, stderr } = zagg(...onSample, "--store", "./old-line.zarr", "--quiet");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^store +\.\/old-line\.zarr\nshards +\d+: \d+ written/);
  });

  test("--max-cells and --morton-cell choose what runs now; the full command goes on from there", async () => {
    const store = ["--store", "parts.zarr", "--json"];
    const first = JSON.parse(zagg("run", ...onSample, ...store, "--max-cells", "2").stdout);
    expect(first).toMatchObject({ written: 2, pending: first.total_shards - 2 });
    const catalog = JSON.parse(await readFile(join(folder, "sample/catalog.json"), "utf8"));
    const shard = catalog.shards.at(-1).id as string;
    expect(shard).toMatch(/^-/);
    const one = JSON.parse(zagg("run", ...onSample, ...store, "--morton-cell", shard).stdout);
    expect(one).toMatchObject({ written: 3, total_shards: first.total_shards });
    const all = JSON.parse(zagg("run", ...onSample, ...store).stdout);
    expect(all).toMatchObject({ written: first.total_shards, pending: 0, skipped: 3 });
  });

  test("--dry-run writes nothing", () => {
    const { status, stdout } = zagg("run", ...onSample, "--store", "dry.zarr", "--dry-run", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ granules: 3 });
    expect(existsSync(join(folder, "dry.zarr"))).toBe(false);
    expect(existsSync(join(folder, "dry.zarr.run"))).toBe(false);
  });

  test("status and verify read the record beside the product; a changed chunk is found", async () => {
    expect(zagg("run", ...onSample, "--store", "checked.zarr")).toMatchObject({ status: 0 });
    const { total_shards: total, shards } = JSON.parse(zagg("status", "checked.zarr", "--json").stdout);
    expect(shards.written).toBe(total);
    const sound = zagg("verify", "checked.zarr", "--json", "--sample", "2");
    expect(JSON.parse(sound.stdout)).toMatchObject({ ok: true, complete: true, reproduced: 2 });
    await writeFile(join(folder, "checked.zarr/10/h_mean/c/0"), "tampered");
    const { status, stdout } = zagg("verify", "checked.zarr");
    expect(status).toBe(1);
    expect(stdout).toContain("10/h_mean/c/0");
    expect(zagg("status", "nothing.zarr")).toMatchObject({ status: 2, stdout: "" });
  });

  test("--verbose tells every shard", () => {
    const { stderr } = zagg("run", ...onSample, "--store", "verbose.zarr", "--verbose", "--max-cells", "2");
    expect(stderr.match(/^-?\d+ written: \d+ points/gm)).toHaveLength(2);
  });
});

describe("catalog, raster, config", () => {
  test("a catalog of granules on disk has the config's grid, unless options say otherwise", () => {
    const catalog = (...more: string[]) =>
      JSON.parse(
        zagg("catalog", "--granules", "sample/granules", "--output", "c.json", "--json", ...more).stdout,
      );
    expect(catalog()).toMatchObject({
      granules: 3,
      metadata: { grid: { parentOrder: 6, latitude: "authalic" } },
    });
    expect(catalog("--config", "sample/sample.yaml").metadata.grid.parentOrder).toBe(4);
    expect(catalog("--parent-order", "5", "--latitude", "geodetic").metadata.grid).toEqual({
      parentOrder: 5,
      latitude: "geodetic",
    });
  });

  test("a map of what was run", async () => {
    zagg("run", ...onSample, "--store", "map.zarr", "--quiet");
    const { status, stderr } = zagg("raster", "map.zarr", "--output", "map.png", "--grid-spacing", "40000");
    expect(status, stderr).toBe(0);
    const png = await readFile(join(folder, "map.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
  });

  test("a shown config is valid, with the next step on stderr only", async () => {
    const shown = zagg("config", "show", "atl06");
    expect(shown.stderr).toContain("zagg config validate");
    await writeFile(join(folder, "mine.yaml"), shown.stdout);
    expect(zagg("config", "validate", "mine.yaml")).toMatchObject({ status: 0 });
    expect(JSON.parse(zagg("config", "list", "--json").stdout).configs).toEqual([
      "atl03",
      "atl06",
      "atl06-extended",
      "atl08",
      "atl11",
      "gedi-l2a",
      "swot-nadir",
    ]);
    expect(JSON.parse(zagg("config", "show", "atl06.yaml", "--resolved").stdout).output.grid.childOrder).toBe(
      12,
    );
    expect(JSON.parse(zagg("config", "schema").stdout).title).toContain("zagg");
  });
});

describe("usage", () => {
  test("unknown options are refused with the nearest one, unknown commands with the list", () => {
    const option = zagg("--catalogue", "x.json");
    expect(option).toMatchObject({ status: 2, stdout: "" });
    expect(option.stderr).toContain("Did you mean --catalog?");
    const command = zagg("rnu");
    expect(command.status).toBe(2);
    expect(command.stderr).toContain("unknown command 'rnu'. Did you mean \"run\"?");
    const misspelt = zagg("catlog", "--granules", "data");
    expect(misspelt).toMatchObject({ status: 2, stdout: "" });
    expect(misspelt.stderr).toContain("unknown command 'catlog'. Did you mean \"catalog\"?");
    expect(zagg("run", "catalog.json").stderr).toContain("'catalog.json' is one word too many");
  });

  test("nothing at all asks for the help; each command points to its own, which shows its own options", () => {
    const bare = zagg();
    expect(bare).toMatchObject({ status: 0, stderr: "" });
    expect(bare.stdout).toMatch(/^Usage: (npx )?zagg /);
    expect(zagg("catalog", "inspect", "--nope").stderr).toMatch(/\((npx )?zagg catalog inspect --help\)/);
    expect(zagg("raster").stderr).toMatch(/\((npx )?zagg raster --help\)/);
    const help = zagg("catalog", "inspect", "--help").stdout;
    expect(help).not.toContain("Global Options");
    expect(help).not.toContain("--granules");
  });

  test.each([
    [["run", "--max-workers", "0"], "from 1 up"],
    [["run", "--max-cells", "many"], "from 1 up"],
    [["run", "--catalog", "sample/catalog.json"], "store"],
    [["run", "--store", "x.zarr"], "catalog"],
    [["run", "--catalog", "none.json", "--store", "x.zarr"], "none.json"],
    [["run", "--config", "atl6"], "atl06"],
    [["sample"], "--output"],
    [["catalog", "--granules", "nowhere"], "no granules"],
    [["config", "show", "atl7"], "atl06"],
  ])("%j: exit code 2, and what is wrong", (args, message) => {
    const { status, stdout, stderr } = zagg(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, "x.zarr"))).toBe(false);
  });

  test("help has defaults and an example for every command", () => {
    expect(zagg("--help")).toMatchObject({ status: 0 });
    for (const command of ["run", "catalog", "sample", "raster"]) {
      const { status, stdout } = zagg(command, "--help");
      expect(status).toBe(0);
      expect(stdout).toContain("(default:");
      expect(stdout).toMatch(/Examples?:\n +\$ npx zagg/);
    }
  });

  test("version", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(zagg("--version").stdout).toBe(`${version}\n`);
    expect(JSON.parse(zagg("version", "--json").stdout)).toEqual({
      zagg: version,
      node: process.versions.node,
    });
  });
});
