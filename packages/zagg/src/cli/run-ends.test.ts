import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { builtInText } from "@zagg/core";
import { localStore } from "@zagg/storage";
import {
  runZagg,
  SAMPLE_FOLDER,
  type SampleGranule,
  sampleGranules,
  startZagg,
  storeDigests,
  writeGranule,
  type ZaggProcess,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Order of the cells: coarse, so that a run takes a moment. */
const ORDER = 8;
/** Three blocks, of the five shards. */
const SHARDS_PER_OBJECT = 2;

let folder: string;
/** The store of an undisturbed run, five shards, one of them empty. */
let whole: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-ends-"));
  await writeFile(
    join(folder, "config.yaml"),
    (await builtInText("atl06")).replace(
      /child_order: \d+/,
      `child_order: ${ORDER}\n  shards_per_object: ${SHARDS_PER_OBJECT}`,
    ),
  );
  await cp(SAMPLE_FOLDER, join(folder, "granules"), { recursive: true });
  expect(
    zagg("catalog", "--granules", "granules", "--config", "config.yaml", "--output", "catalog.json"),
  ).toMatchObject({
    status: 0,
  });
  expect(zagg(...run("whole.zarr"))).toMatchObject({ status: 0 });
  whole = await digests("whole.zarr");
});
afterAll(() => rm(folder, { recursive: true }));

const zagg = (...args: string[]) => runZagg(args, folder);
const run = (store: string, ...more: string[]) => [
  ...["run", "--config", "config.yaml", "--catalog", "catalog.json", "--store", store, "--max-workers", "1"],
  ...more,
];
const at = (...path: string[]) => join(folder, ...path);
const digests = (store: string) => storeDigests(localStore(at(store)));

/** A copy of the whole product with its record. */
async function copyOf(name: string): Promise<string> {
  await cp(at("whole.zarr"), at(name), { recursive: true });
  await cp(at("whole.zarr.run"), at(`${name}.run`), { recursive: true, preserveTimestamps: true });
  return name;
}

/** Other bytes, as many. */
async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function recordsOf(store: string): Promise<string[]> {
  return (await readdir(at(`${store}.run/shards`)).catch(() => [])).sort();
}

async function untilRecorded(store: string, least: number, child: ZaggProcess): Promise<void> {
  let over = false;
  child.done.then(() => {
    over = true;
  });
  while ((await recordsOf(store)).length < least) {
    if (over) throw new Error(`the run ended before: ${child.stderr()}`);
    await sleep(2);
  }
}

describe("a store that is not as it was left is mended by the next run: exit code 0, the bytes of a clean run", () => {
  const array = (name: string, ...rest: string[]) => join(String(ORDER), name, ...rest);
  test.each<[what: string, damage: (store: string) => Promise<unknown>, told: RegExp]>([
    [
      "metadata and coordinates: emptied, cut, changed, gone",
      async (store) => {
        for (const key of ["zarr.json", array("h_mean", "zarr.json"), array("cell_ids", "c", "2")])
          await writeFile(at(store, key), "");
        await writeFile(at(store, array("shard_ids", "c", "0")), "x");
        for (const key of [array("morton", "c", "1"), array("zarr.json"), array("shard_state", "c", "0")])
          await flip(at(store, key));
        for (const key of [array("count", "zarr.json"), array("cell_ids", "c", "0")])
          await rm(at(store, key));
      },
      /zarr\.json, .* and \d+ more had gone or changed: written again/,
    ],
    [
      "blocks: emptied, cut, changed, gone",
      async (store) => {
        await writeFile(at(store, array("h_max", "c", "0")), "");
        await writeFile(at(store, array("h_min", "c", "0")), "x");
        await flip(at(store, array("h_mean", "c", "1")));
        await rm(at(store, array("count", "c", "2")));
      },
      /shards are done again: .* has other bytes than were written; 8\/count\/c\/2 is not in the store any more/,
    ],
    [
      "chunks of a shard whose record is gone, and of one whose record says that it failed",
      async (store) => {
        const [first = "", second = ""] = await recordsOf(store);
        await rm(at(`${store}.run`, "shards", first));
        await writeFile(at(`${store}.run`, "shards", second), "");
      },
      /running 2 shards \(1 again: transient failure\)/,
    ],
  ])("%s", async (what, damage, told) => {
    const store = await copyOf(`${what.replaceAll(/\W/g, "")}.zarr`);
    await damage(store);
    const { status, stderr } = zagg(...run(store));
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(told);
    expect(await digests(store)).toEqual(whole);
    expect(zagg("verify", store)).toMatchObject({ status: 0 });
  });

  test("arrays and records that were moved to another disk and linked are where they were: nothing is done", async () => {
    const store = await copyOf("linked.zarr");
    for (const path of [
      at(store, array("h_max", "c")),
      at(store, array("cell_ids")),
      at(`${store}.run`, "shards"),
    ]) {
      const there = at("disk", path.slice(folder.length));
      await mkdir(dirname(there), { recursive: true });
      await rename(path, there);
      await symlink(there, path);
    }
    const { status, stdout, stderr } = zagg(...run(store, "--json"));
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ skipped: 5, pending: 0, written: 4, empty: 1 });
    expect(stderr).not.toMatch(/again/);
    expect(await digests(store)).toEqual(whole);
    expect(zagg("verify", store)).toMatchObject({ status: 0 });
  });
});

