import { expect, test } from "vitest";
import { axisAttributes, gridMapping } from "./grid-mapping.js";

test.each([
  ["EPSG:3031", -90, -71, 0, "Antarctic Polar Stereographic"],
  ["EPSG:3413", 90, 70, -45, "NSIDC Sea Ice Polar Stereographic North"],
] as const)("%s by its parameters and as WKT", (crs, pole, parallel, meridian, name) => {
  const { crs_wkt: wkt, ...mapping } = gridMapping(crs);
  expect(mapping).toEqual({
    grid_mapping_name: "polar_stereographic",
    latitude_of_projection_origin: pole,
    standard_parallel: parallel,
    straight_vertical_longitude_from_pole: meridian,
    false_easting: 0,
    false_northing: 0,
    reference_ellipsoid_name: "WGS 84",
    semi_major_axis: 6378137,
    inverse_flattening: 298.257223563,
    longitude_of_prime_meridian: 0,
    spatial_ref: wkt,
  });
  expect(wkt).toMatch(new RegExp(`^PROJCS\\["WGS 84 / ${name}",GEOGCS\\[`));
  expect(wkt).toContain(
    `PARAMETER["latitude_of_origin",${parallel}],PARAMETER["central_meridian",${meridian}]`,
  );
  expect(wkt).toMatch(new RegExp(`AUTHORITY\\["EPSG","${crs.slice(5)}"\\]\\]$`));
  expect(axisAttributes(crs, "x")).toMatchObject({
    axis: "X",
    standard_name: "projection_x_coordinate",
    units: "m",
  });
  expect(axisAttributes(crs, "y")).toMatchObject({
    axis: "Y",
    standard_name: "projection_y_coordinate",
    units: "m",
  });
});

test("degrees", () => {
  const { crs_wkt: wkt, ...mapping } = gridMapping("EPSG:4326");
  expect(mapping).toMatchObject({ grid_mapping_name: "latitude_longitude", spatial_ref: wkt });
  expect(mapping).not.toHaveProperty("standard_parallel");
  expect(wkt).toMatch(/^GEOGCS\["WGS 84".*AUTHORITY\["EPSG","4326"\]\]$/);
  expect(axisAttributes("EPSG:4326", "x")).toEqual({
    axis: "X",
    standard_name: "longitude",
    units: "degrees_east",
  });
  expect(axisAttributes("EPSG:4326", "y")).toEqual({
    axis: "Y",
    standard_name: "latitude",
    units: "degrees_north",
  });
});
