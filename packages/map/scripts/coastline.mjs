// Makes src/coastline-data.ts: Natural Earth's 1:50m coastline (public domain, through npm `world-atlas`),
// simplified and packed. Run it by hand after a change: node packages/map/scripts/coastline.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

/** How far a simplified line may lie from the true one, km: less than three cells of order 12. */
const TOLERANCE_KM = 4;
/** Rings whose extent is smaller are left out, km. */
const SMALLEST_KM = 25;
const EARTH_RADIUS_KM = 6371;
/** Stored resolution: steps per degree (0.01° is 1.1 km). */
const STEPS = 100;

const source = createRequire(import.meta.url).resolve("world-atlas/land-50m.json");
const topology = JSON.parse(readFileSync(source, "utf8"));

const lines = topology.arcs
  .map(decodeArc)
  .flatMap(withoutSeams)
  .filter((line) => extentKm(line) >= SMALLEST_KM)
  .map(simplified)
  .filter((line) => line.length > 1);
writeFileSync(
  new URL("../src/coastline-data.ts", import.meta.url),
  `// Made by scripts/coastline.mjs from Natural Earth 1:50m land (public domain). Do not edit.
// ${lines.length} lines, ${lines.flat().length} points. Each line: its number of points, then lon and lat, the
// first from 0 and the next as differences, in steps of 1/${STEPS} degree; zigzag varints, base64.
export const COASTLINE_STEPS = ${STEPS};
export const COASTLINE =
  "${Buffer.from(lines.flatMap(packed)).toString("base64")}";
`,
);

/** TopoJSON: quantised differences. */
function decodeArc(arc) {
  const { scale, translate } = topology.transform;
  let x = 0;
  let y = 0;
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

/** Polygons are cut at the antimeridian and Antarctica is closed along the pole: those edges are no coast. */
function withoutSeams(line) {
  const pieces = [[]];
  line.forEach((point, i) => {
    const previous = line[i - 1];
    if (previous && isSeam(previous, point)) pieces.push([]);
    pieces.at(-1).push(point);
  });
  return pieces.filter((piece) => piece.length > 1);
}

function isSeam([lonA, latA], [lonB, latB]) {
  return (
    (Math.abs(lonA) > 179.99 && Math.abs(lonB) > 179.99) ||
    (latA < -89.9 && latB < -89.9) ||
    (Math.abs(lonA) > 179.99 && latB < -89) ||
    (Math.abs(lonB) > 179.99 && latA < -89)
  );
}

function onSphere([lon, lat]) {
  const [l, p] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
  return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)].map((v) => v * EARTH_RADIUS_KM);
}

function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function extentKm(line) {
  const points = line.map(onSphere);
  return Math.max(...points.map((point) => distance(point, points[0])));
}

/** Douglas-Peucker in space, where a kilometre is a kilometre at every latitude. */
function simplified(line) {
  const points = line.map(onSphere);
  const keep = new Set([0, line.length - 1]);
  const stack = [[0, line.length - 1]];
  while (stack.length > 0) {
    const [first, last] = stack.pop();
    let worst = TOLERANCE_KM;
    let at = -1;
    for (let i = first + 1; i < last; i++) {
      const away = toSegment(points[i], points[first], points[last]);
      if (away > worst) [worst, at] = [away, i];
    }
    if (at < 0) continue;
    keep.add(at);
    stack.push([first, at], [at, last]);
  }
  return line.filter((_, i) => keep.has(i));
}

function toSegment(p, a, b) {
  const ab = b.map((v, i) => v - a[i]);
  const length2 = ab.reduce((sum, v) => sum + v * v, 0);
  const t =
    length2 === 0
      ? 0
      : Math.min(1, Math.max(0, ab.reduce((sum, v, i) => sum + v * (p[i] - a[i]), 0) / length2));
  return distance(
    p,
    a.map((v, i) => v + t * ab[i]),
  );
}

function packed(line) {
  const bytes = varint(line.length);
  let [x, y] = [0, 0];
  for (const [lon, lat] of line) {
    const [qx, qy] = [Math.round(lon * STEPS), Math.round(lat * STEPS)];
    bytes.push(...zigzag(qx - x), ...zigzag(qy - y));
    [x, y] = [qx, qy];
  }
  return bytes;
}

function zigzag(value) {
  return varint(value < 0 ? -2 * value - 1 : 2 * value);
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
