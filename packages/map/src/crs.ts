/** The coordinate reference systems that maps are drawn in. */
export type Crs = "EPSG:3031" | "EPSG:3413" | "EPSG:4326";

export const CRS_NAMES: Readonly<Record<Crs, string>> = {
  "EPSG:3031": "Antarctic polar stereographic",
  "EPSG:3413": "Arctic polar stereographic",
  "EPSG:4326": "plate carrée",
};

/**
 * A map projection. Longitudes and latitudes are geodetic WGS84 degrees; `x` and `y` are metres, or degrees for
 * EPSG:4326. The batch forms exist because single calls allocate a pair each.
 */
export interface Projection {
  readonly crs: Crs;
  /** Whether `x` and `y` are metres. */
  readonly metric: boolean;
  /** Polar stereographic only: metres from the pole at which the conformal colatitude is 90°. */
  readonly polarScale?: number;
  forward(lon: number, lat: number): readonly [x: number, y: number];
  inverse(x: number, y: number): readonly [lon: number, lat: number];
  /** One longitude and latitude into x and y at index `i`, for every i of `lon`. */
  forwardAll(lon: Float64Array, lat: Float64Array, x: Float64Array, y: Float64Array): void;
  /** The inverse of `forwardAll`; points outside the map give NaN. */
  inverseAll(x: Float64Array, y: Float64Array, lon: Float64Array, lat: Float64Array): void;
}
