import { expect, test } from "vitest";
import { textStrokes, textWidth } from "./font.js";

const PRINTED =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-−–+±=<>/|_()[]%°²·×*'\"!?σµ→";

test("every glyph stays within its line: between descender and ascender", () => {
  for (const character of PRINTED) {
    const ys = textStrokes(character, 0, 0, 9).flatMap((line) => line.filter((_, i) => i % 2 === 1));
    expect(ys.length, character).toBeGreaterThan(1);
    expect(Math.min(...ys), character).toBeGreaterThanOrEqual(-10);
    expect(Math.max(...ys), character).toBeLessThanOrEqual(3);
  }
});

test("no two glyphs look the same", () => {
  const drawings = [...PRINTED.replace("−", "")].map((character) =>
    JSON.stringify(textStrokes(character, 0, 0, 9)),
  );
  expect(new Set(drawings).size).toBe(drawings.length);
});

test("text is as wide as it says, grows with its size, and accents are dropped", () => {
  const xs = textStrokes("h_mean [m]", 5, 0, 12).flatMap((line) => line.filter((_, i) => i % 2 === 0));
  expect(Math.max(...xs)).toBeCloseTo(5 + textWidth("h_mean [m]", 12), 0);
  expect(textWidth("abc", 24)).toBeCloseTo(2 * textWidth("abc", 12), 10);
  expect(textStrokes("é", 0, 0, 9)).toEqual(textStrokes("e", 0, 0, 9));
});

test("unknown and control characters are drawn as a box or a space, never fail", () => {
  expect(textStrokes("漢", 0, 0, 9)).toHaveLength(1);
  expect(textStrokes("\u0000\n", 0, 0, 9)).toEqual([]);
});
