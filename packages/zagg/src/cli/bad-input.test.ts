import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtInText } from "@zagg/core";
import { runZagg } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadH5wasm } from "../sample/granule-file.js";
import { failureOf } from "./exit-code.js";
import { makeProgram } from "./program.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-bad-"));
  expect(zagg("sample", "--output", "sample", "--granules", "3")).toMatchObject({ status: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const zagg = (...args: string[]) => runZagg(args, folder);
const onSample = ["--config", "sample/sample.yaml", "--catalog", "sample/catalog.json"];

describe("granules that cannot be read: their shards fail, the others are written, exit code 1", () => {
  const damages: readonly (readonly [string, RegExp, (path: string) => Promise<void>])[] = [
    ["missing", /no such file|not found|missing/i, (path) => rm(path)],
    ["empty", /empty|HDF5|0 bytes/i, (path) => writeFile(path, "")],
    ["not HDF5", /HDF5/i, (path) => writeFile(path, "<html>Service unavailable</html>".repeat(100))],
    ["truncated", /truncated|shorter|ends/i, (path) => truncate(path, 60_000)],
  ];
  test.each(damages)("%s", async (what, message, damage) => {
    const copy = `granule-${what.replace(" ", "-")}`;
    await cp(join(folder, "sample"), join(folder, copy), { recursive: true });
    const [granule = ""] = await readdir(join(folder, copy, "granules"));
    await damage(join(folder, copy, "granules", granule));

    const { status, stdout, stderr } = zagg(
      ...["run", "--config", "sample/sample.yaml", "--catalog", `${copy}/catalog.json`],
      ...["--store", `${copy}.zarr`, "--json"],
    );
    const summary = JSON.parse(stdout);
    const catalog = JSON.parse(await readFile(join(folder, copy, "catalog.json"), "utf8"));
    const position = catalog.granules.findIndex((each: { id: string }) => each.id === granule);
    const touched = catalog.shards.filter((shard: { granules: number[] }) =>
      shard.granules.includes(position),
    );
    expect(status).toBe(1);
    expect(summary.failed).toBe(touched.length);
    expect(summary.written).toBe(catalog.shards.length - touched.length);
    expect(new Set(summary.failures.map((failure: { granule: string }) => failure.granule))).toEqual(
      new Set([granule]),
    );
    expect(stderr).toContain(granule);
    expect(stderr).toMatch(message);
  });

  test("a dataset that the config names and no granule has", async () => {
    await config("no-dataset.yaml", (text) =>
      text.replace("land_ice_segments/h_li ", "land_ice_segments/h_ice "),
    );
    const { status, stdout, stderr } = zagg(
      ...[
        "run",
        "--config",
        "no-dataset.yaml",
        "--catalog",
        "sample/catalog.json",
        "--store",
        "path.zarr",
        "--json",
      ],
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ written: 0, empty: 0 });
    expect(stderr).toContain("h_ice");
  });

  test("heights of another length than the coordinates", async () => {
    await mkdir(join(folder, "uneven"));
    const h5wasm = await loadH5wasm();
    const file = new h5wasm.File(join(folder, "uneven/ATL06_uneven.h5"), "w");
    const land = file.create_group("gt1l").create_group("land_ice_segments");
    const column = (name: string, data: Float64Array | Float32Array | Int8Array) =>
      land.create_dataset({ name, data, shape: [data.length] });
    column("latitude", Float64Array.of(-80, -80.001, -80.002));
    column("longitude", Float64Array.of(10, 10, 10));
    column("h_li", Float32Array.of(1, 2));
    column("h_li_sigma", Float32Array.of(0.1, 0.1, 0.1));
    column("atl06_quality_summary", Int8Array.of(0, 0, 0));
    file.close();

    expect(zagg("catalog", "--granules", "uneven", "--output", "uneven.json")).toMatchObject({ status: 0 });
    const { status, stderr } = zagg("run", "--catalog", "uneven.json", "--store", "uneven.zarr");
    expect(status).toBe(1);
    expect(stderr).toMatch(/h_li.*\b2\b.*\b3\b|h_li.*\b3\b.*\b2\b/);
  });
});

/** A command in this process, which spares its start; what it says on stderr, and its exit code. */
async function inProcess(...args: string[]): Promise<{ readonly status: number; readonly stderr: string }> {
  const said: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  try {
    await makeProgram().parseAsync(args, { from: "user" });
    return { status: 0, stderr: said.join("") };
  } catch (error) {
    const { exitCode, message = "" } = failureOf(error);
    return { status: exitCode, stderr: said.join("") + message };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

describe("options that would do nothing: exit code 2", () => {
  test.each<[string[], string]>([
    [["catalog", "--granules", "sample", "--cycle", "22"], "--cycle"],
    [["catalog", "--granules", "sample", "--start-date", "2024-01-01"], "--start-date"],
    [["catalog", "--granules", "sample", "--end-date", "2024-01-01"], "--end-date"],
    [["catalog", "--granules", "sample", "--short-name", "ATL08"], "--short-name"],
    [["catalog", "--granules", "sample", "--version", "006"], "--version"],
    [["catalog", "--granules", "sample", "--provider", "P"], "--provider"],
    [["catalog", "--granules", "sample", "--buffer-km", "5"], "--buffer-km"],
    [["catalog", "--granules", "sample", "--cmr-url", "https://x.example"], "--cmr-url"],
    [["catalog", "--cycle", "22", "--area", "nowhere"], "antarctica, greenland"],
    [["raster", "sample", "--output", "a.tif", "--palette", "magma"], ".png"],
    [["export", "sample", "--format", "parquet"], "parquet is written to a file; say where"],
  ])("%j", async (args, message) => {
    const { status, stderr } = await inProcess(...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
  });
});

test("granules outside the region are told", async () => {
  const { status, stderr } = await inProcess(
    ...[
      "catalog",
      "--granules",
      join(folder, "sample/granules"),
      "--config",
      join(folder, "sample/sample.yaml"),
    ],
    ...["--bbox", "0,70,10,80", "--output", join(folder, "elsewhere.json")],
  );
  expect(status).toBe(1);
  expect(stderr).toContain("3 of 3 granules touch no shard of the region (the box 0,70,10,80)");
  expect(existsSync(join(folder, "elsewhere.json"))).toBe(false);
});

/** Writes the sample's config with a change, on its grid. */
async function config(name: string, change: (text: string) => string): Promise<void> {
  const text = builtInText("atl06").replace("child_order: 12", "parent_order: 4\n    child_order: 10");
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(join(folder, name), changed);
}

describe("configs: exit code 2, file and line, nothing written", () => {
  const expression = "1.0 / np.sqrt(np.sum(1.0 / s_li**2))";
  test.each([
    ["an unknown key", "function: len", "functon: len", /:\d+:\d+:.*functon.*function/s],
    ["an unknown function", "function: var", "function: vra", /vra.*\bvar\b/s],
    ["__import__", expression, "__import__('os').system('true')", /:\d+:\d+/],
    ["attribute access", expression, "s_li.__class__", /:\d+:\d+/],
    ["an unknown name", expression, "np.sum(s_lo)", /s_lo.*s_li/s],
    ["cells larger than shards", "child_order: 10", "child_order: 3", /child_order/],
    ["morton ids beyond order 18", "child_order: 10", "child_order: 19", /morton/],
  ])("%s", async (what, from, to, message) => {
    const name = `${what.replaceAll(" ", "-")}.yaml`;
    await config(name, (text) => text.replace(from, to));
    const { status, stdout, stderr } = zagg(
      ...["run", "--config", name, "--catalog", "sample/catalog.json", "--store", "config.zarr"],
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(name);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, "config.zarr"))).toBe(false);
    expect(existsSync(join(folder, "config.zarr.run"))).toBe(false);
  });

  test("a catalog for another parent order", async () => {
    await config("order-5.yaml", (text) => text.replace("parent_order: 4", "parent_order: 5"));
    const { status, stderr } = zagg(
      ...["run", "--config", "order-5.yaml", "--catalog", "sample/catalog.json", "--store", "config.zarr"],
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/parent_order is 5 in the config but 4 in the catalog/);
    expect(existsSync(join(folder, "config.zarr"))).toBe(false);
  });
});

describe("stores", () => {
  test("one that cannot be read: exit code 5, in a line", async () => {
    const answer = await inProcess("export", "s3://b", "--format", "csv");
    expect(answer).toEqual({ status: 5, stderr: "s3://b: not of the form s3://bucket/key" });
  });

  test("one made by another config is refused and left alone, unless --overwrite is given", async () => {
    const store = ["--catalog", "sample/catalog.json", "--store", "taken.zarr"];
    expect(zagg("run", ...onSample, "--store", "taken.zarr")).toMatchObject({ status: 0 });
    const before = await readFile(join(folder, "taken.zarr/zarr.json"));
    await config("other.yaml", (text) => text.replace("q: 0.25", "q: 0.20"));
    const refused = zagg("run", "--config", "other.yaml", ...store);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("--overwrite");
    expect(await readFile(join(folder, "taken.zarr/zarr.json"))).toEqual(before);
    expect(zagg("run", "--config", "other.yaml", ...store, "--overwrite")).toMatchObject({ status: 0 });
  });

  test("--overwrite does not touch a folder that is no product", async () => {
    await mkdir(join(folder, "precious"));
    await writeFile(join(folder, "precious/thesis.txt"), "years of work");
    const { status, stderr } = zagg("run", ...onSample, "--store", "precious", "--overwrite");
    expect([2, 5]).toContain(status);
    expect(stderr).toContain("precious");
    expect(await readdir(join(folder, "precious"))).toEqual(["thesis.txt"]);
  });

  test("a place that cannot be written: exit code 5", async () => {
    await writeFile(join(folder, "a-file"), "");
    const { status, stderr } = zagg("run", ...onSample, "--store", "a-file/product.zarr");
    expect(status).toBe(5);
    expect(stderr).toContain("a-file/product.zarr");
  });

  test("a file in place of the store: exit code 5, and no plan left beside it", async () => {
    await writeFile(join(folder, "file.zarr"), "");
    const { status, stderr } = zagg("run", ...onSample, "--store", "file.zarr");
    expect(status).toBe(5);
    expect(stderr).toContain("is a file, not a folder");
    expect(existsSync(join(folder, "file.zarr.run", "plan.json"))).toBe(false);
  });

  test.runIf(existsSync("/proc/self"))("a place where no folder can be made: exit code 5, at once", () => {
    const { status, stderr } = zagg("run", ...onSample, "--store", "/proc/zagg-test.zarr");
    expect(status, stderr).toBe(5);
  });

  const disk = smallDisk();
  test.skipIf(disk === undefined)("a full disk (a 300 kB tmpfs; skipped where mounting is refused)", () => {
    try {
      const { status, stderr } = zagg("run", ...onSample, "--store", join(disk as string, "full.zarr"));
      expect(status).toBe(5);
      expect(stderr).toMatch(/full|no space/i);
    } finally {
      spawnSync("umount", [disk as string]);
    }
  });
});

/** Mounts a tmpfs too small for the sample's product, or says that this is not allowed here. */
function smallDisk(): string | undefined {
  const mountPoint = spawnSync("mktemp", ["-d"], { encoding: "utf8" }).stdout?.trim();
  if (!mountPoint) return undefined;
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=300k", "tmpfs", mountPoint]);
  return status === 0 ? mountPoint : undefined;
}
