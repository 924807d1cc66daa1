/**
 * Colour maps as a few anchor colours, from low to high values. All rise or fall steadily in lightness, so that
 * they read in grey and for colour-blind eyes (`palette.test.ts` holds them to that).
 */
const ANCHORS = {
  viridis: [
    "#440154",
    "#472d7b",
    "#3b528b",
    "#2c728e",
    "#21918c",
    "#28ae80",
    "#5ec962",
    "#addc30",
    "#fde725",
  ],
  cividis: [
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#fee838",
  ],
  magma: ["#000004", "#1d1147", "#51127c", "#832681", "#b73779", "#e75263", "#fc8961", "#fec488", "#fcfdbf"],
  ice: ["#04061a", "#1b1f4b", "#2c3f86", "#3a68ab", "#4a92bd", "#6fb9c8", "#a5d8d8", "#eafdfd"],
  grey: ["#0c0c0c", "#f4f4f4"],
} as const;

export type PaletteName = keyof typeof ANCHORS;
export const PALETTE_NAMES = Object.keys(ANCHORS) as readonly PaletteName[];

/** Entries of a palette. */
export const PALETTE_SIZE = 256;

/** The 256 colours of a palette as r, g, b, r, g, b …; anchors are joined by straight lines in Oklab. */
export function palette(name: PaletteName): Uint8Array {
  const anchors = ANCHORS[name].map((hex) => oklabOf(rgbOf(hex)));
  const colours = new Uint8Array(3 * PALETTE_SIZE);
  for (let i = 0; i < PALETTE_SIZE; i++) {
    const at = (i / (PALETTE_SIZE - 1)) * (anchors.length - 1);
    const k = Math.min(Math.floor(at), anchors.length - 2);
    const [a, b] = [anchors[k] as Triple, anchors[k + 1] as Triple];
    const mix = (j: 0 | 1 | 2) => a[j] + (at - k) * (b[j] - a[j]);
    colours.set(rgbOfOklab([mix(0), mix(1), mix(2)]), 3 * i);
  }
  return colours;
}

export function isPaletteName(name: string): name is PaletteName {
  return Object.hasOwn(ANCHORS, name);
}

type Triple = readonly [number, number, number];

function rgbOf(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Oklab of an sRGB colour 0..255 (B. Ottosson, "A perceptual color space for image processing", 2020). */
export function oklabOf(rgb: Triple): Triple {
  const [r, g, b] = rgb.map((v) => (v <= 10.31475 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(
    0.4122214708 * (r as number) + 0.5363325363 * (g as number) + 0.0514459929 * (b as number),
  );
  const m = Math.cbrt(
    0.2119034982 * (r as number) + 0.6806995451 * (g as number) + 0.1073969566 * (b as number),
  );
  const s = Math.cbrt(
    0.0883024619 * (r as number) + 0.2817188376 * (g as number) + 0.6299787005 * (b as number),
  );
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function rgbOfOklab([lightness, a, b]: Triple): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => {
    const encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * Math.max(v, 0) ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, encoded)));
  });
}
