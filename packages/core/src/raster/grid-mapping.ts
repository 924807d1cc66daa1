import { WGS84 } from "@zagg/healpix";
import { CRS_NAMES, type Crs } from "@zagg/map";
import type { Attributes } from "../terms/index.js";

/** Parameters of the two polar grids (EPSG registry). */
const POLAR = {
  "EPSG:3031": { pole: -90, parallel: -71, meridian: 0, name: "WGS 84 / Antarctic Polar Stereographic" },
  "EPSG:3413": {
    pole: 90,
    parallel: 70,
    meridian: -45,
    name: "WGS 84 / NSIDC Sea Ice Polar Stereographic North",
  },
} as const;

const ELLIPSOID: Attributes = {
  reference_ellipsoid_name: "WGS 84",
  semi_major_axis: WGS84.semiMajorAxis,
  inverse_flattening: WGS84.inverseFlattening,
  longitude_of_prime_meridian: 0,
};

/** Attributes of a CF grid mapping variable (CF 1.11, appendix F), with the WKT that rioxarray and GDAL read. */
export function gridMapping(crs: Crs): Attributes {
  const wkt = wktOf(crs);
  const both = { ...ELLIPSOID, crs_wkt: wkt, spatial_ref: wkt };
  if (crs === "EPSG:4326") return { grid_mapping_name: "latitude_longitude", ...both };
  const { pole, parallel, meridian } = POLAR[crs];
  return {
    grid_mapping_name: "polar_stereographic",
    latitude_of_projection_origin: pole,
    standard_parallel: parallel,
    straight_vertical_longitude_from_pole: meridian,
    false_easting: 0,
    false_northing: 0,
    ...both,
  };
}

/** Attributes of the coordinates x and y. */
export function axisAttributes(crs: Crs, axis: "x" | "y"): Attributes {
  const common = { axis: axis.toUpperCase() };
  if (crs === "EPSG:4326") {
    return axis === "x"
      ? { ...common, standard_name: "longitude", units: "degrees_east" }
      : { ...common, standard_name: "latitude", units: "degrees_north" };
  }
  return {
    ...common,
    standard_name: `projection_${axis}_coordinate`,
    long_name: `${axis} of ${CRS_NAMES[crs]}`,
    units: "m",
  };
}

/** WKT 1 as GDAL writes it, which every reader takes; WKT 2 still trips some. */
function wktOf(crs: Crs): string {
  const geographic =
    `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",${WGS84.semiMajorAxis},${WGS84.inverseFlattening},` +
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],' +
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]';
  if (crs === "EPSG:4326") return geographic;
  const { parallel, meridian, name } = POLAR[crs];
  return (
    `PROJCS["${name}",${geographic},PROJECTION["Polar_Stereographic"],` +
    `PARAMETER["latitude_of_origin",${parallel}],PARAMETER["central_meridian",${meridian}],` +
    'PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],' +
    `AUTHORITY["EPSG","${crs.slice("EPSG:".length)}"]]`
  );
}
