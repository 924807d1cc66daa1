import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tellWaits, type Waiting } from "@zagg/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readText } from "./read-text.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-text-"));
  await writeFile(join(folder, "utf8"), "h_li: µ");
  await writeFile(join(folder, "marked"), "\uFEFFh_li: µ");
  await writeFile(join(folder, "utf16le"), Buffer.from("\uFEFFh_li: µ", "utf16le"));
  await writeFile(join(folder, "utf16be"), Buffer.from("\uFEFFh_li: µ", "utf16le").swap16());
  await writeFile(join(folder, "long"), "");
  await truncate(join(folder, "long"), 2 ** 41);
});
afterAll(() => rm(folder, { recursive: true }));

const read = (name: string, maxBytes?: number) =>
  readText(join(folder, name), (what) => new Error(what), maxBytes);

test.each(["utf8", "marked", "utf16le", "utf16be"])("%s is read", async (name) => {
  expect(await read(name)).toBe("h_li: µ");
});

test("what is not there, a folder, and what is too long are refused", async () => {
  await expect(read("nowhere")).rejects.toThrow("no such file");
  await expect(read(".")).rejects.toThrow("a folder, not a file");
  await expect(read("long")).rejects.toThrow("longer than 536870888 bytes");
  await expect(read("utf8", 5)).rejects.toThrow("longer than 5 bytes");
});

describe.skipIf(process.platform === "win32")("pipes and devices", () => {
  test("a device is refused, which may have no end", async () => {
    for (const device of ["/dev/zero", "/dev/null"])
      await expect(readText(device, (what) => new Error(what))).rejects.toThrow("a device, not a file");
  });

  /** A pipe into which a shell writes what `command` says. */
  function pipe(name: string, command: string): string {
    execFileSync("mkfifo", [join(folder, name)]);
    spawn("sh", ["-c", `${command} > ${name}`], { cwd: folder, stdio: "ignore" });
    return name;
  }

  test("a pipe is read to its end, however slowly it comes", async () => {
    expect(await read(pipe("slow", "(printf 'h_li'; sleep 0.3; printf ': µ')"))).toBe("h_li: µ");
    expect(await read(pipe("late", "sleep 0.3; cat utf16le"))).toBe("h_li: µ");
    const text = await read(pipe("large", "seq 1 200000"));
    expect(text.split("\n")).toHaveLength(200_001);
  });

  test("one without an end is refused", async () => {
    await expect(read(pipe("endless", "yes"), 1e6)).rejects.toThrow("longer than 1000000 bytes");
  });

  test("one into which nobody writes is told, and given up", async () => {
    execFileSync("mkfifo", [join(folder, "forgotten")]);
    const waits: Waiting[] = [];
    tellWaits((waiting) => waits.push(waiting));
    await expect(read("forgotten")).rejects.toThrow("a pipe into which nobody has written for 15 s");
    tellWaits(undefined);
    expect(waits[0]).toMatchObject({ url: join(folder, "forgotten"), why: "nobody writes into this pipe" });
  });
});
