import { describe, expect, it } from "vitest";
import { ascii, cursorOver, join, u8, u16, u32, zeros } from "../testing/build.js";
import { parseAttribute } from "./attribute.js";
import { MessageType } from "./message.js";

describe("attributes", () => {
  const type = join(u8(0x10, 8, 0, 0), u32(4), u16(0, 32), zeros(4));
  const space = join(u8(1, 0, 0), zeros(5));
  const open = async ({ bytes }: { bytes: Uint8Array }) => cursorOver(bytes);
  const parse = (...parts: Uint8Array[]) =>
    parseAttribute({ type: MessageType.attribute, flags: 0, bytes: join(...parts), address: 0 }, open);

  it("of version 1 pad their parts", async () => {
    const parsed = await parse(u8(1, 0), u16(5, 12, 8), ascii("name\0\0\0\0"), type, space, u32(77));
    expect(parsed).toMatchObject({
      name: "name",
      type: { class: "integer" },
      space: { kind: "scalar" },
      bytes: u32(77),
    });
  });

  it("of version 3 tell the character set", async () => {
    const parsed = await parse(u8(3, 0), u16(5, 16, 8), u8(1), ascii("name\0"), type, space, u32(77));
    expect(parsed).toMatchObject({ name: "name", bytes: u32(77) });
  });

  it("have a name", async () => {
    await expect(parse(u8(2, 0), u16(1, 16, 8), ascii("\0"), type, space)).rejects.toMatchObject({
      code: "corrupt",
      problem: "an attribute without a name",
    });
  });
});
