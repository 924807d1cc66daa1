import { authalicLatitude } from "@zagg/healpix";
import { type CellLayout, projectionOf } from "@zagg/map";
import type { ViewName } from "../state.js";
import { crsOf } from "./camera.js";

const DEG = Math.PI / 180;

/** Coefficients of a fit; the error is then below 1e-9, far below the shader's own arithmetic. */
export const FIT_TERMS = 6;

/**
 * How a view's latitude becomes that of the cells, for the shader. With h = sin²(half the colatitude) of the view's own
 * latitude (conformal on a polar map, geodetic on the globe), from the nearer pole, and g the same of the cells'
 * latitude: g = h · (c₀ + c₁h + …), h in 0..½. Both are near h, so the polynomial is nearly constant.
 */
export function latitudeFit(view: ViewName, latitude: CellLayout["latitude"]): Float64Array {
  const halfSquared = (lat: number) => Math.sin(((90 - lat) / 2) * DEG) ** 2;
  const target = (geodetic: number) =>
    halfSquared(latitude === "authalic" ? authalicLatitude(geodetic) : geodetic);
  return interpolate((h) => {
    const geodetic = view === "globe" ? 90 - (2 * Math.asin(Math.sqrt(h))) / DEG : geodeticAt(view, h);
    return target(geodetic) / h;
  });
}

/** Geodetic latitude (positive towards the map's pole) where sin²(half the conformal colatitude) is h. */
function geodeticAt(view: "south" | "north", h: number): number {
  const projection = projectionOf(crsOf(view));
  const radius = (projection.polarScale as number) * Math.sqrt(h / (1 - h));
  return Math.abs(projection.inverse(0, radius)[1]);
}

/** The polynomial through `value` at Chebyshev's points of 0..½, by divided differences. */
function interpolate(value: (h: number) => number): Float64Array {
  const nodes = Array.from(
    { length: FIT_TERMS },
    (_, i) => 0.25 + 0.25 * Math.cos(((i + 0.5) * Math.PI) / FIT_TERMS),
  );
  const differences = nodes.map(value);
  for (let level = 1; level < FIT_TERMS; level++) {
    for (let i = FIT_TERMS - 1; i >= level; i--) {
      const span = (nodes[i] as number) - (nodes[i - level] as number);
      differences[i] = ((differences[i] as number) - (differences[i - 1] as number)) / span;
    }
  }
  // Newton's form, multiplied out.
  const coefficients = new Float64Array(FIT_TERMS);
  for (let i = FIT_TERMS - 1; i >= 0; i--) {
    for (let k = FIT_TERMS - 1; k >= 0; k--) {
      const below = k === 0 ? 0 : (coefficients[k - 1] as number);
      coefficients[k] = below - (nodes[i] as number) * (coefficients[k] as number);
    }
    coefficients[0] = (coefficients[0] as number) + (differences[i] as number);
  }
  return coefficients;
}
