import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { utcTime, withZone } from "./utc-time.js";

const { TZ } = process.env;
afterEach(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

describe.each(["UTC", "America/Los_Angeles", "Asia/Kathmandu"])("in %s", (zone) => {
  test.each([
    ["2019-02-22T23:00:00.000000Z", "2019-02-22T23:00:00.000Z"],
    ["2019-02-22T23:00:00.000000", "2019-02-22T23:00:00.000Z"],
    ["2019-02-22 23:00:00", "2019-02-22T23:00:00.000Z"],
    ["2019-02-22_23:00", "2019-02-22T23:00:00.000Z"],
    ["2019-02-22 23:00:00 UTC", "2019-02-22T23:00:00.000Z"],
    ["2019-02-22T23:00:00.1239", "2019-02-22T23:00:00.123Z"],
    ["2019-02-22T23:00:00+05:45", "2019-02-22T17:15:00.000Z"],
    ["2019-02-22T23:00:00-0800", "2019-02-23T07:00:00.000Z"],
    ["2019-02-22 23:00:00 +01", "2019-02-22T22:00:00.000Z"],
    ["20190222T230000Z", "2019-02-22T23:00:00.000Z"],
    ["20190222230000", "2019-02-22T23:00:00.000Z"],
    ["2019-02-22", "2019-02-22T00:00:00.000Z"],
    ["2018-12-31T23:59:60Z", "2019-01-01T00:00:00.000Z"],
    ["2019-03-10T02:30:00", "2019-03-10T02:30:00.000Z"], // clocks of Los Angeles skip it
  ])("%s", (text, expected) => {
    process.env.TZ = zone;
    expect(new Date(utcTime(text)).toISOString()).toBe(expected);
    const zoned = withZone(text) as string;
    expect(new Date(utcTime(zoned)).toISOString()).toBe(expected);
    if (/(Z|UTC|[+-]\d\d.?\d\d)$/.test(text)) expect(zoned).toBe(text);
  });

  test("whatever Date itself writes", () => {
    process.env.TZ = zone;
    const instant = fc.date({
      min: new Date("1990-01-01"),
      max: new Date("2100-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, (date) => {
        const text = date.toISOString();
        expect(utcTime(text)).toBe(date.getTime());
        expect(utcTime(text.slice(0, -1))).toBe(date.getTime());
        expect(Date.parse(withZone(text.slice(0, -1)) as string)).toBe(date.getTime());
      }),
    );
  });
});

test.each([
  "",
  "yesterday",
  "2019-02-30",
  "2019-13-01",
  "2019-02-22T25:00",
  "99999999999999",
  "Feb 22 2019",
  "5",
])("%j is no time", (text) => {
  expect(utcTime(text)).toBeNaN();
  expect(withZone(text)).toBeUndefined();
});
