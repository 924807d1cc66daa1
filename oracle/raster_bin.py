"""Bins a product onto a polar stereographic grid in numpy, and compares a GeoTIFF read by GDAL with the result.

usage: raster_bin.py STORE SPACING XYZ_FOLDER

XYZ_FOLDER holds, for each band, NAME.xyz: "x y value" per pixel centre as `gdal_translate -of XYZ` wrote it, so that
origin, spacing and values all come through GDAL. The store must be `geodetic` (cells on the sphere) and southern.

Rules: count is summed, min and max are kept, sigma is that of a mean of independent cells, sqrt(sum((n s)^2)) / sum(n),
everything else is a mean weighted by count. Prints JSON: pixels with data, by band.
"""

import json
import sys
from pathlib import Path

import healpy
import numpy as np
import zarr

store, spacing, folder = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])

A, F = 6378137.0, 1 / 298.257223563
E = np.sqrt(F * (2 - F))


def south_polar(lon, lat):
    """EPSG:3031 by the formulas of Snyder (1987), p. 161."""
    phi, lam = np.radians(-lat), np.radians(lon)
    t = np.tan(np.pi / 4 - phi / 2) / ((1 - E * np.sin(phi)) / (1 + E * np.sin(phi))) ** (E / 2)
    c = np.radians(71)
    tc = np.tan(np.pi / 4 - c / 2) / ((1 - E * np.sin(c)) / (1 + E * np.sin(c))) ** (E / 2)
    rho = A * np.cos(c) / np.sqrt(1 - (E * np.sin(c)) ** 2) * t / tc
    return rho * np.sin(lam), rho * np.cos(lam)


group = next(g for _, g in zarr.open_group(store, mode="r").groups() if "dggs" in g.attrs)
order = group.attrs["dggs"]["refinement_level"]
assert "ellipsoid" not in group.attrs["dggs"]
cells = group["cell_ids"][:]
lon, lat = healpy.pix2ang(2**order, cells.astype(np.int64), nest=True, lonlat=True)
x, y = south_polar(lon, lat)
columns, rows = np.floor(x / spacing).astype(int), np.floor(y / spacing).astype(int)
count = group["count"][:].astype(np.float64)
kept = count > 0


def expected(name):
    values = group[name][:].astype(np.float64)
    pixels = {}
    for i in np.flatnonzero(kept & np.isfinite(values)):
        pixels.setdefault((columns[i], rows[i]), []).append((values[i], count[i]))
    out = {}
    for pixel, members in pixels.items():
        v, n = np.array(members).T
        if name == "count":
            out[pixel] = v.sum()
        elif name.endswith("_min"):
            out[pixel] = v.min()
        elif name.endswith("_max"):
            out[pixel] = v.max()
        elif name.endswith("_sigma"):
            out[pixel] = np.sqrt(((n * v) ** 2).sum()) / n.sum()
        else:
            out[pixel] = (n * v).sum() / n.sum()
    return out


report = {}
for path in sorted(folder.glob("*.xyz")):
    found = {}
    for line in path.read_text().splitlines():
        px, py, value = line.split()
        if value != "nan":
            found[(round(float(px) / spacing - 0.5), round(float(py) / spacing - 0.5))] = float(value)
    wanted = expected(path.stem)
    assert found.keys() == wanted.keys(), f"{path.stem}: other pixels hold data"
    for pixel, value in wanted.items():
        difference = abs(np.float32(found[pixel]) - np.float32(value))
        assert difference <= 1e-6 * abs(value), f"{path.stem} {pixel}: {found[pixel]}, numpy has {value}"
    report[path.stem] = len(found)
print(json.dumps(report))
