import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../bytes/source.js";
import { openHdf5 } from "../file.js";
import { ascii, join, u8, u16, u64, zeros } from "../testing/build.js";
import { patched, placeOf, seal } from "../testing/patch.js";
import { openTestFile, testFile } from "../testing/test-files.js";

const open = (bytes: Uint8Array) => openHdf5(bytesSource(bytes, "x.h5"));

describe("a superblock", () => {
  const old = testFile("earliest.h5");
  const modern = testFile("dense.h5");

  it.each([
    ["of a version that does not exist", patched(old, 8, 7), "superblock version 7 does not exist"],
    ["with addresses of 3 bytes", patched(old, 13, 3), "addresses or lengths of 3 bytes"],
    ["without a root group", patched(old, 64, ...u64(undefined)), "the superblock has no root group"],
    [
      "whose checksum is wrong",
      patched(modern, 44, 1, 2, 3, 4),
      "the checksum of the superblock does not match",
    ],
    [
      "of a file that its writer never closed",
      seal(patched(testFile("latest.h5"), 11, 1), 0, 48),
      "the file is marked as open for writing: its writer never closed it",
    ],
  ])("%s is refused", async (_, bytes, problem) => {
    await expect(open(bytes)).rejects.toMatchObject({ code: "corrupt", problem, url: "x.h5" });
  });

  it.each(["earliest.h5", "dense.h5", "latest.h5", "newest.h5"])(
    "of a file that is cut off is told, %s",
    async (name) => {
      const bytes = testFile(name);
      await expect(open(bytes.subarray(0, bytes.length - 1))).rejects.toMatchObject({
        code: "truncated",
        message: `the file should be ${bytes.length} bytes long and is ${bytes.length - 1}: it is cut off, or one file of several (x.h5)`,
      });
    },
  );

  it("counts from where it lies, though a longer user block was put before the file since", async () => {
    const file = await open(join(zeros(2048), testFile("dense.h5")));
    expect(await (await file.dataset("deflate")).read()).toHaveLength(1050);
  });
});

describe("a file in several parts", () => {
  const family = "a file in several parts of one size (the family driver)";
  const multi = "a file in several parts by kind of data (the multi or split driver)";
  it.each([
    ["family-old-0.h5", family],
    ["family-new-0.h5", family],
    ["split-old-meta.h5", multi],
    ["split-new-meta.h5", multi],
  ])("%s is refused by its driver's name", async (name, feature) => {
    await expect(openTestFile(name)).rejects.toMatchObject({ code: "unsupported", feature, url: name });
  });

  it("is named though its end lies beyond 2^53", async () => {
    const bytes = patched(testFile("split-old-meta.h5"), 40, ...u64(2 ** 53 * 8));
    await expect(open(bytes)).rejects.toMatchObject({ code: "unsupported", feature: multi });
    await expect(open(patched(bytes, 48, ...u64(undefined)))).rejects.toMatchObject({ code: "corrupt" });
  });

  it("is told as cut off where even the driver's name is missing", async () => {
    for (const name of ["family-old-0.h5", "family-new-0.h5"])
      await expect(open(testFile(name).subarray(0, 97))).rejects.toMatchObject({ code: "truncated" });
  });
});

/** A file whose superblock extension, behind everything else, holds these messages. */
function extended(
  ...messages: readonly (readonly [type: number, flags: number, body: Uint8Array])[]
): Uint8Array {
  const file = testFile("user-block.h5").slice(1024);
  const body = join(
    ...messages.map(([type, flags, bytes]) => join(u8(type), u16(bytes.length), u8(flags), bytes)),
  );
  const header = join(ascii("OHDR"), u8(2, 1), u16(body.length), body, zeros(4));
  const all = join(file, seal(header, 0, header.length));
  // The base address was that behind the user block.
  all.set(u64(0, file.length, all.length), 12);
  return seal(all, 0, 48);
}

