import { describe, expect, it } from "vitest";
import { FIRST_READ_BYTES, readFront, WHOLE_FILE_BYTES } from "./front.js";
import { Requests } from "./requests.js";
import { bytesSource } from "./source.js";

/** A file of zeros that counts what is read of it; it tells its size along if `telling`. */
function counted(size: number, telling: boolean) {
  const source = bytesSource(new Uint8Array(size));
  const asked: [number, number][] = [];
  const read = (offset: number, length: number) => {
    asked.push([offset, length]);
    return source.read(offset, length);
  };
  const readFront = async (length: number) => ({ bytes: await read(0, Math.min(length, size)), size });
  return { asked, requests: new Requests({ ...source, read, ...(telling && { readFront }) }) };
}

describe("readFront", () => {
  it.each([
    ["an empty file, by nothing", 0, false, []],
    ["a small file whole", 1000, false, [[0, 1000]]],
    ["a file whole that is hardly longer than its front", WHOLE_FILE_BYTES, false, [[0, WHOLE_FILE_BYTES]]],
    ["the front of a longer one", WHOLE_FILE_BYTES + 1, false, [[0, FIRST_READ_BYTES]]],
    ["a small file whole that tells its size along", 1000, true, [[0, 1000]]],
    ["the front of a long one that does", WHOLE_FILE_BYTES + 1, true, [[0, FIRST_READ_BYTES]]],
    [
      "the rest too, where it turns out to be short",
      WHOLE_FILE_BYTES - 5,
      true,
      [
        [0, FIRST_READ_BYTES],
        [FIRST_READ_BYTES, FIRST_READ_BYTES - 5],
      ],
    ],
  ])("reads %s", async (_, size, telling, expected) => {
    const { asked, requests } = counted(size, telling);
    const front = await readFront(requests, {});
    expect(asked).toEqual(expected);
    expect(front.size).toBe(size);
    expect(front.bytes.length).toBe(expected.reduce((sum, range) => sum + (range[1] ?? 0), 0));
  });

  it("refuses a front that is shorter than the source says", async () => {
    const source = {
      ...bytesSource(new Uint8Array(10)),
      readFront: async () => ({ bytes: new Uint8Array(9), size: 10 }),
    };
    await expect(readFront(new Requests(source), {})).rejects.toMatchObject({ code: "truncated" });
  });
});
