import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runZagg, startZagg } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-setup-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", "2"], folder).status).toBe(0);
  const sample = await readFile(join(folder, "sample/sample.yaml"), "utf8");
  // One variable, and a million cells in each shard: set-up takes long, a shard does not.
  const [before = "", ...others] = sample.split(/^ {4}n_tracks:/m);
  const [, after = ""] = others.join("").split(/^attrs:/m);
  const large = `${before}\nattrs:${after}`.replace(/child_order: \d+/, "child_order: 14");
  await writeFile(join(folder, "large.yaml"), large);
});
afterAll(() => rm(folder, { recursive: true }));

const RUN = ["--config", "large.yaml", "--catalog", "sample/catalog.json", "--store", "large.zarr"];

test.each(["SIGINT", "SIGTERM"] as const)(
  "set-up of a large grid says what it is at, ends at %s, and is finished by the next run",
  async (signal) => {
    const child = startZagg(["run", ...RUN, "--overwrite"], { cwd: folder });
    while (!child.stderr().includes("writing its metadata and coordinates")) await sleep(5);
    child.kill(signal);
    const { status, stderr } = await child.done;
    expect(status, stderr).toBe(130);
    expect(stderr).toMatch(/^still making the store ready: writing its metadata and coordinates/m);
    expect(stderr).toContain("stopped: no shard was under way; to go on from here");

    const next = runZagg(["run", ...RUN], folder);
    expect(next.status, next.stderr).toBe(0);
    const checked = runZagg(["verify", "large.zarr"], folder);
    expect(checked.status, checked.stdout + checked.stderr).toBe(0);
  },
);
