import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hdf5File, openHdf5 } from "@zagg/hdf5";
import { fileSource } from "@zagg/storage";
import { writeHdf5 } from "@zagg/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findGroups, fits } from "./find-groups.js";

let folder: string;
let file: Hdf5File;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-groups-"));
  const one = { values: Float64Array.of(1) };
  await writeHdf5(join(folder, "a.h5"), {
    "/BEAM0101/lat": one,
    "/BEAM0000/lat": one,
    "/BEAM": one, // a dataset
    "/other/lat": one,
    "/profile_1/lat": one,
    "/profile_2/lat": one,
    "/science/grids/beam_a/lat": one,
    "/science/tracks/beam_b/lat": one,
    "/science/tracks/deep/beam_c/lat": one,
    "/BEAM_A": { link: "/BEAM0000", kind: "soft" },
    "/BEAM_B": { link: "/BEAM0101", kind: "hard" },
    "/BEAM_C": { link: "/nowhere", kind: "soft" },
  });
  file = await openHdf5(fileSource(join(folder, "a.h5")));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  [["gt1l", "gt1r"], "/{group}/lat", ["gt1l", "gt1r"]],
  // Of one group under two names the first counts; a link to nowhere is an absent group.
  [["BEAM*"], "/{group}/lat", ["BEAM0000", "BEAM0101", "BEAM_C"]],
  [["BEAM_?"], "/{group}/lat", ["BEAM_A", "BEAM_B", "BEAM_C"]],
  [["BEAM_A", "BEAM0*"], "/{group}/lat", ["BEAM_A", "BEAM0101"]],
  [["profile_?"], "{group}/lat", ["profile_1", "profile_2"]],
  [["/profile_2", "profile_*", "gt1l"], "/{group}/lat", ["/profile_2", "profile_1", "gt1l"]],
  [["science/*/beam_?"], "/{group}/lat", ["science/grids/beam_a", "science/tracks/beam_b"]],
  [["*/beam_?"], "/science/{group}/lat", ["grids/beam_a", "tracks/beam_b"]],
  [["?"], "/profile_{group}/lat", ["1", "2"]],
  [["?"], "/{group}rofile_1/lat", ["p"]],
  [["none*", "x"], "/{group}/lat", ["none*", "x"]],
  [["BEAM/*"], "/{group}/lat", ["BEAM/*"]],
])("%j in %s", async (groups, latitude, found) => {
  expect(await findGroups(file, { groups, latitude })).toEqual(found);
});

test("a pattern fits as the same regular expression does, without its worst cases", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "?", "*"), maxLength: 8 });
  fc.assert(
    fc.property(text, pattern, (name, glob) => {
      const expression = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      expect(fits(name, glob)).toBe(expression.test(name));
    }),
  );
  expect(fits("a".repeat(5000), `${"*a".repeat(2000)}b`)).toBe(false);
});
