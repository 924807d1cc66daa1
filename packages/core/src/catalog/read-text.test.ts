import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readText } from "./read-text.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-text-"));
  await writeFile(join(folder, "utf8"), "h_li: µ");
  await writeFile(join(folder, "marked"), "\uFEFFh_li: µ");
  await writeFile(join(folder, "utf16le"), Buffer.from("\uFEFFh_li: µ", "utf16le"));
  await writeFile(join(folder, "utf16be"), Buffer.from("\uFEFFh_li: µ", "utf16le").swap16());
  if (process.platform !== "win32") execFileSync("mkfifo", [join(folder, "pipe")]);
});
afterAll(() => rm(folder, { recursive: true }));

const read = (name: string) => readText(join(folder, name), (what) => new Error(what));

test.each(["utf8", "marked", "utf16le", "utf16be"])("%s is read", async (name) => {
  expect(await read(name)).toBe("h_li: µ");
});

test("what is not there, a folder and a pipe are refused", async () => {
  await expect(read("nowhere")).rejects.toThrow("no such file");
  await expect(read(".")).rejects.toThrow("a folder, not a file");
  if (process.platform !== "win32") await expect(read("pipe")).rejects.toThrow("a pipe or device");
});
