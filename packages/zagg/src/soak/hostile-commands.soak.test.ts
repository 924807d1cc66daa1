import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openStores, verifyProduct } from "@zagg/core";
import { localStore } from "@zagg/storage";
import {
  BIN,
  hostileStores,
  placesInProduct,
  placesInRecord,
  runZagg,
  type StoreObjects,
  storeDigests,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Most that a command may take: seconds of work, and of waiting on a busy machine; kilobytes. */
const MOST = { work: 10, wait: 300, memory: 1_000_000 };
const GROUP = "8";

let folder: string;
let good: StoreObjects;
let digests: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-hostile-commands-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", "2"], folder).status).toBe(0);
  const sample = await readFile(join(folder, "sample/sample.yaml"), "utf8");
  // The variables that hostile stores are made of, and no more, on a coarse grid.
  const statistic = (name: string) =>
    new RegExp(`^ {4}${name}:\\n(?: {5,}.*\\n)+`, "m").exec(sample)?.[0] ?? "";
  const variables = /^ {2}variables:\n(?: {4,}.*\n)+(?=\nattrs:)/m;
  const small = sample.replace(variables, `  variables:\n${statistic("count")}${statistic("h_mean")}`);
  await writeFile(join(folder, "small.yaml"), small.replace(/child_order: \d+/, `child_order: ${GROUP}`));
  const made = command("run", ...RUN, "--store", "good.zarr");
  expect(made.status, made.stderr).toBe(0);
  const store = localStore(join(folder, "good.zarr"));
  good = new Map();
  for await (const { key } of store.list("")) good.set(key, (await store.get(key)) as Uint8Array);
  digests = await storeDigests(store);
});
afterAll(() => rm(folder, { recursive: true }));

const RUN = ["--config", "small.yaml", "--catalog", "sample/catalog.json", "--max-workers", "1"];

/** Tells the most memory of a process, on its last line. */
const PEAK = encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n'))",
);

function command(...args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: `--import=data:text/javascript,${PEAK}` };
  const limited = `ulimit -t ${MOST.work}; exec "$@"`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", limited, "sh", process.execPath, BIN, ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
    timeout: MOST.wait * 1000,
    killSignal: "SIGKILL",
  });
  const [, said = stderr, peak] = /^(.*)\npeak (\d+)\n$/s.exec(stderr) ?? [];
  return { status, stdout, stderr: said, peak: Number(peak) };
}

const ALL: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ...hostileStores(GROUP).map(({ name, change }) => [name, (path: string) => changed(path, change)] as const),
  ...[...placesInProduct(GROUP), ...placesInRecord()].map(({ name, change }) => [name, change] as const),
];
const KINDS = process.env.ZAGG_SOAK === "1" ? ALL : ALL.filter((_, i) => i % 10 === 0);

async function changed(path: string, change: (objects: StoreObjects) => void): Promise<void> {
  const objects = new Map(good);
  change(objects);
  for (const [key, bytes] of objects) {
    if (good.get(key) === bytes) continue;
    await mkdir(dirname(join(path, key)), { recursive: true });
    await writeFile(join(path, key), bytes);
  }
  for (const key of good.keys()) if (!objects.has(key)) await rm(join(path, key));
}

describe.skipIf(process.platform === "win32")("a store that turned hostile beside its record", () => {
  test.each(KINDS)("%s: verify tells, and run mends it or says what it is", async (name, change) => {
    const path = join(folder, `${name.replaceAll(/\W/g, "-").slice(0, 60)}.zarr`);
    for (const end of ["", ".run"])
      await cp(join(folder, `good.zarr${end}`), `${path}${end}`, { recursive: true });
    await change(path);
    for (const [expected, ...args] of [
      [[1, 2, 5], "verify", path],
      [[0, 2, 5], "status", path],
      [[0, 2, 5], "run", ...RUN, "--store", path],
    ] as const) {
      const { status, stdout, stderr, peak } = command(...args);
      expect(expected, `${args[0]}: ${status} ${stderr}`).toContain(status);
      if (status === 5 || status === 2) {
        const problems = stderr
          .trim()
          .split("\n")
          .filter((line) => !line.startsWith("resume: "));
        expect(problems, stderr).toHaveLength(1);
        expect(stderr.length).toBeLessThan(1000);
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
      expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      expect(peak, args[0]).toBeLessThan(MOST.memory);
      if (args[0] !== "run" || status !== 0) continue;
      expect(await verifyProduct(openStores(path))).toMatchObject({ ok: true, complete: true });
      expect(await storeDigests(localStore(path))).toEqual(digests);
    }
    for (const end of ["", ".run"]) await rm(`${path}${end}`, { recursive: true, force: true });
  });
});
