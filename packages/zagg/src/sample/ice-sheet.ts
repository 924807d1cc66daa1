import type { Place } from "./orbit.js";

/**
 * A made-up Antarctica: an outline drawn by hand to within a hundred kilometres, an ice surface after the profile
 * of a plastic ice sheet (Vialov 1958) raised to domes where the real ones are, flat shelves, and waves of
 * 15 to 300 km so that neighbouring cells differ. Not for science.
 */

/** Edge of the ice: [longitude, latitude], degrees, eastwards. */
// biome-ignore format: a table of pairs, which one to a line would stretch over the page
const EDGE: readonly (readonly [number, number])[] = [
  [-180, -78.3], [-170, -78.4], [-160, -78], [-154, -77], [-148, -76.3], [-140, -75.4], [-130, -74.4],
  [-120, -74], [-112, -74.4], [-104, -74.8], [-101, -72.4], [-94, -72.6], [-86, -73.2], [-78, -72.8],
  [-72, -72], [-66, -72.4], [-61, -74.6], [-55, -76.3], [-48, -77.8], [-38, -77.9], [-32, -76.8], [-26, -75.3],
  [-20, -73.6], [-14, -72.2], [-8, -70.9], [0, -70], [10, -70.1], [20, -70], [32, -69.2], [40, -69.4],
  [48, -67.4], [54, -66.3], [62, -67.4], [70, -68.7], [76, -69.2], [82, -67.6], [90, -66.5], [100, -65.8],
  [110, -66.2], [120, -66.7], [130, -66.1], [140, -66.6], [148, -68.2], [156, -69.3], [163, -70.4], [169, -71.8],
  [171.5, -77.3], [180, -78.3],
];

/** Antarctic Peninsula: its spine, [longitude, latitude], and half width in km. */
const PENINSULA: readonly (readonly [number, number])[] = [
  [-68, -74],
  [-66, -70],
  [-64.5, -67],
  [-58, -63.6],
];
const PENINSULA_HALF_WIDTH = 110;

/** Floating shelves: [longitude, latitude, radius in km]. */
const SHELVES: readonly (readonly [number, number, number])[] = [
  [-176, -80.8, 400],
  [-62, -78.2, 310],
  [-43, -79.6, 190],
  [70.5, -70.6, 130],
];

/** Domes: [longitude, latitude, height in m above the common 1,900 m, radius in km]. */
const DOMES: readonly (readonly [number, number, number, number])[] = [
  [77, -80.4, 2100, 1050],
  [39, -77.3, 700, 480],
  [123, -75.1, 750, 600],
];
const COMMON_HEIGHT = 1900;
/** Distance from the margin at which the ice has its full height, km. */
const PROFILE_KM = 900;
const SHELF_HEIGHT = 55;
const KM_PER_DEGREE = 111.2;

/** Waves on the surface: wavelength km, direction rad, amplitude m. */
const WAVES = [
  [290, 0.4, 45],
  [170, 2.1, 30],
  [95, 1.2, 16],
  [41, 2.8, 7],
  [15, 0.1, 2],
] as const;

const EDGE_XY = EDGE.map(([lon, lat]) => ({ lon, radius: (90 + lat) * KM_PER_DEGREE }));
const PENINSULA_XY = PENINSULA.map(([longitude, latitude]) => plane({ longitude, latitude }));
const SHELVES_XY = SHELVES.map(([longitude, latitude, radius]) => ({
  ...plane({ longitude, latitude }),
  radius,
}));
const DOMES_XY = DOMES.map(([longitude, latitude, height, radius]) => ({
  ...plane({ longitude, latitude }),
  height,
  radius,
}));

/** Height of the ice surface above the ellipsoid, metres, or undefined off the ice. */
export function iceHeight(place: Place): number | undefined {
  if (place.latitude > -60) return undefined;
  const { x, y } = plane(place);
  const inland = Math.max(edgeDistance(place.longitude, Math.hypot(x, y)), peninsulaDistance(x, y));
  if (inland < 0) return undefined;
  const grounded = SHELVES_XY.reduce(
    (least, shelf) => Math.min(least, Math.hypot(x - shelf.x, y - shelf.y) - shelf.radius),
    inland,
  );
  if (grounded <= 0) return SHELF_HEIGHT + waves(x, y) * 0.05;
  const dome = DOMES_XY.reduce(
    (sum, d) => sum + d.height * Math.exp(-((x - d.x) ** 2 + (y - d.y) ** 2) / d.radius ** 2),
    COMMON_HEIGHT,
  );
  return SHELF_HEIGHT + rise(grounded / PROFILE_KM) * (dome + waves(x, y));
}

/**
 * Vialov's profile, (1 - (1 - d)^(4/3))^(3/8), by roots: what `**` gives in its last bit differs between versions of
 * Node, and a sample is the same on all.
 */
function rise(distance: number): number {
  const left = 1 - Math.min(1, distance);
  const square = 1 - left * Math.cbrt(left);
  return Math.sqrt(Math.sqrt(Math.sqrt(square * square * square)));
}

/** Polar azimuthal equidistant plane, km. */
function plane({ latitude, longitude }: Place): { readonly x: number; readonly y: number } {
  const radius = (90 + latitude) * KM_PER_DEGREE;
  const angle = (longitude * Math.PI) / 180;
  return { x: radius * Math.sin(angle), y: radius * Math.cos(angle) };
}

/** How far inside the outline, km along the meridian; negative outside. */
function edgeDistance(longitude: number, radius: number): number {
  let next = 1;
  while ((EDGE_XY[next]?.lon ?? 180) < longitude) next++;
  const a = EDGE_XY[next - 1] as { lon: number; radius: number };
  const b = EDGE_XY[next] as { lon: number; radius: number };
  const t = (longitude - a.lon) / (b.lon - a.lon);
  return a.radius + t * (b.radius - a.radius) - radius;
}

function peninsulaDistance(x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < PENINSULA_XY.length; i++) {
    const a = PENINSULA_XY[i - 1] as { x: number; y: number };
    const b = PENINSULA_XY[i] as { x: number; y: number };
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, Math.hypot(x - a.x - t * dx, y - a.y - t * dy));
  }
  return PENINSULA_HALF_WIDTH - nearest;
}

function waves(x: number, y: number): number {
  let sum = 0;
  for (const [length, direction, amplitude] of WAVES) {
    const along = x * Math.cos(direction) + y * Math.sin(direction);
    sum += amplitude * Math.sin((2 * Math.PI * along) / length);
  }
  return sum;
}
