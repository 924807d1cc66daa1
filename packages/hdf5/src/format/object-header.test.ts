import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../bytes/source.js";
import { openHdf5 } from "../file.js";
import { ascii, join, message, oldHeader, u8, u16, u32, u64, zeros } from "../testing/build.js";
import { metadataOf } from "../testing/metadata-of.js";
import { seal } from "../testing/patch.js";
import { lookAtHeader, readObjectHeader } from "./object-header.js";

/** A header or continuation of version 2. */
function sealed(signature: string, ...parts: Uint8Array[]): Uint8Array {
  const bytes = join(ascii(signature), ...parts, zeros(4));
  return seal(bytes, 0, bytes.length);
}

describe("an object header", () => {
  it("of version 1 gives its messages, and those that it continues with", async () => {
    const head = oldHeader(
      message(3, 1, ascii("type....")),
      message(0x10, 0, u64(200, 24)),
      message(0, 0, zeros(8)),
    );
    const more = join(message(8, 2, ascii("layout..")), message(0, 0, zeros(0)));
    const metadata = metadataOf(join(head, zeros(200 - head.length), more));
    const messages = await readObjectHeader(metadata, 0);
    expect(messages.map(({ type, flags, bytes }) => [type, flags, new TextDecoder().decode(bytes)])).toEqual([
      [3, 1, "type...."],
      [8, 2, "layout.."],
    ]);
    const first = await readObjectHeader(metadata, 0, (found) => found.length > 0);
    expect(first).toHaveLength(1);
  });

  it("of version 2 may hold times, limits of storage and the order of attributes", async () => {
    for (const [flags, extra] of [
      [0x00, zeros(0)],
      [0x20, zeros(16)],
      [0x34, zeros(20)],
    ] as const) {
      const ordered = (flags & 4) !== 0;
      const body = join(u8(3), u16(2), u8(0), ordered ? u16(9) : zeros(0), ascii("ab"), zeros(3));
      const metadata = metadataOf(sealed("OHDR", u8(2, flags), extra, u8(body.length), body));
      const messages = await readObjectHeader(metadata, 0);
      expect(messages.map(({ type, bytes }) => [type, new TextDecoder().decode(bytes)])).toEqual([[3, "ab"]]);
    }
  });

  it("that leads back to itself ends", async () => {
    const circle = metadataOf(join(oldHeader(message(0x10, 0, u64(16, 24)))));
    await expect(readObjectHeader(circle, 0)).rejects.toMatchObject({ problem: "an endless object header" });
  });

  it.each([
    [
      "continues nowhere",
      oldHeader(message(0x10, 0, u64(undefined, 24))),
      "a continuation without an address",
    ],
    ["is longer than the file", join(u8(1, 0), zeros(6), u32(1000), zeros(4)), /reach beyond the end/],
    ["has a message longer than itself", oldHeader(join(u16(3, 104), zeros(12))), /ends early/],
    [
      "has a message that is no multiple of 8",
      oldHeader(message(3, 0, zeros(12))),
      /a header message of 12 bytes/,
    ],
    ["has a gap", oldHeader(message(3, 0, zeros(8)), zeros(4)), /a gap in an object header/],
    ["is of version 3", sealed("OHDR", u8(3, 0, 0), zeros(30)), /version 3 of an object header/],
    ["is none", join(ascii("HDR?"), zeros(40)), /"OHDR" was expected/],
    ["has another checksum", join(sealed("OHDR", u8(2, 0, 0)).fill(1, 7)), /checksum of "OHDR"/],
  ])("that %s is corrupt", async (_, bytes, problem) => {
    const error = {
      code: "corrupt",
      problem: typeof problem === "string" ? problem : expect.stringMatching(problem),
    };
    await expect(readObjectHeader(metadataOf(bytes), 0)).rejects.toMatchObject(error);
  });

  it("with an unknown message is read, unless that says that it must be known", async () => {
    for (const [type, flags, fails] of [
      [0x40, 0x00, false],
      [0x40, 0x08, false],
      [0x40, 0x80, true],
      [0x09, 0x80, true],
      [0x19, 0x84, true],
      // Known, and not needed here.
      [0x16, 0x80, false],
    ] as const) {
      const metadata = metadataOf(oldHeader(message(3, 0, zeros(8)), message(type, flags, zeros(8))));
      expect(await lookAtHeader(metadata, 0)).toHaveLength(2);
      const read = readObjectHeader(metadata, 0);
      if (!fails) expect(await read).toHaveLength(2);
      else
        await expect(read).rejects.toMatchObject({
          code: "unsupported",
          feature: expect.stringContaining(String(type)),
        });
    }
  });
});

describe.skipIf(!sharedData.present)(`a file that people met (${sharedData.reason})`, () => {
  it("is read but for the objects with a message that must be known", async () => {
    const path = dataPath("cases/formats/scigolib+hdf5__2b808f__tbogus.h5");
    const file = await openHdf5(bytesSource(new Uint8Array(readFileSync(path)), "tbogus.h5"));
    for (const group of ["", "/group"]) {
      const names = (await file.list(group)).filter(({ kind }) => kind === "dataset").map(({ name }) => name);
      expect(names.length).toBeGreaterThanOrEqual(5);
      for (const name of names) {
        const dataset = file.dataset(`${group}/${name}`);
        if (name === "Dataset3") {
          await expect(dataset).rejects.toMatchObject({ code: "unsupported", path: `${group}/${name}` });
          await expect(file.attributes(`${group}/${name}`)).rejects.toMatchObject({ code: "unsupported" });
        } else expect(await (await dataset).read()).toEqual(Int32Array.of(0));
      }
    }
  });
});
