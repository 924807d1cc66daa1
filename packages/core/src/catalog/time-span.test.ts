import { expect, test } from "vitest";
import { timeSpan } from "./time-span.js";

const metadata = { grid: { parentOrder: 6, latitude: "authalic" } } as const;
const ICESAT2 = "ATL06_20240106022009_02582210_007_01.h5";

test("the granules' own times, in UTC", () => {
  const granules = [
    { id: "b.h5", start: "2024-01-07T00:00:00.000000Z", end: "2024-01-07T01:00:00+00:30" },
    { id: "a.h5", start: "2024-01-06T02:20:09" },
    { id: ICESAT2, end: "2024-01-06T02:30:00Z" },
  ];
  expect(timeSpan({ granules, metadata })).toEqual({
    start: "2024-01-06T02:20:09.000Z",
    end: "2024-01-07T00:30:00.000Z",
  });
});

test("else those in the names of ICESat-2's granules", () => {
  const time = "2024-01-06T02:20:09.000Z";
  expect(timeSpan({ granules: [{ id: ICESAT2 }], metadata })).toEqual({ start: time, end: time });
});

test("those in the names of other archives' granules", () => {
  const gedi = "GEDI02_A_2020366232012_O01959_01_T03909_02_003_01_V002.h5";
  const cryosat = "CS_LTA__SIR_LRMI2__20210101T000000_20210101T001500_E001.nc";
  expect(timeSpan({ granules: [{ id: gedi }, { id: cryosat }], metadata })).toEqual({
    start: "2020-12-31T23:20:12.000Z",
    end: "2021-01-01T00:15:00.000Z",
  });
  const noDay = gedi.replace("2020366", "2021366");
  expect(timeSpan({ granules: [{ id: noDay }], metadata })).toBeUndefined();
});

test("else the days of the search; else nothing is known", () => {
  const granules = [{ id: ICESAT2 }, { id: "track.h5" }, { id: "x_99999999999999_y.h5" }];
  const days = { ...metadata, startDate: "2024-01-06", endDate: "2024-04-06" };
  const span = { start: "2024-01-06T00:00:00.000Z", end: "2024-04-06T23:59:59.999Z" };
  expect(timeSpan({ granules, metadata: days })).toEqual(span);
  expect(timeSpan({ granules: [], metadata: days })).toEqual(span);
  expect(timeSpan({ granules, metadata })).toBeUndefined();
});