describe("exit code 0 is for shards that are written or empty", () => {
  test("of a limit only the shards within it count; partial ones do where they were allowed", async () => {
    expect(zagg(...run("limited.zarr", "--max-cells", "2"))).toMatchObject({ status: 0 });
    const [granule = ""] = (await readdir(at("granules"))).toSorted();
    await rename(at("granules", granule), at("away.h5"));
    try {
      const allowed = zagg(...run("limited.zarr", "--allow-partial", "--json"));
      const { partial, failed, unfinished } = JSON.parse(allowed.stdout);
      expect(partial).toBeGreaterThan(0);
      expect(unfinished).toBe(failed);
      expect(allowed.status).toBe(failed > 0 ? 1 : 0);
      const strict = zagg(...run("limited.zarr", "--json"));
      expect(strict.status).toBe(1);
      expect(JSON.parse(strict.stdout).unfinished).toBe(failed + partial);
    } finally {
      await rename(at("away.h5"), at("granules", granule));
    }
    expect(zagg(...run("limited.zarr"))).toMatchObject({ status: 0 });
    expect(await digests("limited.zarr")).toEqual(whole);
  });

  test("no point survives: exit code 0, said loudly, with what to change", async () => {
    const strict = (await readFile(at("config.yaml"), "utf8")).replace("value: 0 #", "value: 77 #");
    await writeFile(at("strict.yaml"), strict);
    const { status, stderr } = zagg(
      ...["run", "--config", "strict.yaml", "--catalog", "catalog.json", "--store", "none.zarr", "--quiet"],
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(
      /NO POINT SURVIVED.*dropped by \/\{group\}\/land_ice_segments\/atl06_quality_summary eq 77/,
    );
    expect(stderr).toContain("data_source.filters");
  });
});

describe("a granule that changes while a run goes on", () => {
  test.each<[how: string, change: (there: string, other: string) => Promise<void>]>([
    ["renamed over", (there, other) => rename(other, there)],
    ["overwritten in place", async (there, other) => writeFile(there, await readFile(other))],
  ])("%s: it is told, and its shards are done again", async (how, change) => {
    const name = how.replaceAll(" ", "-");
    await cp(SAMPLE_FOLDER, at(name), { recursive: true });
    const [granule] = sampleGranules; // in three of the shards
    const there = at(name, granule?.id ?? "");
    await higher(granule as SampleGranule, at(`${name}.h5`));

    const catalog = `${name}.json`;
    const make = ["catalog", "--granules", name, "--config", "config.yaml", "--output", catalog];
    expect(zagg(...make)).toMatchObject({ status: 0 });
    const start = ["run", "--config", "config.yaml", "--catalog", catalog, "--max-workers", "1"];
    const child = startZagg([...start, "--store", `${name}.zarr`], { cwd: folder });
    await untilRecorded(`${name}.zarr`, 1, child);
    await change(there, at(`${name}.h5`));
    const { status, stderr } = await child.done;
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(new RegExp(`shards are done again: ${granule?.id} changed while the run went on`));
    expect(zagg(...start, "--store", `${name}-clean.zarr`)).toMatchObject({ status: 0 });
    expect(await digests(`${name}.zarr`)).toEqual(await digests(`${name}-clean.zarr`));
    expect(await digests(`${name}.zarr`)).not.toEqual(whole);
  });
});

/** Writes a granule with all its heights a metre higher. */
async function higher(granule: SampleGranule, path: string): Promise<void> {
  const beams = granule.beams.map((beam) => {
    const heights = Float32Array.from(beam.columns.h_li as Float32Array, (height) => height + 1);
    return { ...beam, columns: { ...beam.columns, h_li: heights } };
  });
  await writeGranule(path, { ...granule, beams });
}
