import { cp, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openStores, readPlan, verifyProduct } from "@zagg/core";
import { openProduct } from "@zagg/product";
import { runZagg, storeDigests } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadH5wasm } from "../sample/granule-file.js";

const GRANULES = 98;
const FAILED = 4; // in `shard_state`

type H5wasm = Awaited<ReturnType<typeof loadH5wasm>>;
interface Failed {
  readonly failures: readonly { readonly shard: string; readonly granule: string; readonly kind: string }[];
}
type Column = Float64Array | Float32Array | Int8Array | string[];

let folder: string;
let h5wasm: H5wasm;
beforeAll(async () => {
  h5wasm = await loadH5wasm();
  folder = await mkdtemp(join(tmpdir(), "zagg-broken-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", String(GRANULES)], folder).status).toBe(0);
  await cp(join(folder, "sample/granules"), join(folder, "whole"), { recursive: true });
  expect(run("clean.zarr").status).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

const run = (store: string, ...more: string[]) =>
  runZagg(
    [
      ...["run", "--config", "sample/sample.yaml", "--catalog", "sample/catalog.json", "--store", store],
      ...["--json", ...more],
    ],
    folder,
  );

/** How a granule is broken, and as what its shards must fail. */
const DAMAGES: readonly (readonly [kind: string, what: string, damage: (path: string) => Promise<void>])[] = [
  ["missing", "gone", (path) => rm(path)],
  ["corrupt", "empty", (path) => writeFile(path, "")],
  ["corrupt", "an error page", (path) => writeFile(path, "<html>Service unavailable</html>".repeat(1000))],
  ["corrupt", "cut off", async (path) => truncate(path, Math.round((await readFile(path)).length * 0.6))],
  ["corrupt", "its second half overwritten", (path) => scramble(path, 0.5, 1)],
  ["corrupt", "its superblock overwritten", (path) => scramble(path, 0, 0.0005)],
  ["missing", "a link to itself", async (path) => rm(path).then(() => symlink(basename(path), path))],
  ["unsupported", "without heights", (path) => rewrite(path, (columns) => columns.delete("h_li"))],
  [
    "unsupported",
    "with fewer heights than places",
    (path) => rewrite(path, (columns) => columns.set("h_li", Float32Array.of(1, 2))),
  ],
  [
    "unsupported",
    "with quality of another type",
    (path) => rewrite(path, (columns) => columns.set("atl06_quality_summary", ["a", "b", "c"])),
  ],
];

async function scramble(path: string, from: number, to: number): Promise<void> {
  const bytes = await readFile(path);
  for (let i = Math.floor(from * bytes.length); i < to * bytes.length; i++) bytes[i] = (bytes[i] ?? 0) ^ 0x5a;
  await writeFile(path, bytes);
}

/** Puts another file in its place: HDF5, with one beam. */
async function rewrite(path: string, change: (columns: Map<string, Column>) => void): Promise<void> {
  const columns = new Map<string, Column>([
    ["latitude", Float64Array.of(-80, -80.001, -80.002)],
    ["longitude", Float64Array.of(10, 10, 10)],
    ["h_li", Float32Array.of(1, 2, 3)],
    ["h_li_sigma", Float32Array.of(0.1, 0.1, 0.1)],
    ["atl06_quality_summary", Int8Array.of(0, 0, 0)],
  ]);
  change(columns);
  await rm(path);
  const file = new h5wasm.File(path, "w");
  const segments = file.create_group("gt1l").create_group("land_ice_segments");
  for (const [name, data] of columns) segments.create_dataset({ name, data, shape: [data.length] });
  file.close();
}

test(`of ${GRANULES} granules ten are broken in ten ways: exactly their shards fail; mended, all is as if nothing had been`, async () => {
  const clean = await storeDigests(openStores(join(folder, "clean.zarr")).product);
  const catalog: { granules: { id: string }[]; shards: { id: string; granules: number[] }[] } = JSON.parse(
    await readFile(join(folder, "sample/catalog.json"), "utf8"),
  );
  const broken = new Map<string, (typeof DAMAGES)[number]>();
  for (const [i, damage] of DAMAGES.entries()) {
    const { id } = catalog.granules[i * 9 + 3] as { id: string };
    broken.set(id, damage);
    await damage[2](join(folder, "sample/granules", id));
  }
  const brokenOf = (shard: { granules: number[] }) =>
    shard.granules.map((g) => catalog.granules[g]?.id ?? "").filter((id) => broken.has(id));
  const touched = catalog.shards.filter((shard) => brokenOf(shard).length > 0);
  expect(touched.length).toBeLessThan(catalog.shards.length);

  const { status, stdout, stderr } = run("broken.zarr");
  expect(status).toBe(1);
  const summary: Failed = JSON.parse(stdout);
  expect(summary).toMatchObject({
    failed: touched.length,
    written: catalog.shards.length - touched.length,
    pending: 0,
  });
  const causes: Record<string, string[]> = {};
  for (const { shard, granule, kind } of summary.failures) {
    const [expected, what] = broken.get(granule) ?? ["none", "not broken"];
    expect(kind, `${granule} (${what})`).toBe(expected);
    causes[shard] = [...(causes[shard] ?? []), granule];
  }
  for (const shard of touched) {
    expect(causes[shard.id]?.sort(), shard.id).toEqual(brokenOf(shard).sort());
  }
  // One line for each cause, with granules named.
  for (const kind of new Set([...broken.values()].map(([kind]) => kind))) expect(stdout).toContain(kind);
  expect(stderr).toMatch(/ATL06_\d+/);
  expect(Object.keys(causes).sort()).toEqual(touched.map(({ id }) => id).sort());

  const stores = openStores(join(folder, "broken.zarr"));
  const product = await openProduct(stores.product);
  const states = (await product.states()) ?? [];
  const plan = await readPlan(stores.run);
  const failed = new Set(touched.map(({ id }) => id));
  for (const [index, { id }] of plan?.shards.entries() ?? []) {
    expect(states[index] === FAILED, id).toBe(failed.has(id));
    for (const name of Object.keys(product.spec.variables)) {
      expect((await product.readChunk(name, index)) === undefined, `${name} of ${id}`).toBe(failed.has(id));
    }
  }
  expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: false });

  // Nothing has changed, so only shards whose failure may pass by itself are tried again.
  const idle: Failed = JSON.parse(run("broken.zarr").stdout);
  const retried = new Set(idle.failures.map(({ shard }) => shard));
  const lacking = idle.failures.filter(({ kind }) => kind === "missing").map(({ shard }) => shard);
  expect(retried).toEqual(new Set(lacking));

  for (const id of broken.keys()) {
    await rm(join(folder, "sample/granules", id), { force: true });
    await cp(join(folder, "whole", id), join(folder, "sample/granules", id));
  }
  const mended = run("broken.zarr");
  expect(mended.status, mended.stderr).toBe(0);
  expect(await storeDigests(stores.product)).toEqual(clean);
  expect(await verifyProduct(stores, { sample: 3 })).toMatchObject({ ok: true, complete: true });
});

