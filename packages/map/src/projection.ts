import type { Crs, Projection } from "./crs.js";
import { polarStereographic } from "./polar-stereographic.js";

/** Longitude and latitude as they are; the same longitude may be written ±360. */
const plateCarree: Projection = {
  crs: "EPSG:4326",
  metric: false,
  forward: (lon, lat) => [lon, lat],
  inverse: (x, y) => (Math.abs(y) <= 90 ? [x, y] : [Number.NaN, Number.NaN]),
  forwardAll(lon, lat, x, y) {
    x.set(lon);
    y.set(lat);
  },
  inverseAll(x, y, lon, lat) {
    for (let i = 0; i < x.length; i++) {
      const inside = Math.abs(y[i] as number) <= 90;
      lon[i] = inside ? (x[i] as number) : Number.NaN;
      lat[i] = inside ? (y[i] as number) : Number.NaN;
    }
  },
};

const PROJECTIONS: Readonly<Record<Crs, Projection>> = {
  "EPSG:3031": polarStereographic("EPSG:3031", -71, 0),
  "EPSG:3413": polarStereographic("EPSG:3413", 70, -45),
  "EPSG:4326": plateCarree,
};

/** The projection of a coordinate reference system. */
export function projectionOf(crs: Crs): Projection {
  return PROJECTIONS[crs];
}
