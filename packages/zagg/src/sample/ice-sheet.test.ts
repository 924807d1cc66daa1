import fc from "fast-check";
import { expect, test } from "vitest";
import { iceHeight } from "./ice-sheet.js";

test("ice where Antarctica has it, at about its height", () => {
  const heights: readonly (readonly [string, number, number, number, number])[] = [
    ["South Pole", -90, 0, 2400, 3200],
    ["Dome A", -80.4, 77, 3700, 4200],
    ["Dome C", -75.1, 123, 2900, 3500],
    ["WAIS divide", -79.5, -112, 1500, 2200],
    ["Ross Ice Shelf", -80.5, -175, 30, 80],
    ["Ronne Ice Shelf", -78.2, -62, 30, 80],
  ];
  for (const [name, latitude, longitude, low, high] of heights) {
    const height = iceHeight({ latitude, longitude });
    expect(height, name).toBeGreaterThan(low);
    expect(height, name).toBeLessThan(high);
  }
});

test("no ice at sea", () => {
  for (const [latitude, longitude] of [
    [-59, -60],
    [-65, 0],
    [-70, -150],
    [-73, 180],
    [-70, -40],
    [80, 0],
  ] as const) {
    expect(iceHeight({ latitude, longitude }), `${latitude} ${longitude}`).toBeUndefined();
  }
});

test("every place has a finite height or none", () => {
  const place = fc.record({
    latitude: fc.double({ min: -90, max: -60, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(place, (at) => {
      const height = iceHeight(at);
      if (height === undefined) return;
      expect(height).toBeGreaterThan(0);
      expect(height).toBeLessThan(4500);
    }),
    { numRuns: 2000 },
  );
});
