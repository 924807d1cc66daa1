import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BIN, runZagg, startZagg } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-pipes-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", "2"], folder).status).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

/** What the command says in a shell, where `zagg` is its name. */
function inShell(line: string): { readonly status: number | null; readonly stderr: string } {
  const env = { ...process.env, NO_COLOR: "1", NODE: process.execPath, BIN };
  const script = `zagg() { "$NODE" "$BIN" "$@"; }; ${line}`;
  return spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", env });
}

describe.skipIf(process.platform === "win32")("a pipe", () => {
  test("is read as a config or a catalog", () => {
    const config = "--config <(sed 's/child_order: 10/child_order: 6/' sample/sample.yaml)";
    const run = inShell(`zagg run ${config} --catalog sample/catalog.json --store a.zarr`);
    expect(run.status, run.stderr).toBe(0);
    const piped = inShell(
      "sed 's/child_order: 10/child_order: 7/' sample/sample.yaml | zagg config validate /dev/stdin",
    );
    expect(piped.status, piped.stderr).toBe(0);
    const catalog = inShell("zagg catalog inspect <(cat sample/catalog.json)");
    expect(catalog.status, catalog.stderr).toBe(0);
  });

  test("without an end, and a device, are refused", () => {
    const endless = inShell("zagg config validate <(yes)");
    expect(endless).toMatchObject({ status: 2, stderr: expect.stringMatching(/longer than 16777216 bytes/) });
    const device = inShell("zagg run --config sample/sample.yaml --catalog /dev/zero --store b.zarr");
    expect(device).toMatchObject({ status: 2, stderr: expect.stringMatching(/a device, not a file/) });
  });

  test.each([
    ["config", "sample/catalog.json"],
    ["sample/sample.yaml", "catalog"],
  ])("into which nobody writes says so after 3 s, and can be stopped: %s, %s", async (config, catalog) => {
    const [pipe = ""] = [config, catalog].filter((name) => !name.includes("/"));
    execFileSync("mkfifo", [join(folder, pipe)]);
    const child = startZagg(["run", "--config", config, "--catalog", catalog, "--store", "c.zarr"], {
      cwd: folder,
    });
    while (
      !child.stderr().includes(`waiting for ${pipe}: no answer for 3 s (nobody writes into this pipe)`)
    ) {
      await sleep(20);
    }
    child.kill("SIGINT");
    const { status } = await child.done;
    expect([130, null]).toContain(status);
  });
});
