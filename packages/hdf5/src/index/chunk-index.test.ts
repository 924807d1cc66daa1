import { describe, expect, it } from "vitest";
import { bytesSource } from "../bytes/source.js";
import { FileDataset } from "../dataset.js";
import { openHdf5 } from "../file.js";
import { u16, u32, u64 } from "../testing/build.js";
import { endOf, patched, resealed } from "../testing/patch.js";
import { testFile } from "../testing/test-files.js";

// That every index is read right is held by test-files.test.ts: here they are broken.
const LATEST = testFile("latest.h5");
const EARLIEST = testFile("earliest.h5");

async function open(bytes: Uint8Array, path: string): Promise<FileDataset> {
  const dataset = await (await openHdf5(bytesSource(bytes))).dataset(path);
  if (dataset instanceof FileDataset) return dataset;
  throw new Error(`${path} is no dataset`);
}

/** Address of the index of a dataset's chunks. */
async function indexOf(bytes: Uint8Array, path: string): Promise<number> {
  const { layout } = (await open(bytes, path)).header;
  if (layout.kind === "chunked" && layout.index.address !== undefined) return layout.index.address;
  throw new Error(`${path} has no index`);
}

const read64 = (bytes: Uint8Array, offset: number) =>
  Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(offset, true));

const problemOf = (problem: RegExp) => ({ code: "corrupt", problem: expect.stringMatching(problem) });

async function expectCorrupt(bytes: Uint8Array, path: string, problem: RegExp): Promise<void> {
  await expect((await open(bytes, path)).read()).rejects.toMatchObject(problemOf(problem));
}

describe("an index of version 4", () => {
  it.each<[string, string, number, Iterable<number>, RegExp]>([
    ["a fixed array of another version", "fixed", 4, [1], /version 1 of a chunk array/],
    ["a fixed array of another kind", "fixed", 5, [1], /a chunk array of another kind/],
    ["entries of another length", "fixed", 6, [9], /entries of 9 bytes/],
    ["entries without room for sizes", "fixed-deflate", 6, [12], /entries of 12 bytes/],
    ["entries with too much room for sizes", "fixed-deflate", 6, [21], /entries of 21 bytes/],
    ["more entries than the file has room for", "fixed", 8, u64(1e9), /a chunk array of 1000000000/],
    ["an extensible array of another kind", "extensible", 5, [1], /a chunk array of another kind/],
    ["blocks of three entries", "extensible", 9, [3], /impossible block sizes/],
    ["one pointer a row", "extensible", 10, [1], /impossible block sizes/],
    ["more bits than there are", "extensible", 7, [65], /impossible block sizes/],
    ["a tree of another type", "tree", 5, [11], /a B-tree of another type than 10/],
    ["a tree of another version", "tree", 4, [1], /version 1 of a B-tree/],
    ["a tree without end", "tree", 12, u16(41), /a B-tree of depth 41/],
    ["records of no bytes", "tree", 10, u16(0), /records/],
    ["nodes of no bytes", "tree", 6, u32(0), /records/],
    ["more records than a node holds", "tree", 24, u16(60_000), /a B-tree node of 60000 records/],
  ])("with %s is corrupt", async (_, path, field, values, problem) => {
    await expectCorrupt(resealed(LATEST, await indexOf(LATEST, path), field, ...values), path, problem);
  });

  it("of no blocks or nodes has no chunks", async () => {
    for (const [path, field] of [
      ["fixed", 16],
      ["extensible", 60],
      ["tree", 16],
    ] as const) {
      const bytes = resealed(LATEST, await indexOf(LATEST, path), field, ...u64(undefined));
      expect(await (await open(bytes, path)).read()).toEqual(new Int32Array(60));
    }
  });

  it("whose block belongs to another array is corrupt", async () => {
    for (const [path, field] of [
      ["fixed", 16],
      ["extensible", 60],
    ] as const) {
      const block = read64(LATEST, (await indexOf(LATEST, path)) + field);
      await expectCorrupt(resealed(LATEST, block, 4, 9), path, /version 9 of a chunk array/);
      await expectCorrupt(resealed(LATEST, block, 6, 9), path, /a block of another chunk array/);
    }
  });

  it("that places a chunk beyond the file is corrupt", async () => {
    const block = read64(LATEST, (await indexOf(LATEST, "extensible")) + 60);
    const bytes = resealed(LATEST, block, 14, ...u64(LATEST.length - 3));
    await expectCorrupt(bytes, "extensible", /a chunk reaches beyond the end/);
  });

  it("that names a place of the grid twice, or one outside it, is corrupt", async () => {
    const root = read64(LATEST, (await indexOf(LATEST, "tree")) + 16);
    // Records are an address and the coordinates; they begin behind signature, version and type.
    const second = LATEST.subarray(root + 6 + 24 + 8, root + 6 + 48);
    await expectCorrupt(resealed(LATEST, root, 6 + 8, ...second), "tree", /two chunks in one place/);
    await expectCorrupt(resealed(LATEST, root, 6 + 8, 100), "tree", /a chunk outside the dataset/);
    await expectCorrupt(resealed(LATEST, root, 4, 1), "tree", /version 1 of a B-tree node/);
    await expectCorrupt(resealed(LATEST, root, 5, 11), "tree", /a B-tree node of another type/);
  });

  it("whose tree leads back to itself, or nowhere, is corrupt", async () => {
    const head = await indexOf(LATEST, "tree-deep");
    const root = read64(LATEST, head + 16);
    const records = new DataView(LATEST.buffer, LATEST.byteOffset).getUint16(head + 24, true);
    const first = 6 + records * (LATEST[head + 10] ?? 0);
    const used = endOf(LATEST, root) - root;
    const pointerBytes = (used - 4 - first) / (records + 1);
    const address = LATEST.subarray(root + first, root + first + 8);
    const circle = resealed(LATEST, root, first + pointerBytes, ...address);
    await expectCorrupt(circle, "tree-deep", /a B-tree that leads back to itself/);
    await expectCorrupt(
      resealed(LATEST, root, first, ...u64(undefined)),
      "tree-deep",
      /a B-tree node without a child/,
    );
  });
});

