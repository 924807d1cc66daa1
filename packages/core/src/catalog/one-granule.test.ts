import { describe, expect, test } from "vitest";
import { oneOfEach, pairsToCompare } from "./one-granule.js";

const files = (...ids: string[]) => ids.map((id) => ({ id }));
const never = () => false;
const always = () => true;

const ATL06 = "ATL06_20190222031203_08500210_006_02.h5";

describe("one granule, one time: the newest", () => {
  test.each<[string, string, string[]]>([
    [
      "release and revision of ICESat-2",
      ATL06,
      [
        "ATL06_20190222031203_08500210_005_01.h5",
        "ATL06_20190222031203_08500210_006_01.h5",
        "processed_ATL06_20190222031203_08500210_005_03.h5",
      ],
    ],
    [
      "of sea ice",
      "ATL07-01_20190222003738_08410201_006_02.h5",
      ["ATL07-01_20190222003738_08410201_005_01.h5"],
    ],
    ["of all cycles of a track", "ATL11_005411_0321_006_01.h5", ["ATL11_005411_0318_006_04.h5"]],
    [
      "of GEDI",
      "GEDI02_A_2019108002012_O01959_01_T03909_02_003_01_V002.h5",
      ["GEDI02_A_2019108002012_O01959_01_T03909_02_001_01_V001.h5"],
    ],
    [
      "of CryoSat-2",
      "CS_LTA__SIR_LRMI2__20190101T000000_20190101T001500_E001.nc",
      ["CS_LTA__SIR_LRMI2__20190101T000000_20190101T001500_D001.nc"],
    ],
  ])("%s", (_, taken, older) => {
    for (const order of [
      [taken, ...older],
      [...older, taken],
    ]) {
      const { taken: found, left } = oneOfEach(files(...order), never);
      expect(found).toEqual(files(taken));
      expect(left.map(({ id }) => id).sort()).toEqual([...older].sort());
      expect(left.every(({ reason, instead }) => reason === "older" && instead === taken)).toBe(true);
    }
  });

  test("what differs in product, time, track, cycle or region is another granule", () => {
    const ids = [
      ATL06,
      "ATL08_20190222031203_08500210_006_02.h5",
      "ATL06_20190222031204_08500210_006_01.h5",
      "ATL06_20190222031203_08510210_006_01.h5",
      "ATL06_20190222031203_08500310_006_01.h5",
      "ATL06_20190222031203_08500211_006_01.h5",
      "ATL07-01_20190222003738_08410201_006_02.h5",
      "ATL07-02_20190222003738_08410201_006_02.h5",
    ];
    expect(oneOfEach(files(...ids), never)).toEqual({ taken: files(...ids), left: [] });
  });
});

describe("one granule, one time: of equally new ones", () => {
  test.each([
    "processed_ATL06_20190222031203_08500210_006_02.h5",
    "ATL06_20190222031203_08500210_006_02_subsetted.h5",
    "ATL06_20190222031203_08500210_006_02_clip_2b75ba6.h5",
    "processed_ATL06_20190222031203_08500210_006_02 (1).h5",
  ])("the archive's own before %s, which is a part of it", (part) => {
    const { taken, left } = oneOfEach(files(part, ATL06), never);
    expect(taken).toEqual(files(ATL06));
    expect(left).toEqual([{ id: part, reason: "copy", instead: ATL06 }]);
  });

  test.each([
    "ATL06_20190222031203_08500210_006_02 (1).h5",
    "ATL06_20190222031203_08500210_006_02(2).h5",
    "ATL06_20190222031203_08500210_006_02 - Copy.h5",
    "ATL06_20190222031203_08500210_006_02 - Copy (3).h5",
    "ATL06_20190222031203_08500210_006_02 - Kopie.h5",
    "ATL06_20190222031203_08500210_006_02 copy 2.h5",
    "ATL06_20190222031203_08500210_006_02_copy.h5",
    "Copy of ATL06_20190222031203_08500210_006_02.h5",
    "ATL06_20190222031203_08500210_006_02.h5.1",
  ])("%s only where it holds the same", (copy) => {
    expect(oneOfEach(files(copy, ATL06), always)).toEqual({
      taken: files(ATL06),
      left: [{ id: copy, reason: "copy", instead: ATL06 }],
    });
    expect(() => oneOfEach(files(copy, ATL06), never)).toThrow(
      /same granule, neither is newer, and they differ/,
    );
    expect(pairsToCompare(files(copy, ATL06))).toEqual([[{ id: ATL06 }, { id: copy }]]);
  });

  test("two parts are refused, unless they are the same", () => {
    const parts = files(
      "processed_ATL06_20190222031203_08500210_006_02.h5",
      "ATL06_20190222031203_08500210_006_02_x.h5",
    );
    expect(() => oneOfEach(parts, never)).toThrow(
      expect.objectContaining({ code: "duplicate-granule", kind: "config" }),
    );
    expect(oneOfEach(parts, always).taken).toHaveLength(1);
  });

  test("a copy without its original stays, and of two the one with fewer marks", () => {
    const [first, second] = files(`processed_${ATL06}`, `processed_${ATL06.replace(".h5", " (1).h5")}`);
    expect(oneOfEach([second as { id: string }], never).taken).toEqual([second]);
    expect(oneOfEach([second as { id: string }, first as { id: string }], always).taken).toEqual([first]);
  });

  test("of unknown products only true copies are left out; other names in brackets are other granules", () => {
    const both = files("track (1).h5", "track.h5");
    expect(oneOfEach(both, never)).toEqual({ taken: both, left: [] });
    expect(oneOfEach(both, always).taken).toEqual(files("track.h5"));
    expect(pairsToCompare(files("a.h5", "b.h5", "a.nc"))).toEqual([]);
  });
});