test("with --allow-partial the others are written; mended, a plain run replaces what is partial", async () => {
  const granules = join(folder, "sample/granules");
  const [first, second] = [...DAMAGES.keys()].map((i) => i * 9 + 4);
  const catalog: { granules: { id: string }[] } = JSON.parse(
    await readFile(join(folder, "sample/catalog.json"), "utf8"),
  );
  await cp(join(folder, "whole"), granules, { recursive: true });
  const ids = [first, second].map((g) => catalog.granules[g as number]?.id as string);
  await rm(join(granules, ids[0] as string));
  await writeFile(join(granules, ids[1] as string), "no HDF5");

  const partial = JSON.parse(run("partial.zarr", "--allow-partial").stdout);
  expect(partial.partial).toBeGreaterThan(0);
  expect(partial.written + partial.failed).toBe(partial.total_shards);
  // A plain run tries those again that miss a granule, and does not take away what it was allowed to write.
  expect(JSON.parse(run("partial.zarr").stdout)).toMatchObject({ partial: partial.partial });

  for (const id of ids) await cp(join(folder, "whole", id), join(granules, id));
  expect(run("partial.zarr").status).toBe(0);
  expect(await storeDigests(openStores(join(folder, "partial.zarr")).product)).toEqual(
    await storeDigests(openStores(join(folder, "clean.zarr")).product),
  );
});
