import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cellAt, exportCells, stacItem } from "@zagg/core";
import { openProduct } from "@zagg/product";
import { memoryStore, type ReadableStore } from "@zagg/storage";
import { hostileStores, runZagg, type StoreObjects } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./cli/exit-code.js";
import { rasterFile } from "./raster-file.js";
import { readStore } from "./read-store.js";
import { smallProduct } from "./testing/small-product.js";

let folder: string;
let good: StoreObjects;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-hostile-"));
  good = await smallProduct();
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, objects: StoreObjects): Promise<string> {
  const path = join(folder, name);
  for (const [key, bytes] of objects) {
    await mkdir(dirname(join(path, key)), { recursive: true });
    await writeFile(join(path, key), bytes);
  }
  return path;
}

/** What the commands do with a store. */
const COMMANDS: Readonly<Record<string, (store: ReadableStore) => Promise<unknown>>> = {
  raster: (store) => rasterFile(store, join(folder, "map.png"), { spacing: 200_000 }),
  at: async (store) => cellAt(await openProduct(store), 19.5, 45),
  export: async (store) => {
    for await (const part of exportCells(await openProduct(store), "parquet")) expect(part).toBeDefined();
  },
  stac: async (store) => {
    const time = { start: "2024-01-01T00:00:00Z", end: "2024-02-01T00:00:00Z" };
    return JSON.stringify(await stacItem(await openProduct(store), { href: "x.zarr", time }));
  },
};

/** What a command must end in: done, or an error of the store (or of what was asked), in one line. */
async function examined(store: ReadableStore): Promise<void> {
  for (const [name, command] of Object.entries(COMMANDS)) {
    const before = process.cpuUsage();
    const error = await command(store).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(process.cpuUsage(before).user / 1e6, `${name}: seconds of work`).toBeLessThan(10);
    expect(process.resourceUsage().maxRSS, `${name}: kB`).toBeLessThan(1_000_000);
    if (error === undefined) continue;
    const { exitCode, message = "" } = failureOf(error);
    expect([2, 5], `${name}: ${message}`).toContain(exitCode);
    expect(message.length, name).toBeLessThan(1000);
    expect(message.trim().split("\n"), name).toHaveLength(1);
  }
}

describe("a hostile store, to each command", () => {
  test.each(hostileStores("3"))("$name", async ({ change }) => {
    const objects = new Map(good);
    change(objects);
    const store = memoryStore();
    for (const [key, bytes] of objects) await store.put(key, bytes);
    await examined(store);
  });
});

/** What a folder can hold that no server sends. */
const ON_DISK: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "metadata from /dev/zero": (path) => linked(join(path, "zarr.json"), "/dev/zero"),
  "a chunk from /dev/zero": (path) => linked(join(path, "3/h_mean/c/0"), "/dev/zero"),
  "a list of shards from /dev/zero": (path) => linked(join(path, "3/shard_ids/c/0"), "/dev/zero"),
  "states from a pipe": (path) => piped(join(path, "3/shard_state/c/0")),
  "metadata from a pipe": (path) => piped(join(path, "zarr.json")),
  "a chunk of 2 TB": (path) => truncate(join(path, "3/h_mean/c/0"), 2 ** 41),
  "metadata of 2 TB": (path) => truncate(join(path, "zarr.json"), 2 ** 41),
  "a link to itself": (path) => linked(join(path, "3/count/c/0"), "0"),
};

async function linked(path: string, target: string): Promise<void> {
  await rm(path);
  await symlink(target, path);
}

async function piped(path: string): Promise<void> {
  await rm(path);
  execFileSync("mkfifo", [path]);
}

describe.skipIf(process.platform === "win32")("on disk", () => {
  test.each(Object.entries(ON_DISK))("%s", async (name, change) => {
    const path = await written(name.replaceAll(/\W/g, "-"), good);
    await change(path);
    await examined(readStore(path));
  });
});

/** Memory at most and what it ended with, of a process of its own. */
const PEAK = encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))",
);

describe.skipIf(process.platform === "win32")(
  "in a process of its own: exit 5, one line, less than 1 GB",
  () => {
    const kinds = new Map(hostileStores("3").map(({ name, change }) => [name, change]));
    test.each([
      ["1e15 cells", ["raster", "export", "at", "view", "stac"]],
      ["a child order of 1e9", ["raster", "export", "at", "view", "stac"]],
      ['an array called "\\u001b]0;owned\\u0007\\u001b[31m"', ["export"]],
      ["a bomb of values", ["raster", "export", "at"]],
      ["a bomb of shards", ["view", "raster"]],
      ["of 0.1.0, with a billion shards", ["export", "view"]],
    ] as const)("%s", async (name, commands) => {
      const objects = new Map(good);
      const kind = [...kinds.keys()].find((each) => each.startsWith(name.slice(0, 20))) as string;
      kinds.get(kind)?.(objects);
      const path = await written(`process-${name.replaceAll(/\W/g, "-")}`, objects);
      const args = {
        raster: [path, "--output", join(folder, "p.png"), "--grid-spacing", "200000"],
        export: [path, "--format", "csv", "--output", join(folder, "p.csv")],
        at: [path, "19.5", "45"],
        view: [path],
        stac: [path, "--start-date", "2024-01-01", "--end-date", "2024-01-02"],
      };
      for (const command of commands) {
        const env = { NODE_OPTIONS: `--import=data:text/javascript,${PEAK}` };
        const { status, stderr } = runZagg([command, ...args[command]], folder, env);
        const [peak, ...lines] = stderr.trim().split("\n").reverse();
        expect(status, `${command}: ${stderr}`).toBe(5);
        expect(lines, stderr).toHaveLength(1);
        expect(lines[0]).not.toContain("\u001b");
        expect(Number(peak?.replace("peak ", "")), stderr).toBeLessThan(1_000_000);
      }
    });
  },
);

describe("a product without the record of its run, and its group", () => {
  test("are read by every command that needs no record", async () => {
    const path = await written("published.zarr", good);
    for (const store of [path, join(path, "3")]) {
      for (const [name, command] of Object.entries(COMMANDS)) {
        await expect(command(readStore(store)), `${name} ${store}`).resolves.not.toThrow();
      }
    }
    const time = { start: "2024-01-01T00:00:00Z", end: "2024-02-01T00:00:00Z" };
    const hrefs = [path, join(path, "3")].map(async (store) => {
      const item = await stacItem(await openProduct(readStore(store)), { href: store, time });
      return item.assets.data.href;
    });
    expect(await Promise.all(hrefs)).toEqual([join(path, "3"), join(path, "3")]);
  });

  test.each(["status", "verify"])("%s says what to give", async (command) => {
    const path = await written("copied.zarr", good);
    const whole = runZagg([command, path], folder);
    expect(whole).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/the product itself is there: raster/),
    });
    const group = runZagg([command, join(path, "3")], folder);
    expect(group).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`group of a product: give ${path}`),
    });
    expect(runZagg([command, join(folder, "nowhere")], folder)).toMatchObject({
      status: 2,
      stderr: expect.not.stringMatching(/;/),
    });
  });
});
