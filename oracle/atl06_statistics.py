"""Compares a product of the default ATL06 statistics with numpy in float64, cell by cell.

usage: atl06_statistics.py STORE GRANULES_FOLDER

The points are read again from the granules with h5py and put into cells with healpy, so nothing is shared with what
made the store. A value is missing when it is not finite or is the dataset's fill; it is left out of the statistics
that use it. Only `geodetic` products: healpy knows the sphere alone.

Prints JSON: points, occupied cells, and the largest relative difference of each variable.
"""

import json
import sys
from pathlib import Path

import h5py
import healpy
import numpy as np
import zarr

TOLERANCE = 1e-6  # relative; float32 rounds at 6e-8
GROUPS = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]


def column(segments, name):
    """A column in float64, NaN where a value is missing."""
    dataset = segments[name]
    raw = dataset[:]
    values = raw.astype(np.float64)
    fill = dataset.attrs.get("_FillValue", dataset.fillvalue)
    fill = np.asarray(fill).reshape(-1)[0]
    if fill != 0:
        values[raw == fill] = np.nan
    values[~np.isfinite(values)] = np.nan
    return values


def read_points(folder):
    parts = []
    for path in sorted(Path(folder).glob("*.h5")):
        with h5py.File(path) as granule:
            for group in GROUPS:
                if f"{group}/land_ice_segments" not in granule:
                    continue
                segments = granule[f"{group}/land_ice_segments"]
                names = ("latitude", "longitude", "h_li", "h_li_sigma")
                good = segments["atl06_quality_summary"][:] == 0
                parts.append(np.stack([column(segments, name)[good] for name in names]))
    points = np.concatenate(parts, axis=1)
    return points[:, np.isfinite(points[:2]).all(axis=0)]


def statistics(h, s):
    h_only = h[np.isfinite(h)]
    with np.errstate(divide="ignore"):
        weight = 1.0 / s**2
    usable = np.isfinite(weight)
    both = usable & np.isfinite(h)
    q25, q50, q75 = np.quantile(h_only, [0.25, 0.5, 0.75]) if h_only.size else [np.nan] * 3
    return {
        "count": h_only.size,
        "h_min": h_only.min(initial=np.inf) if h_only.size else np.nan,
        "h_max": h_only.max(initial=-np.inf) if h_only.size else np.nan,
        "h_mean": np.average(h[both], weights=weight[both]) if both.any() else np.nan,
        "h_sigma": 1.0 / np.sqrt(weight[usable].sum()) if usable.any() else np.nan,
        "h_variance": np.var(h_only) if h_only.size else np.nan,
        "h_q25": q25,
        "h_q50": q50,
        "h_q75": q75,
    }


store, folder = sys.argv[1:]
(_, group), *_ = zarr.open_group(store, mode="r").groups()
grid = group.attrs["zagg"]["grid"]
assert grid["latitude"] == "geodetic", "healpy cannot check an authalic product"
order = grid["child_order"]

latitude, longitude, h, s = read_points(folder)
cell = healpy.ang2pix(2**order, longitude, latitude, nest=True, lonlat=True)
by_cell = np.argsort(cell, kind="stable")
occupied, starts = np.unique(cell[by_cell], return_index=True)

ids = group["cell_ids"][:]
stored = {name: group[name][:].astype(np.float64) for name in statistics(h[:1], s[:1])}
position = {int(cell_id): i for i, cell_id in enumerate(ids)}
assert len(position) == ids.size, "cell_ids are not unique"
outside = [int(c) for c in occupied if int(c) not in position]
assert not outside, f"{len(outside)} cells with points are not in the store"
rows = np.array([position[int(c)] for c in occupied])

expected = [statistics(h[rows_], s[rows_]) for rows_ in np.split(by_cell, starts[1:])]
worst = {}
for name, values in stored.items():
    want = np.array([e[name] for e in expected], dtype=np.float64)
    got = values[rows]
    assert np.array_equal(np.isnan(want), np.isnan(got)), f"{name}: other cells are empty"
    # A variance is as good as the numbers it is made of: a spread of 0 stays below the rounding of the heights.
    scale = np.maximum(np.abs(want), 1e-6 if name == "h_variance" else 1e-300)
    worst[name] = float(np.nanmax(np.abs(got - want) / scale))
    assert worst[name] <= (0 if name == "count" else TOLERANCE), f"{name} differs by {worst[name]:.3g}"
    elsewhere = np.delete(values, rows)
    assert (elsewhere == 0).all() if name == "count" else np.isnan(elsewhere).all(), f"{name}: a value without points"

json.dump({"points": int(latitude.size), "cells": int(occupied.size), "worst": worst}, sys.stdout)
