/** The ellipsoid of WGS84 (NIMA TR8350.2): semi-major axis in metres, and 1/f. */
export const WGS84 = { semiMajorAxis: 6_378_137, inverseFlattening: 298.257223563 } as const;

/** First eccentricity squared of {@link WGS84}: f (2 − f). */
export const WGS84_E2 = (2 - 1 / WGS84.inverseFlattening) / WGS84.inverseFlattening;

/** Area of {@link WGS84}, m². */
const WGS84_AREA = 510_065_621_724_089;

/** Radius of the sphere whose area is that of {@link WGS84}, metres. */
export const AUTHALIC_RADIUS = Math.sqrt(WGS84_AREA / (4 * Math.PI));

/**
 * Area of a cell of an order, m²: authalic cells share the ellipsoid's equally.
 *
 * @example
 * cellArea(12) / 1e6; // 2.53 km²
 */
export function cellArea(order: number): number {
  return WGS84_AREA / (12 * 4 ** order);
}

/**
 * Side of the square that is as large as a cell of an order, metres.
 *
 * @example
 * cellSide(12); // 1591.7 m
 */
export function cellSide(order: number): number {
  return Math.sqrt(cellArea(order));
}
