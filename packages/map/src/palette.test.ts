import { describe, expect, test } from "vitest";
import { oklabOf, PALETTE_NAMES, PALETTE_SIZE, palette } from "./palette.js";

type Triple = [number, number, number];

/** Simulated dichromacy in linear RGB (Viénot, Brettel and Mollon, 1999); rows of each matrix. */
const DICHROMATS = {
  protanopia: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
  deuteranopia: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
} as const;

function colours(name: (typeof PALETTE_NAMES)[number]): Triple[] {
  const flat = palette(name);
  return Array.from({ length: PALETTE_SIZE }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)] as Triple);
}

function seenBy(matrix: readonly number[], rgb: Triple): Triple {
  const linear = rgb.map((v) => (v / 255) ** 2.2);
  return [0, 3, 6].map((row) => {
    const value = linear.reduce((sum, v, i) => sum + v * (matrix[row + i] as number), 0);
    return 255 * Math.min(1, Math.max(0, value)) ** (1 / 2.2);
  }) as Triple;
}

describe.each(PALETTE_NAMES)("%s", (name) => {
  const all = colours(name);

  test("rises steadily in lightness, over most of the range, so that it reads in grey", () => {
    const lightness = all.map((rgb) => oklabOf(rgb)[0]);
    for (let i = 8; i < lightness.length; i++) {
      expect(lightness[i] as number).toBeGreaterThan(lightness[i - 8] as number);
    }
    expect((lightness.at(-1) as number) - (lightness[0] as number)).toBeGreaterThan(0.6);
  });

  test.each(Object.entries(DICHROMATS))("eighths stay apart under %s", (_, matrix) => {
    const seen = all.filter((_, i) => i % 32 === 0).map((rgb) => oklabOf(seenBy(matrix, rgb)));
    for (let i = 0; i < seen.length; i++) {
      for (let j = i + 1; j < seen.length; j++) {
        const [a, b] = [seen[i] as Triple, seen[j] as Triple];
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.04);
      }
    }
  });
});

test("anchors are met exactly", () => {
  expect(colours("viridis")[0]).toEqual([0x44, 0x01, 0x54]);
  expect(colours("viridis").at(-1)).toEqual([0xfd, 0xe7, 0x25]);
});
