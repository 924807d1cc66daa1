import { expect, test } from "vitest";
import { StorageError } from "../errors.js";
import { fileError } from "./file-errors.js";

const failed = (code: string) => Object.assign(new Error(`${code}: said by the system`), { code });

test.each([
  ["ENOENT", "not-found", "no such file"],
  ["ENOTDIR", "not-found", "a part of this path is a file, not a folder"],
  ["EACCES", "denied", "no permission"],
  ["EROFS", "denied", "no permission"],
  ["EEXIST", "exists", "the file is there already"],
  ["ENOSPC", "no-space", "the disk or quota is full; free some space and run again"],
  ["EDQUOT", "no-space", "the disk or quota is full; free some space and run again"],
  ["EMFILE", "invalid", "EMFILE: said by the system"],
])("%s is %s", (system, code, what) => {
  const cause = failed(system);
  expect(fileError("/data/x", cause)).toMatchObject({
    code,
    url: "/data/x",
    message: `/data/x: ${what}`,
    cause,
  });
});

test("other errors stay what they are", () => {
  const [ours, plain] = [new StorageError("changed", "/x", "changed"), new RangeError("3")];
  expect(fileError("/x", ours)).toBe(ours);
  expect(fileError("/x", plain)).toBe(plain);
  expect(fileError("/x", "text")).toBe("text");
});
