"""Opens a raster store with xarray and compares its `h_mean` with pixels that GDAL wrote as "x y value" lines.

usage: raster_zarr.py RASTER.zarr PIXELS.xyz

Any warning is an error. Prints the number of pixels with data.
"""

import sys
import warnings

import numpy as np
import xarray as xr

warnings.simplefilter("error")
ds = xr.open_zarr(sys.argv[1], zarr_format=3, consolidated=True)
xr.testing.assert_identical(ds, xr.open_zarr(sys.argv[1], zarr_format=3, consolidated=False))

assert ds["x"].attrs["standard_name"] == "projection_x_coordinate" and ds["x"].attrs["units"] == "m"
assert ds["y"].attrs["standard_name"] == "projection_y_coordinate" and ds["y"].attrs["units"] == "m"
assert ds["h_mean"].dims == ("y", "x")
mapping = ds[ds["h_mean"].encoding.get("grid_mapping") or ds["h_mean"].attrs["grid_mapping"]]
assert mapping.attrs["grid_mapping_name"] == "polar_stereographic"
assert mapping.attrs["standard_parallel"] == -71 and mapping.attrs["crs_wkt"].startswith("PROJCS[")

pixels = np.loadtxt(sys.argv[2])
values = ds["h_mean"].sel(x=xr.DataArray(pixels[:, 0]), y=xr.DataArray(pixels[:, 1])).values
np.testing.assert_array_equal(values, pixels[:, 2].astype(np.float32))
assert np.isfinite(values).any()
assert np.isfinite(ds["h_mean"].values).sum() == np.isfinite(values).sum()
print(int(np.isfinite(values).sum()))
