import { spawnSync } from "node:child_process";
import { cp, readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { BIN, runZagg, SAMPLE_RUN, sampleProject } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await sampleProject("streams");
  expect(runZagg(run("p.zarr"), folder)).toMatchObject({ status: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const run = (store: string) => [...SAMPLE_RUN, "--store", store];

/** A line of a shell in which `zagg` is the built command. */
function shell(line: string) {
  const zagg = `zagg() { "${process.execPath}" "${BIN}" "$@"; };`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `${zagg} ${line}`], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

/** Told in one line, and not as a mistake of ours. */
function expectOneLine(stderr: string, told: RegExp): void {
  expect(stderr).toMatch(told);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/internal error|^\s+at /m);
}

const onPosix = process.platform !== "win32";
const onLinux = process.platform === "linux";

describe.runIf(onPosix)("stdout and stderr", () => {
  test.runIf(onLinux)("a result that finds no room: exit code 5", () => {
    for (const command of [
      "run --quiet --config config.yaml --catalog catalog.json --store p.zarr --json",
      "export p.zarr --format csv",
    ]) {
      const { status, stderr } = shell(`zagg ${command} > /dev/full`);
      expect(status, stderr).toBe(5);
      expectOneLine(stderr, /no space left on device/i);
    }
  });

  test("a reader that has seen enough is no error, and a run's exit code is its own", () => {
    const seen = shell("set -o pipefail; zagg config show atl06 --quiet | head -1");
    expect(seen).toMatchObject({ status: 0, stderr: "" });
    // Nobody reads what it says while it runs.
    const deaf = shell(`set -o pipefail; zagg ${run("p.zarr").join(" ")} 2>&1 >/dev/null | true`);
    expect(deaf.status).toBe(0);
    const missing = shell("set -o pipefail; zagg verify nowhere.zarr 2>&1 | true");
    expect(missing.status).toBe(2);
  });
});

describe.runIf(onPosix)("a machine that gives no more files", () => {
  const withFew = (files: number) => shell(`ulimit -n ${files}; zagg ${run("few.zarr").join(" ")} --quiet`);

  test("40: exit code 5, and what to raise", () => {
    const { status, stderr } = withFew(40);
    expect(status, stderr).toBe(5);
    expectOneLine(stderr, /ulimit -n \d+/);
  });

  test.each([100, 140, 165, 190])("%d, which may do or not: the same, or a product", (files) => {
    const { status, stderr } = withFew(files);
    expect([0, 5], stderr).toContain(status);
    if (status === 5) expectOneLine(stderr, /ulimit -n \d+/);
  });

  test("once it does, the same command goes on", () => {
    expect(shell(`zagg ${run("few.zarr").join(" ")}`)).toMatchObject({ status: 0 });
    expect(runZagg(["verify", "few.zarr"], folder)).toMatchObject({ status: 0 });
  });
});

test("zagg at, export, raster over chunks that are cut off: exit code 5, in a line that names one", async () => {
  await cp(join(folder, "p.zarr"), join(folder, "cut.zarr"), { recursive: true });
  for (const name of ["h_mean", "h_max"]) {
    const chunks = join(folder, "cut.zarr/8", name, "c");
    for (const k of await readdir(chunks)) await truncate(join(chunks, k), 5);
  }
  const exported = runZagg(["export", "p.zarr", "--format", "csv"], folder).stdout;
  const [header = "", first = ""] = exported.trim().split("\n");
  const value = (name: string) => first.split(",")[header.split(",").indexOf(name)] ?? "";
  for (const args of [
    ["at", "cut.zarr", value("latitude"), value("longitude")],
    ["export", "cut.zarr", "--format", "csv"],
    ["raster", "cut.zarr", "--output", "cut.png", "--variable", "h_mean"],
  ]) {
    const { status, stderr } = runZagg(args, folder);
    expect(status, stderr).toBe(5);
    expectOneLine(stderr, /8\/h_(mean|max)\/c\/\d/);
  }
});