describe("an index of version 1, whose nodes have no checksum", () => {
  it.each<[string, number, Iterable<number>, RegExp]>([
    ["without its signature", 0, [0], /"TREE" was expected/],
    ["of a group", 4, [0], /a tree of another kind than chunks/],
    ["of more entries than the file has room for", 6, [255, 255], /./],
    ["whose chunk begins between two", 24 + 8, [1], /the key of a chunk is not its place/],
    ["whose chunk begins beyond the dataset", 24 + 8, u64(5000), /the key of a chunk is not its place/],
    ["whose element has a place", 24 + 16, [1], /the key of a chunk is not its place/],
    ["that leads nowhere", 24 + 24, u64(undefined), /a tree node without a child/],
    ["whose chunk lies beyond the file", 24 + 24, u64(1e6), /a chunk reaches beyond the end/],
  ])("%s is corrupt", async (_, field, values, problem) => {
    const tree = await indexOf(EARLIEST, "deflate");
    const dataset = await open(patched(EARLIEST, tree + field, ...values), "deflate");
    await expect(dataset.read()).rejects.toMatchObject({
      code: "corrupt",
      problem: expect.stringMatching(problem),
    });
  });

  it("of a plain chunk of another size is corrupt", async () => {
    const tree = await indexOf(EARLIEST, "plain");
    const dataset = await open(patched(EARLIEST, tree + 24, 8), "plain");
    await expect(dataset.read()).rejects.toMatchObject(problemOf(/an unfiltered chunk of/));
  });

  it("that is no tree but a circle, or falls by more than a level, is corrupt", async () => {
    const bytes = testFile("superblock-1.h5");
    const tree = await indexOf(bytes, "tree");
    const level = bytes[tree + 5] ?? 0;
    expect(level).toBeGreaterThan(0);
    const first = tree + 8 + 2 * 4 + 8 + 3 * 8;
    const circle = patched(bytes, first, ...u32(tree));
    await expect((await open(circle, "tree")).read()).rejects.toMatchObject({
      problem: /leads back to itself/,
    });
    const deeper = patched(bytes, tree + 5, level + 1);
    await expect((await open(deeper, "tree")).read()).rejects.toMatchObject({
      problem: /a tree node of level/,
    });
  });
});

describe("chunks without an index", () => {
  it("must all fit in the file", async () => {
    const place = Buffer.from(LATEST).indexOf(Buffer.from(u64(await indexOf(LATEST, "implicit"))));
    const header = Buffer.from(LATEST).lastIndexOf("OHDR", place);
    const moved = resealed(LATEST, header, place - header, ...u64(LATEST.length - 100));
    await expectCorrupt(moved, "implicit", /without an index do not fit/);
  });
});
