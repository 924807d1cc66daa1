import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localStore } from "@zagg/storage";
import { runZagg, SAMPLE_FOLDER, startZagg, storeDigests } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-extracts-"));
  await writeFile(join(folder, "a.yaml"), zagg("config", "show", "atl06"));
  zagg("catalog", "--granules", SAMPLE_FOLDER, "--config", "a.yaml", "--output", "catalog.json");
});
afterAll(() => rm(folder, { recursive: true }));

function zagg(...args: string[]): string {
  const { status, stdout, stderr } = runZagg(args, folder);
  expect(status, stderr).toBe(0);
  return stdout;
}

const command = (config: string, store: string, ...more: string[]) =>
  ["run", "--config", config, "--catalog", "catalog.json", "--store", store, "--json", ...more] as const;
const run = (...args: Parameters<typeof command>) => JSON.parse(zagg(...command(...args)));
const digests = (store: string) => storeDigests(localStore(join(folder, store)));
const granules = (await readdir(SAMPLE_FOLDER)).filter((name) => name.endsWith(".h5"));

/** Extracts that are whole. */
async function receipts(place: string): Promise<string[]> {
  const names = await readdir(join(folder, place), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(".json"));
}

test("each granule is read once; its points go when every shard is done", async () => {
  expect(run("a.yaml", "whole.zarr")).toMatchObject({ granules_read: granules.length, pending: 0 });
  await expect(access(join(folder, "whole.zarr.run/extracts"))).rejects.toThrow();
});

test("a limited run keeps what the shards to come do not have to read again, and they take it", async () => {
  const { granules_read: first } = run("a.yaml", "limited.zarr", "--max-cells", "3");
  expect(await receipts("limited.zarr.run/extracts")).toHaveLength(first);
  run("a.yaml", "limited.zarr");
  expect(await digests("limited.zarr")).toEqual(await digests("whole.zarr"));
});

test("a second product over the same columns reads nothing, whatever its order and statistics", async () => {
  const yaml = await readFile(join(folder, "a.yaml"), "utf8");
  const other = yaml.replace("child_order: 12", "child_order: 10").replace("function: var", "function: std");
  expect(other).not.toBe(yaml);
  await writeFile(join(folder, "b.yaml"), other);
  expect(run("a.yaml", "first.zarr", "--extracts", "kept").granules_read).toBe(granules.length);
  expect(await digests("first.zarr")).toEqual(await digests("whole.zarr"));
  const second = run("b.yaml", "second.zarr", "--extracts", "kept");
  expect(second).toMatchObject({ granules_read: 0, bytes: 0, requests: 0 });
  run("b.yaml", "alone.zarr");
  expect(await digests("second.zarr")).toEqual(await digests("alone.zarr"));
});

test("extracts that are damaged or gone are read again, and nothing is told", async () => {
  const kept = join(folder, "kept");
  const names = (await readdir(kept, { recursive: true })).filter((name) => name.endsWith(".bin"));
  const [damaged = "", gone = "", cut = ""] = names;
  const bytes = await readFile(join(kept, damaged));
  await writeFile(
    join(kept, damaged),
    Uint8Array.from(bytes, (byte) => byte ^ 1),
  );
  await rm(join(kept, gone));
  await writeFile(join(kept, cut), "");
  const summary = run("a.yaml", "again.zarr", "--extracts", "kept");
  expect(summary).toMatchObject({ failed: 0, pending: 0, granules_read: 0 });
  expect(await digests("again.zarr")).toEqual(await digests("whole.zarr"));
});

test("stopped while it reads: no shard yet, what was read is kept, and the same command goes on", async () => {
  // Of many granules, so that there is time.
  zagg("sample", "--output", "sample");
  const [config, catalog] = ["sample/sample.yaml", "sample/catalog.json"];
  const start = (store: string) => [
    "run",
    "--config",
    config,
    "--catalog",
    catalog,
    "--store",
    store,
    "--json",
  ];
  const child = startZagg([...start("stopped.zarr"), "--max-workers", "1"], { cwd: folder });
  while ((await receipts("stopped.zarr.run/extracts")).length === 0) await sleep(2);
  child.kill("SIGINT");
  const { status, stdout, stderr } = await child.done;
  expect(status, stderr).toBe(130);
  const { written, granules_read: read } = JSON.parse(stdout);
  expect(written).toBe(0);
  expect(stderr).toMatch(new RegExp(`No shard is done yet.* points of the ${read} that were read are kept`));

  const told = runZagg(["status", "stopped.zarr"], folder).stdout;
  expect(told).toMatch(new RegExp(`granules +${read} of \\d+ read \\(.* of .*\\)`));
  expect(told).toMatch(/blocks +0 of \d+ packed[\s\S]*No shard is done yet: each needs all of its granules/);
  const resumed = JSON.parse(zagg(...start("stopped.zarr")));
  const all = JSON.parse(zagg(...start("undisturbed.zarr"))).granules_read;
  expect(resumed.granules_read).toBe(all - read);
  expect(await digests("stopped.zarr")).toEqual(await digests("undisturbed.zarr"));
}, 300_000);

test("several configs in one command: a product each, and every granule is read once for all of them", async () => {
  await writeFile(join(folder, "c.yaml"), zagg("config", "show", "atl06-extended"));
  const both = ["--config", "a.yaml", "--store", "one.zarr", "--config", "c.yaml", "--store", "two.zarr"];
  const lines = zagg("run", ...both, "--catalog", "catalog.json", "--json")
    .trimEnd()
    .split("\n");
  const [one, two] = lines.map((line) => JSON.parse(line));
  expect(one).toMatchObject({ store: expect.stringMatching(/one\.zarr/), granules_read: granules.length });
  expect(two).toMatchObject({
    store: expect.stringMatching(/two\.zarr/),
    granules_read: 0,
    bytes: 0,
    requests: 0,
  });
  expect(await digests("one.zarr")).toEqual(await digests("whole.zarr"));
  run("c.yaml", "extended.zarr");
  expect(await digests("two.zarr")).toEqual(await digests("extended.zarr"));
  await expect(access(join(folder, "one.zarr.run/extracts"))).rejects.toThrow();

  // What cannot be told apart is refused before anything is written.
  const refused = (...args: string[]) => runZagg(["run", "--catalog", "catalog.json", ...args], folder);
  expect(refused("--config", "a.yaml", "--config", "c.yaml", "--store", "new.zarr")).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/2 --config and 1 --store were given/),
  });
  const same = ["--store", "new.zarr", "--store", "new.zarr"];
  expect(refused("--config", "a.yaml", "--config", "c.yaml", ...same)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/two products would go to new\.zarr/),
  });
  await expect(access(join(folder, "new.zarr"))).rejects.toThrow();
});
