import { WGS84_E2 } from "./ellipsoid.js";
import { compose, evaluate, invert, multiply, type OddSeries, squareRoot, TERMS } from "./series.js";

/**
 * How a geodetic (WGS84) latitude becomes a latitude of the sphere on which the cells are drawn.
 * - `authalic`: by the authalic latitude, which keeps areas; cells are truly equal-area on the ellipsoid.
 * - `geodetic`: taken as it is, as zagg 0.1.0 did; cells differ in area by up to 0.9 %.
 */
export type Latitude = "authalic" | "geodetic";

const DEGREE = Math.PI / 180;

/** Where the equatorial belt of HEALPix ends and its polar caps begin: sin(latitude) = 2/3 (Górski 2005). */
const BELT_SINE = 2 / 3;

/**
 * One convention as odd power series, so that both run through the same kernels. x is the geodetic latitude and h half
 * the geodetic colatitude, in radians; β the latitude on the sphere.
 */
export interface LatitudeSeries {
  /** sin β of x, for |β| in the belt. */
  readonly belt: OddSeries;
  /** √(3 (1 − sin |β|)) of h, in the caps: HEALPix's distance from the pole, without the cancellation of 1 − sin β. */
  readonly cap: OddSeries;
  /** sin x of sin β. */
  readonly beltInverse: OddSeries;
  /** sin h of sin(half the colatitude on the sphere). */
  readonly capInverse: OddSeries;
  /** |x| in radians at which sin |β| = 2/3. */
  readonly edge: number;
}

const SINE: OddSeries = Array.from({ length: TERMS }).reduce<number[]>((coefficients, _, k) => {
  coefficients.push(k === 0 ? 1 : -(coefficients[k - 1] ?? 0) / (2 * k * (2 * k + 1)));
  return coefficients;
}, []);

/**
 * sin β = q(φ) / q(90°) with q of Snyder (1987), eq. 3-12, expanded in s = sin φ:
 * q ∝ Σ (2k + 2)/(2k + 1) e^2k s^(2k+1). The factor drops out with the division by the sum at s = 1.
 */
function authalicSine(): number[] {
  const terms = Array.from({ length: TERMS }, (_, k) => ((2 * k + 2) / (2 * k + 1)) * WGS84_E2 ** k);
  const sum = terms.reduceRight((total, term) => total + term, 0);
  return terms.map((term) => term / sum);
}

/**
 * The same near the pole: with u = sin² h, sin φ = 1 − 2u, and (1 − sin β)/2 = u · P(u), a polynomial without
 * cancellation; so sin(half colatitude of β) = sin h · √P(sin² h).
 */
function authalicHalfSine(sine: OddSeries): number[] {
  const p = new Array<number>(TERMS).fill(0);
  let power: number[] = [1, -2]; // (1 − 2u)^(2k+1), one term longer than a series
  const step = [1, -4, 4];
  for (const a of sine) {
    for (let i = 0; i < TERMS; i++) p[i] = (p[i] ?? 0) - (a * (power[i + 1] ?? 0)) / 2;
    const next = new Array<number>(TERMS + 1).fill(0);
    for (let i = 0; i <= TERMS; i++) {
      for (let j = 0; j <= 2 && j <= i; j++) next[i] = (next[i] ?? 0) + (step[j] ?? 0) * (power[i - j] ?? 0);
    }
    power = next;
  }
  return squareRoot(p);
}

function latitudeSeries(sine: OddSeries, halfSine: OddSeries): LatitudeSeries {
  const beltInverse = invert(sine);
  return {
    belt: compose(sine, SINE),
    cap: multiply([Math.sqrt(6)], compose(halfSine, SINE)),
    beltInverse,
    capInverse: invert(halfSine),
    edge: Math.asin(evaluate(beltInverse, BELT_SINE)),
  };
}

const AUTHALIC_SINE = authalicSine();

/** Both conventions, derived from the eccentricity once. */
export const LATITUDES: Readonly<Record<Latitude, LatitudeSeries>> = {
  authalic: latitudeSeries(AUTHALIC_SINE, authalicHalfSine(AUTHALIC_SINE)),
  geodetic: latitudeSeries([1], [1]),
};

/** Authalic latitude of a geodetic WGS84 latitude, both in degrees; right to about 1e-15 rad. */
export function authalicLatitude(geodetic: number): number {
  const { belt, cap, edge } = LATITUDES.authalic;
  const size = Math.abs(geodetic);
  if (!(size <= 90)) return Number.NaN;
  if (size * DEGREE <= edge) return Math.asin(evaluate(belt, geodetic * DEGREE)) / DEGREE;
  const half = Math.asin(evaluate(cap, ((90 - size) / 2) * DEGREE) / Math.sqrt(6));
  return Math.sign(geodetic) * (90 - (2 * half) / DEGREE);
}

/** Geodetic WGS84 latitude of an authalic latitude, both in degrees; right to about 1e-15 rad. */
export function geodeticLatitude(authalic: number): number {
  const { beltInverse, capInverse } = LATITUDES.authalic;
  const size = Math.abs(authalic);
  if (!(size <= 90)) return Number.NaN;
  const sine = Math.sin(authalic * DEGREE);
  if (Math.abs(sine) <= BELT_SINE) return Math.asin(evaluate(beltInverse, sine)) / DEGREE;
  const half = Math.asin(evaluate(capInverse, Math.sin(((90 - size) / 2) * DEGREE)));
  return Math.sign(authalic) * (90 - (2 * half) / DEGREE);
}
