import { expect, test } from "vitest";
import { coastline } from "./coastline.js";

test("the coastline is the world's, in degrees, without the seams of its polygons", () => {
  const lines = coastline();
  expect(lines.length).toBeGreaterThan(500);
  let southernmost = 90;
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const [lon, lat] = [line[i] as number, line[i + 1] as number];
      expect(Math.abs(lon)).toBeLessThanOrEqual(180);
      southernmost = Math.min(southernmost, lat);
      if (i === 0) continue;
      const onSeam = Math.abs(lon) === 180 && Math.abs(line[i - 2] as number) === 180;
      expect(onSeam && lat !== line[i - 1]).toBe(false);
    }
  }
  // The Ross ice shelf ends at about 85.6° S; the pole itself is no coast.
  expect(southernmost).toBeGreaterThan(-86);
  expect(southernmost).toBeLessThan(-83);
});

test("it passes close to where coasts are", () => {
  const near = (lon: number, lat: number) =>
    coastline().some((line) => {
      for (let i = 0; i < line.length; i += 2) {
        if (Math.hypot((line[i] as number) - lon, (line[i + 1] as number) - lat) < 0.5) return true;
      }
      return false;
    });
  expect(near(-43.9, 59.8)).toBe(true); // Cape Farewell
  expect(near(18.4, -34.3)).toBe(true); // Cape of Good Hope
  expect(near(0, 0)).toBe(false);
});
