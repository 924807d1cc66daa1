import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStores } from "./open-store.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-stores-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a store named by a link has its record beside the store itself", async () => {
  await mkdir(join(folder, "disk/out.zarr"), { recursive: true });
  await symlink(join(folder, "disk/out.zarr"), join(folder, "link.zarr"));
  const { product, run: record } = openStores(join(folder, "link.zarr"));
  expect([product.url, record.url]).toEqual([
    join(folder, "disk/out.zarr"),
    join(folder, "disk/out.zarr.run"),
  ]);
});

test("a link that leads nowhere is told by writing", async () => {
  const link = join(folder, "nowhere.zarr");
  await symlink(join(folder, "gone/out.zarr"), link);
  const told = openStores(link).product.put("x", new Uint8Array(1));
  await expect(told).rejects.toMatchObject({ kind: "store", code: "not-found" });
});

test("a store is a folder or a prefix in a bucket, and nothing else", () => {
  for (const target of [
    "",
    "/",
    "//",
    "https://x.example/y.zarr",
    "file:///tmp/y.zarr",
    "gs://b/y",
    "s3://",
    "s3://bucket/",
    "s3://b/y",
    "S3://bucket/y",
    "s3://bucket/../other/x",
    "s3://bucket/a/../x",
    "s3://bucket/./y",
    "s3://bucket/a//x",
    "s3://bucket/..",
    "s3://user:pass@bucket/x",
    "/..",
  ]) {
    const refused = expect.objectContaining({ kind: "config", code: "store" });
    expect(() => openStores(target), target).toThrow(refused);
  }
  for (const [target, folder] of [
    ["out.zarr/", "out.zarr"],
    ["./a b/ü.zarr", "./a b/ü.zarr"],
    [".", process.cwd()],
    ["..", dirname(process.cwd())],
    [join(import.meta.filename, "x.zarr"), join(import.meta.filename, "x.zarr")],
  ] as const) {
    const { product, run } = openStores(target);
    expect([product.url, run.url]).toEqual([folder, `${folder}.run`]);
  }
});