describe("a superblock extension", () => {
  const spaces = [u8(1, 1, 0), u64(1, 4096), u16(10), u64(undefined)];

  it.each<[string, readonly (readonly [number, number, Uint8Array])[]]>([
    ["nothing", []],
    [
      "what is of no use here",
      [
        [0x13, 0, join(u8(0), u16(32, 16, 4))],
        [0x17, 0, join(...spaces)],
      ],
    ],
    [
      "persistent free space",
      [[0x17, 0, join(u8(1, 0, 1), u64(1, 4096), u16(10), u64(undefined), zeros(12 * 8))]],
    ],
    ["the free space of a first draft", [[0x17, 0, join(u8(0, 3), u64(1))]]],
    ["free space that a writer did not know", [[0x17, 0x20, u8(0, 1)]]],
    [
      "a driver that leaves the file in one part",
      [[0x14, 0, join(u8(0), ascii("sec2    "), u16(2), zeros(2))]],
    ],
    ["an image that is no more", [[0x18, 0, join(u8(0), u64(undefined, 0))]]],
    ["what nobody knows", [[0x55, 0, zeros(3)]]],
  ])("with %s is passed over", async (_, messages) => {
    const file = await open(extended(...messages));
    expect((await (await file.dataset("x")).read()).length).toBe(100);
  });

  it.each<[string, readonly (readonly [number, number, Uint8Array])[]]>([
    ["sizes of trees that end early", [[0x13, 0, join(u8(0), u16(32, 16))]]],
    ["sizes of trees of a version that does not exist", [[0x13, 0, join(u8(1), u16(32, 16, 4))]]],
    ["free space that ends early", [[0x17, 0, join(u8(0, 1), u64(1), zeros(20))]]],
    [
      "persistent free space that ends early",
      [[0x17, 0, join(u8(1, 1, 1), u64(1, 4096), u16(10), u64(undefined))]],
    ],
    ["free space of a version that does not exist", [[0x17, 0, u8(2, ...zeros(40))]]],
    ["a driver that ends early", [[0x14, 0, join(u8(0), ascii("sec2    "), u16(200))]]],
    ["a table of shared messages without an address", [[0x0f, 0, join(u8(0), u64(undefined), u8(1))]]],
    ["a table of no indexes", [[0x0f, 0, join(u8(0), u64(48), u8(0))]]],
    ["an image outside the file", [[0x18, 0, join(u8(0), u64(1e6, 100))]]],
    ["an image that is none", [[0x18, 0, join(u8(0), u64(48, 100))]]],
  ])("with %s refuses the file", async (_, messages) => {
    await expect(open(extended(...messages))).rejects.toMatchObject({ code: "corrupt", url: "x.h5" });
  });

  it("with what a reader must know refuses the file", async () => {
    await expect(open(extended([0x55, 0x80, zeros(3)]))).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("a metadata cache image", () => {
  const bytes = testFile("cache-image.h5");
  const image = placeOf(bytes, "MDCI");
  const sealed = (copy: Uint8Array) => seal(copy, image, bytes.length);
  /** Where the first entry begins: behind signature, version, flags, length and count. */
  const entry = image + 4 + 2 + 8 + 4;

  it("whose bytes are broken is refused", async () => {
    await expect(open(patched(bytes, entry + 40, 1))).rejects.toMatchObject({
      code: "corrupt",
      problem: 'the checksum of "MDCI" does not match',
    });
  });

  it.each([
    ["another version", [image + 4, 1]],
    ["another length than told", [image + 6, 0]],
    ["more entries than it holds", [image + 14, 200]],
    ["more entries than any cache", [image + 14, 0xff, 0xff, 0xff, 0xff]],
    ["an entry of no bytes", [entry + 22, ...u64(0)]],
    ["an entry beyond the file", [entry + 14 + 4, 1]],
    ["an entry longer than the image", [entry + 22 + 1, 0x40]],
    ["an entry without a place", [entry + 14, ...u64(undefined)]],
  ])("with %s is refused", async (_, [offset = 0, ...values]) => {
    await expect(open(sealed(patched(bytes, offset, ...values)))).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe.skipIf(!sharedData.present)(`files that people met (${sharedData.reason})`, () => {
  const shared = (name: string) =>
    openHdf5(bytesSource(new Uint8Array(readFileSync(dataPath("cases/formats", name))), name));

  it("gives the values of a file whose metadata lie in an image", async () => {
    const file = await shared("hdf5_official__h5clear_mdc_image.h5");
    expect(await file.list()).toEqual([{ name: "DSET", kind: "dataset" }]);
    const dataset = await file.dataset("DSET");
    expect(dataset).toMatchObject({ shape: [50, 100], dtype: { class: "integer", size: 4 } });
    const expected = Int32Array.from({ length: 5000 }, (_, i) => Math.floor(i / 100) * (i % 100));
    expect(await dataset.read()).toEqual(expected);
  });
});
