/**
 * A small stroke font, ours: each glyph is strokes on a grid, points written as two base-36 digits (x, then y).
 * The baseline is y = 3, small letters reach 9, capitals 12, descenders 0. A stroke that starts with `~` is a smooth
 * curve that its inner points pull (a quadratic B-spline), one with `@` is such a curve closed.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: "033c63 1656",
  B: "030c 0c2c ~2c5c5828 2808 ~28686323 2303",
  C: "~6a6c0c036365",
  D: "030c 0c2c ~2c6c6323 2303",
  E: "5c0c0353 0848",
  F: "5c0c03 0848",
  G: "~6a6c0c036367 6737",
  H: "030c 636c 0868",
  I: "030c",
  J: "4c46 ~46430306",
  K: "030c 5c06 2853",
  L: "0c0353",
  M: "030c366c63",
  N: "030c636c",
  O: "@0c6c6303",
  P: "030c 0c3c ~3c6c6737 3707",
  Q: "@0c6c6303 3663",
  R: "030c 0c3c ~3c6c6737 3707 3763",
  S: "~6a6c0c0867630305",
  T: "0c6c 3c33",
  U: "0c06 ~06036366 666c",
  V: "0c336c",
  W: "0c234a638c",
  X: "036c 0c63",
  Y: "0c376c 3733",
  Z: "0c6c0363",
  a: "@09595303 5953",
  b: "0c03 @09595303",
  c: "~585909035354",
  d: "5c53 @09595303",
  e: "0656 ~565909035354",
  f: "131a ~1a1c3c 0939",
  g: "@09595303 5952 ~52500001",
  h: "0c03 ~06095956 5653",
  i: "0903 0b0c",
  j: "2922 ~222000 2b2c",
  k: "0c03 4905 1643",
  l: "0c03",
  m: "0903 ~06094946 4643 ~46498986 8683",
  n: "0903 ~06095956 5653",
  o: "@09595303",
  p: "0900 @09595303",
  q: "5950 @09595303",
  r: "0903 ~060939",
  s: "~4849090646430304",
  t: "1c15 ~151333 0939",
  u: "0906 ~06035356 5953",
  v: "092349",
  w: "0923486389",
  x: "0349 0943",
  y: "0923 4910",
  z: "09490343",
  "0": "@0c5c5303",
  "1": "1a3c33",
  "2": "~0a0c5c5803 0353",
  "3": "~0a0c5c5828 ~2858530305",
  "4": "434c0656",
  "5": "5c0c08 ~0859530305",
  "6": "~4c0c06 @08585303",
  "7": "0c5c13",
  "8": "@0c5c5808 @08585303",
  "9": "@0c5c5707 ~595313",
  ".": "0304",
  ",": "1402",
  ":": "0304 0809",
  ";": "1402 1819",
  "-": "0747",
  "−": "0747",
  "–": "0757",
  "+": "0747 2529",
  "±": "0848 262a 0444",
  "=": "0646 0949",
  "<": "4a0744",
  ">": "0a4704",
  "/": "024c",
  "|": "010d",
  _: "0262",
  "(": "~2d0a0421",
  ")": "~0d2a2401",
  "[": "2d0d0121",
  "]": "0d2d2101",
  "%": "036c @0c2c2a0a @45656343",
  "°": "@0c2c2a0a",
  "²": "~0b0d2d2b08 0828",
  "·": "0708",
  "×": "0549 0945",
  "*": "2a24 0945 0549",
  "'": "0a0c",
  '"': "0a0c 2a2c",
  "!": "0304 060c",
  "?": "~0a0c5c5826 2324",
  σ: "@09494303 2969",
  µ: "0900 ~06035356 5953",
  "→": "0767 396735",
};

/** Drawn for a character that the font does not have. */
const UNKNOWN = "03530c5c0c03";
const BASELINE = 3;
const CAP_HEIGHT = 9;
const GAP = 2.2;
const SPACE = 4;
/** Digits take the width of their grid, so that columns of ticks line up. */
const DIGIT_WIDTH = 5;
/** Straight pieces of one bend. */
const BEND_PIECES = 6;

/** A line in pixels: x, y, x, y … */
export type Polyline = readonly number[];

/** The strokes of `text` with capitals `size` pixels high, from `x` on, its baseline at `y` (down is positive). */
export function textStrokes(text: string, x: number, y: number, size: number): Polyline[] {
  const scale = size / CAP_HEIGHT;
  const lines: Polyline[] = [];
  let pen = x;
  for (const character of plain(text)) {
    const glyph = glyphOf(character);
    for (const stroke of glyph.strokes) {
      lines.push(stroke.map((v, i) => (i % 2 === 0 ? pen + v * scale : y - (v - BASELINE) * scale)));
    }
    pen += (glyph.width + GAP) * scale;
  }
  return lines;
}

/** Width of `text` in pixels. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of plain(text)) width += glyphOf(character).width + GAP;
  return (Math.max(0, width - GAP) * size) / CAP_HEIGHT;
}

/** Accents are dropped: é is drawn as e. */
function plain(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

interface Glyph {
  readonly strokes: readonly Polyline[];
  readonly width: number;
}

const known = new Map<string, Glyph>();

function glyphOf(character: string): Glyph {
  const glyph = known.get(character) ?? parse(character);
  known.set(character, glyph);
  return glyph;
}

function parse(character: string): Glyph {
  if (character.trim() === "") return { strokes: [], width: SPACE - GAP };
  const strokes = (GLYPHS[character] ?? UNKNOWN).split(" ").map((stroke) => {
    const kind = stroke[0];
    const digits = kind === "~" || kind === "@" ? stroke.slice(1) : stroke;
    const points = Array.from(digits, (digit) => Number.parseInt(digit, 36));
    return kind === "~" ? bend(points) : kind === "@" ? bend(closed(points)) : points;
  });
  const widest = Math.max(...strokes.flatMap((stroke) => stroke.filter((_, i) => i % 2 === 0)));
  return { strokes, width: /\d/.test(character) ? DIGIT_WIDTH : widest };
}

/** A closed curve as an open one that starts and ends halfway between its last and first point. */
function closed(points: readonly number[]): number[] {
  const [x0, y0, x1, y1] = [...points.slice(0, 2), ...points.slice(-2)] as [number, number, number, number];
  const middle = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [...middle, ...points, ...middle];
}

/** Quadratic B-spline through the first and last point, bending towards those between. */
function bend(points: readonly number[]): number[] {
  const last = points.length / 2 - 1;
  const at = (i: number): [number, number] => [points[2 * i] as number, points[2 * i + 1] as number];
  const line: number[] = [...at(0)];
  let [fromX, fromY] = at(0);
  for (let i = 1; i < last; i++) {
    const [cx, cy] = at(i);
    const [nx, ny] = at(i + 1);
    const [toX, toY] = i === last - 1 ? [nx, ny] : [(cx + nx) / 2, (cy + ny) / 2];
    for (let k = 1; k <= BEND_PIECES; k++) {
      const t = k / BEND_PIECES;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
      line.push(a * fromX + b * cx + c * toX, a * fromY + b * cy + c * toY);
    }
    [fromX, fromY] = [toX, toY];
  }
  return line;
}
