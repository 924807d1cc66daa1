import { describe, expect, it } from "vitest";
import { bytesSource } from "../bytes/source.js";
import { type Hdf5File, openHdf5 } from "../file.js";
import { u16, u32, u64 } from "../testing/build.js";
import { patched, placeOf, resealed } from "../testing/patch.js";
import { testFile } from "../testing/test-files.js";

// That these structures are read right is held by test-files.test.ts: here they are broken, one field at a time.
const EARLIEST = testFile("earliest.h5");
const DENSE = testFile("dense.h5");
const TYPES = testFile("types.h5");

type Look = (file: Hdf5File) => Promise<unknown>;
const list: Look = (file) => file.list("/many");
const find: Look = (file) => file.dataset("/many/name 07");
const attributes: Look = (file) => file.attributes("/attributes");
const strings: Look = async (file) => (await file.dataset("/strings")).read();

async function expectProblem(bytes: Uint8Array, look: Look, problem: RegExp): Promise<void> {
  const looked = openHdf5(bytesSource(bytes, "x.h5")).then(look);
  await expect(looked).rejects.toMatchObject({
    code: "corrupt",
    problem: expect.stringMatching(problem),
    url: "x.h5",
  });
}

/** The heap with the links of a group, or with its attributes, by the number of heaps before it in the file. */
const heap = (nth: number) => placeOf(DENSE, "FRHP", nth);
const HEAPS = Buffer.from(DENSE).toString("latin1").split("FRHP").length - 1;

describe("a group of old style", () => {
  it.each<[string, string, number, Iterable<number>, RegExp]>([
    ["its names are of another version", "HEAP", 4, [1], /version 1 of a local heap/],
    ["its names lie nowhere", "HEAP", 24, u64(undefined), /a local heap without data/],
    ["its names are longer than the file", "HEAP", 8, u64(1e6), /reach beyond the end/],
    ["its nodes are of another version", "SNOD", 4, [2], /version 2 of a symbol table node/],
    ["its nodes have another signature", "SNOD", 0, [0], /"SNOD" was expected/],
    ["a name lies beyond its heap", "SNOD", 8, u64(1e6), /offset 1000000 in a local heap/],
    ["a link leads nowhere", "SNOD", 16, u64(undefined), /leads nowhere/],
    ["its tree is that of chunks", "TREE", 4, [1], /a tree of another kind than group/],
  ])("is corrupt if %s", async (_, signature, field, values, problem) => {
    const file = patched(EARLIEST, placeOf(EARLIEST, signature) + field, ...values);
    await expectProblem(file, (opened) => opened.list("/"), problem);
  });
});

describe("the global heap", () => {
  const heap = placeOf(TYPES, "GCOL");
  // Behind the heads of collection and first object, and that object's bytes.
  const SECOND = 16 + 16 + Math.ceil((TYPES[heap + 16 + 8] ?? 0) / 8) * 8;
  it.each<[string, number, Iterable<number>, RegExp]>([
    ["is of another version", 4, [2], /version 2 of a global heap collection/],
    ["is shorter than its head", 8, u64(15), /a global heap collection of 15 bytes/],
    ["holds an object twice", SECOND, u16(1), /object 1 twice/],
    ["lacks an object", SECOND, u16(77), /object 2 is not in the global heap/],
    ["holds an object longer than itself", 16 + 8, u64(1e6), /ends early/],
  ])("is corrupt if it %s", async (_, field, values, problem) => {
    await expectProblem(patched(TYPES, heap + field, ...values), strings, problem);
  });
});

describe("a heap of links or attributes", () => {
  const every: Look = async (file) => {
    await list(file);
    await file.list("/tracked");
    await attributes(file);
    await file.attributes("/attributes-few");
    await file.attributes("/few");
  };

  it.each<[string, number, Iterable<number>, RegExp]>([
    ["of another version", 4, [1], /version 1 of a fractal heap/],
    ["whose ids are longer than those of its index", 5, u16(20), /a heap id of \d+ bytes/],
    ["of blocks of three bytes", 112, u64(3), /a fractal heap of blocks from 3/],
    [
      "whose largest block is smaller than its first",
      120,
      u64(1),
      /a fractal heap of blocks from \d+ to 1 bytes/,
    ],
    ["of three columns", 110, u16(3), /3 a row/],
    ["of more bits than there are", 128, u16(65), /a fractal heap without a size/],
    ["that manages nothing", 10, u32(0), /a fractal heap without a size/],
    ["that is empty", 132, u64(undefined), /a heap object in an empty heap/],
    ["whose block lies beyond the file", 132, u64(1e9), /reach beyond the end/],
    ["whose block is another structure", 132, u64(0), /was expected|checksum/],
  ])("%s is corrupt", async (_, field, values, problem) => {
    for (let nth = 0; nth < HEAPS; nth++)
      await expectProblem(resealed(DENSE, heap(nth), field, ...values), every, problem);
  });

  it("with filters is named", async () => {
    const bytes = resealed(DENSE, heap(0), 7, ...u16(4));
    // With filters the header is longer, so that the checksum lies elsewhere.
    bytes.fill(0, heap(0) + 142, heap(0) + 146);
    const looked = openHdf5(bytesSource(bytes)).then(every);
    await expect(looked).rejects.toMatchObject({ code: "unsupported", feature: "a filtered fractal heap" });
  });

  it.each<[string, string, number, Iterable<number>, RegExp]>([
    ["block", "FHDB", 5, u64(1), /a heap block of another heap|checksum/],
    ["block of blocks", "FHIB", 5, u64(1), /a heap block of another heap/],
    ["block of blocks in the wrong place", "FHIB", 13, [1], /a heap block in the wrong place/],
    ["block of blocks of another version", "FHIB", 4, [1], /version 1 of a heap block/],
  ])("with a %s of another is corrupt", async (_, signature, field, values, problem) => {
    const place = placeOf(DENSE, signature);
    const bytes =
      signature === "FHDB"
        ? patched(DENSE, place + field, ...values)
        : resealed(DENSE, place, field, ...values);
    await expectProblem(bytes, every, problem);
  });

  it("in which a name does not have the hash of its index is corrupt", async () => {
    // A leaf of a tree of links by name: version 0, type 5.
    const node = placeOf(DENSE, "BTLF\0\u0005");
    await expectProblem(resealed(DENSE, node, 6, 1, 2, 3, 4), every, /the hash of link/);
    await expect(openHdf5(bytesSource(DENSE)).then(find)).resolves.toMatchObject({ path: "/many/name 07" });
  });
});

describe("shared messages", () => {
  const bytes = testFile("shared-messages.h5");
  // The first copy of a message stays where it is.
  const dataset: Look = (file) => file.dataset("/x1");

  it("need a table, with their type", async () => {
    const table = placeOf(bytes, "SMTB");
    await expectProblem(resealed(bytes, table, 6, 0, 0), dataset, /no shared messages of type/);
    await expectProblem(patched(bytes, table, 0), dataset, /"SMTB" was expected|checksum/);
  });
});
