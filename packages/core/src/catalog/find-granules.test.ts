import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findGranules } from "./find-granules.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-granules-"));
  await mkdir(join(folder, "2024", "01"), { recursive: true });
  await mkdir(join(folder, "kinds"));
  await mkdir(join(folder, "elsewhere", "deep"), { recursive: true });
  for (const name of [
    ...["b.h5", "a.h5", "notes.txt", ".hidden.h5", "._a.h5", "2024/c+(1).H5", "2024/01/d.nc"],
    ...[
      "kinds/a.nc4",
      "kinds/b.HE5",
      "kinds/c.HDF5",
      "kinds/d.NC",
      "kinds/e.nc",
      "kinds/f.nc3",
      "kinds/.g.nc4",
    ],
    ...["elsewhere/deep/e.h5", "elsewhere/f.h5"],
  ]) {
    await writeFile(join(folder, name), "");
  }
});
afterAll(() => rm(folder, { recursive: true }));

const find = async (...patterns: string[]) => {
  const found = await findGranules(patterns.map((pattern) => join(folder, pattern)));
  return found.map((path) => relative(folder, path));
};

test.each([
  [".", ["a.h5", "b.h5"]],
  ["kinds", ["kinds/a.nc4", "kinds/b.HE5", "kinds/c.HDF5", "kinds/d.NC", "kinds/e.nc"]],
  ["a.h5", ["a.h5"]],
  [".hidden.h5", [".hidden.h5"]],
  ["notes.txt", ["notes.txt"]],
  ["*.h5", ["a.h5", "b.h5"]],
  ["?.h5", ["a.h5", "b.h5"]],
  [".*.h5", ["._a.h5", ".hidden.h5"]],
  ["2024/c+(1)*", ["2024/c+(1).H5"]],
  ["20*/*/*.nc", ["2024/01/d.nc"]],
  ["**/*.h5", ["a.h5", "b.h5", "elsewhere/deep/e.h5", "elsewhere/f.h5"]],
])("%s", async (pattern, expected) => {
  expect(await find(pattern)).toEqual(expected);
});

test("several names, as a shell makes of a glob, each file once", async () => {
  expect(await find("b.h5", "a.h5", "*.h5", "2024/01/d.nc")).toEqual(["2024/01/d.nc", "a.h5", "b.h5"]);
});

test.each(["none.h5", "2024/01/*.h5", "none/*"])("%s holds no granules", async (pattern) => {
  await expect(find(pattern)).rejects.toMatchObject({ code: "no-granules" });
  await expect(find("a.h5", pattern)).rejects.toMatchObject({ code: "no-granules" });
});

test("a folder of folders says how to search them", async () => {
  await mkdir(join(folder, "years", "2024"), { recursive: true });
  await expect(find("years")).rejects.toThrow(join("years", "**", "*.h5"));
});

test.each(["", "  "])("%j is not the working folder", async (pattern) => {
  await expect(findGranules(pattern)).rejects.toMatchObject({ code: "option", kind: "config" });
});

describe.skipIf(process.platform === "win32")("links", () => {
  let links: string;
  beforeAll(async () => {
    links = join(folder, "links");
    await mkdir(links);
    await symlink(join(folder, "elsewhere"), join(links, "data"));
    await symlink(join(folder, "a.h5"), join(links, "linked.h5"));
    await symlink(links, join(links, "round")); // leads back
    await symlink(join(folder, "nowhere.h5"), join(links, "broken.h5"));
  });

  test("a glob follows those to folders, once, and those to files", async () => {
    expect(await find("links/*/f.h5")).toEqual(["links/data/f.h5"]);
    expect(await find("links/**/?.h5")).toEqual(["links/data/deep/e.h5", "links/data/f.h5"]);
    expect(await find("links/l*.h5")).toEqual(["links/linked.h5"]);
    expect(await find("links/data")).toEqual(["links/data/f.h5"]);
  });

  test("a folder takes the files that its links lead to; a broken one is found, to be told later", async () => {
    expect(await find("links")).toEqual(["links/broken.h5", "links/linked.h5"]);
  });

  test("a file and links to it are one granule, by the file's own name", async () => {
    expect(await find("links/linked.h5", "a.h5")).toEqual(["a.h5"]);
    expect(await find("links/data/f.h5", "elsewhere/f.h5")).toEqual(["elsewhere/f.h5"]);
  });

  test("a pipe is no granule", async () => {
    const pipe = join(folder, "pipe");
    await mkdir(pipe);
    execFileSync("mkfifo", [join(pipe, "granule.h5")]);
    for (const pattern of ["pipe", "pipe/granule.h5", "pipe/*"])
      await expect(find(pattern)).rejects.toThrow(/granule\.h5 is a pipe or device/);
  });
});
