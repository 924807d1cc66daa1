import type { CmrItem } from "./cmr-server.js";
import { seededRandom } from "./faults.js";

/** A made-up granule along a true ICESat-2 ground track. */
export interface TrackGranule {
  readonly id: string;
  /** Left and right rim of the footprint, from its start to its end: [lon, lat] in degrees, as many each. */
  readonly left: readonly (readonly [number, number])[];
  readonly right: readonly (readonly [number, number])[];
}

const INCLINATION = 92;
/** Reference tracks of a repeat cycle, which take 91 days. */
const TRACKS = 1387;
/** Degrees that the track's node moves west in a revolution. */
const NODE_STEP = (360 * 91) / TRACKS;
/** Half the width of a footprint, degrees: 6 km; the outer beams lie at 3.3 km. */
const HALF_WIDTH = 6 / 111.19;
/** Corners of each rim, as CMR's footprints have. */
const CORNERS = 22;
/** Argument of latitude, degrees, at which a granule of the southern regions begins and ends: the latitudes −50, −79. */
const SEGMENTS = [
  ["10", 180 + 50.04, 180 + 79.16],
  ["11", 180 + 79.16, 360 - 79.16],
  ["12", 360 - 79.16, 360 - 50.04],
] as const;
const DEGREE = Math.PI / 180;

/** The granules of one cycle over the south, `count` of the 4,161, in a seeded order. */
export function trackGranules(count: number, cycle = 22, seed = 1): TrackGranule[] {
  const random = seededRandom(seed);
  const all = Array.from({ length: TRACKS }, (_, track) =>
    SEGMENTS.map(([segment, from, to]): TrackGranule => {
      const number = `${String(track + 1).padStart(4, "0")}${String(cycle).padStart(2, "0")}${segment}`;
      const second = String(track % 86400).padStart(6, "0");
      return { id: `ATL06_20240107${second}_${number}_007_01.h5`, ...rims(track, from, to) };
    }),
  ).flat();
  return all
    .map((granule) => ({ granule, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ granule }) => granule);
}

/** Bucket and key in NSIDC's cloud of the granule with that name. */
export function archivePath(id: string): readonly [bucket: string, key: string] {
  return ["nsidc-cumulus-prod-protected", `ATLAS/ATL06/007/2024/01/07/${id}`];
}

/** The granule as CMR returns it, in NSIDC's cloud. */
export function trackItem({ id, left, right }: TrackGranule, index: number): CmrItem {
  const ring = [...left, ...[...right].reverse(), left[0] as readonly [number, number]];
  const path = archivePath(id).join("/");
  return {
    meta: {
      "concept-type": "granule",
      "concept-id": `G${2_900_000_000 + index}-NSIDC_CPRD`,
      "provider-id": "NSIDC_CPRD",
      "revision-date": "2024-06-01T00:00:00.000Z",
    },
    umm: {
      GranuleUR: id,
      SpatialExtent: {
        HorizontalSpatialDomain: {
          Geometry: {
            GPolygons: [
              { Boundary: { Points: ring.map(([Longitude, Latitude]) => ({ Longitude, Latitude })) } },
            ],
          },
        },
      },
      TemporalExtent: {
        RangeDateTime: {
          BeginningDateTime: "2024-01-07T00:11:22.000Z",
          EndingDateTime: "2024-01-07T00:19:45.000Z",
        },
      },
      DataGranule: {
        Identifiers: [{ Identifier: id, IdentifierType: "ProducerGranuleId" }],
        ArchiveAndDistributionInformation: [{ Name: id, SizeInBytes: 40_000_000 + index }],
      },
      RelatedUrls: [
        {
          URL: `https://data.nsidc.earthdatacloud.nasa.gov/${path}`,
          Type: "GET DATA",
          MimeType: "application/x-hdfeos",
        },
        { URL: `s3://${path}`, Type: "GET DATA VIA DIRECT ACCESS", MimeType: "application/x-hdfeos" },
      ],
    },
  };
}

function rims(track: number, from: number, to: number): Pick<TrackGranule, "left" | "right"> {
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  for (let k = 0; k < CORNERS; k++) {
    const u = from + ((to - from) * k) / (CORNERS - 1);
    const at = groundPoint(track, u);
    const ahead = groundPoint(track, u + 0.01);
    left.push(beside(at, ahead, -HALF_WIDTH));
    right.push(beside(at, ahead, HALF_WIDTH));
  }
  return { left, right };
}

/** Circular orbit over the turning Earth. */
function groundPoint(track: number, u: number): [lon: number, lat: number] {
  const [cos, sin] = [Math.cos(u * DEGREE), Math.sin(u * DEGREE)];
  const lat = Math.asin(Math.sin(INCLINATION * DEGREE) * sin) / DEGREE;
  const along = Math.atan2(Math.cos(INCLINATION * DEGREE) * sin, cos) / DEGREE;
  return [wrap(along - NODE_STEP * (track + u / 360)), lat];
}

/** The point `degrees` to the right of the way from one point to the next. */
function beside(
  at: readonly [number, number],
  ahead: readonly [number, number],
  degrees: number,
): [number, number] {
  const [a, b] = [vector(at), vector(ahead)];
  const normal = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]] as const;
  const length = Math.hypot(...normal);
  const [c, s] = [Math.cos(degrees * DEGREE), -Math.sin(degrees * DEGREE) / length];
  const [x, y, z] = [c * a[0] + s * normal[0], c * a[1] + s * normal[1], c * a[2] + s * normal[2]];
  return [Math.atan2(y, x) / DEGREE, Math.atan2(z, Math.hypot(x, y)) / DEGREE];
}

function vector([lon, lat]: readonly [number, number]): [number, number, number] {
  const r = Math.cos(lat * DEGREE);
  return [r * Math.cos(lon * DEGREE), r * Math.sin(lon * DEGREE), Math.sin(lat * DEGREE)];
}

function wrap(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
