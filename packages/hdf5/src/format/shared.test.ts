import { describe, expect, it } from "vitest";
import { MessageType, SHARED } from "../messages/message.js";
import { ascii, join, message, oldHeader, u8, u64, zeros } from "../testing/build.js";
import { metadataOf } from "../testing/metadata-of.js";
import { messageOpener } from "./shared.js";

const TYPE = MessageType.datatype;

/** A file with a committed datatype at its beginning. */
const metadata = metadataOf(oldHeader(message(2, 0, zeros(8)), message(TYPE, 0, ascii("the type"))));
const open = (flags: number, bytes: Uint8Array, type: number = TYPE) =>
  messageOpener(metadata, {})({ type, flags, bytes, address: 99 });

describe("messages", () => {
  it("are their own bytes", async () => {
    const cursor = await open(0, ascii("here"));
    expect([cursor.text(4), cursor.address]).toEqual(["here", 99]);
  });

  it.each([
    ["version 1, with the place of a name before the address", join(u8(1, 0), zeros(6), u64(16, 0))],
    ["version 2", join(u8(2, 0), u64(0))],
    ["version 3", join(u8(3, 2), u64(0))],
  ])("may point to another object: %s", async (_, bytes) => {
    expect((await open(SHARED, bytes)).text(8)).toBe("the type");
  });

  it.each([
    ["of a version that does not exist", join(u8(4, 2), u64(0)), TYPE, /version 4 of a shared message/],
    ["without an address", join(u8(3, 2), u64(undefined)), TYPE, /a shared message without an address/],
    ["to what is not there", join(u8(3, 2), u64(0)), MessageType.filters, /not where it should be/],
    ["into a table that is not there", join(u8(3, 1), u64(0)), TYPE, /in a file without a table/],
  ])("that point %s are corrupt", async (_, bytes, type, problem) => {
    const opened = open(SHARED, bytes, type);
    await expect(opened).rejects.toMatchObject({ code: "corrupt", problem: expect.stringMatching(problem) });
  });
});
