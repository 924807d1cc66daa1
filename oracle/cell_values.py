"""Compares a product with what numpy, xarray and healpy make of its granules, cell by cell.

usage: cell_values.py STORE CONFIG.yaml GRANULE...

Nothing is shared with what made the store: datasets are read with h5py, decoded by xarray's own `mask_and_scale`, put into
cells with healpy (authalic latitudes by the closed formula), and the store is read as users read it, with `xr.open_zarr`.
Compared are all variables with one of the functions count, len, min, max, sum, mean and average: counts and extremes exactly,
sums and means to the last digits. Cells without points must be missing, or 0 for whole numbers without a fill.

Where zagg says that it differs from xarray (docs/configuration.md, "Datasets"), this does as zagg says.

Prints JSON: points, occupied cells, and the variables compared and left alone.
"""

import json
import sys
import warnings

import h5py
import healpy
import numpy as np
import xarray as xr
import yaml

MEANS = 1e-6  # relative, for float32 results
FLAGS = ("flag_values", "flag_masks", "flag_meanings")
CODING = ("scale_factor", "add_offset", "_Unsigned", "_FillValue", "missing_value")
LIMITS = ("valid_min", "valid_max", "valid_range")


def number(value):
    """An attribute as numpy has it; text as the number that it spells, or None."""
    value = np.asarray(value)
    if value.dtype.kind in "SUO":
        try:
            return np.float64(value.reshape(-1)[0])
        except ValueError:
            return None
    return value.reshape(-1)[0] if value.size == 1 else value.reshape(-1)


def cf_attributes(dataset, spec, purpose):
    """What says how a dataset's values are meant: its attributes, then the config in their place."""
    attrs = {}
    if spec.get("decode", True):
        attrs = {name: number(dataset.attrs[name]) for name in CODING if name in dataset.attrs and name != "_Unsigned"}
        attrs = {name: value for name, value in attrs.items() if value is not None}
        if "_Unsigned" in dataset.attrs:
            attrs["_Unsigned"] = str(np.asarray(dataset.attrs["_Unsigned"]).astype(str))
        if dataset.id.get_create_plist().fill_value_defined() == h5py.h5d.FILL_VALUE_USER_DEFINED:
            if "_FillValue" not in attrs and dataset.fillvalue != 0:
                attrs["_FillValue"] = dataset.fillvalue
        packed = "scale_factor" in attrs or "add_offset" in attrs
        flag = any(name in dataset.attrs for name in FLAGS)
        looked_up = purpose == "filter" and dataset.dtype.kind in "iu" and not packed
        if purpose == "coordinate" or flag or looked_up:
            for name in ("_FillValue", "missing_value"):
                if name in attrs and np.all(np.asarray(attrs[name]) == 0):
                    del attrs[name]
    for name in ("scale_factor", "add_offset"):
        if name in spec:
            attrs[name] = np.float64(spec[name])
    if "unsigned" in spec:
        attrs["_Unsigned"] = str(spec["unsigned"]).lower()
    if "fill" in spec:
        attrs.pop("_FillValue", None)
        attrs.pop("missing_value", None)
        if spec["fill"] is not False:
            attrs["missing_value"] = np.atleast_1d(np.asarray(spec["fill"], np.float64))
    if dataset.dtype.kind == "f":  # fills are compared in the stored type
        for name in ("_FillValue", "missing_value"):
            if name in attrs:
                attrs[name] = np.asarray(attrs[name]).astype(dataset.dtype)
    return attrs


def limits(dataset, spec):
    """netCDF4-python's rule, whose limits are those of stored values and must be held exactly by their type."""
    found = {}
    for name in LIMITS if spec.get("decode", True) else ():
        if name not in dataset.attrs:
            continue
        value = np.atleast_1d(np.asarray(dataset.attrs[name]))
        if value.dtype.kind not in "iuf":
            continue
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if (value.astype(dataset.dtype) == value).all():
                found[name] = value
    low, high = found.get("valid_min"), found.get("valid_max")
    if len(found.get("valid_range", ())) == 2:
        low, high = found["valid_range"]
    low, high = (None if each is None else np.atleast_1d(each)[0] for each in (low, high))
    for name in ("valid_min", "valid_max"):
        if name in spec:
            value = None if spec[name] is False else spec[name]
            low, high = (value, high) if name == "valid_min" else (low, value)
    return low, high


def decoded(dataset, spec, purpose, raw=False):
    """The values of a dataset in float64, NaN where missing."""
    stored = dataset[()].reshape(len(dataset))
    if raw:
        return stored.astype(np.float64)
    attrs = cf_attributes(dataset, spec, purpose)
    by_xarray = decode(stored, attrs)
    signed = decode(stored, {k: v for k, v in attrs.items() if k == "_Unsigned"})
    values = signed.astype(np.float64) * attrs.get("scale_factor", 1) + attrs.get("add_offset", 0)
    values[np.isnan(by_xarray)] = np.nan
    assert np.allclose(values, by_xarray, rtol=1e-6, atol=1e-6, equal_nan=True), dataset.name
    low, high = limits(dataset, spec)
    with np.errstate(invalid="ignore"):
        if low is not None:
            values[signed < low] = np.nan
        if high is not None:
            values[signed > high] = np.nan
    return values


def decode(stored, attrs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # several fills
        variable = xr.Variable(("row",), stored, dict(attrs))
        return xr.conventions.decode_cf_variable("v", variable, decode_times=False).values


def spec_of(dataset):
    return {"path": dataset} if isinstance(dataset, str) else dataset


def passes(values, op, value):
    with np.errstate(invalid="ignore"):
        return {
            "eq": lambda: values == value,
            "ne": lambda: values != value,
            "lt": lambda: values < value,
            "le": lambda: values <= value,
            "gt": lambda: values > value,
            "ge": lambda: values >= value,
            "in": lambda: np.isin(values, value),
            "not_in": lambda: ~np.isin(values, value),
        }[op]()


def group_points(granule, source, group):
    """Latitude, longitude and columns of the rows of a group that pass; None where the group has none of its datasets."""
    coordinates = {name: spec_of(each) for name, each in source["coordinates"].items()}
    columns = {name: spec_of(each) for name, each in source["variables"].items()}
    named = {**coordinates, **columns}
    filters = [
        (spec_of(named.get(each["dataset"], each["dataset"]) if isinstance(each["dataset"], str) else each["dataset"]), each)
        for each in source.get("filters", [])
    ]
    if "quality_filter" in source:
        filters.append((spec_of(source["quality_filter"]["dataset"]), {**source["quality_filter"], "op": "eq"}))

    def dataset(spec):
        return granule.get(spec["path"].replace("{group}", group))

    if all(dataset(spec) is None for spec in [*named.values(), *(spec for spec, _ in filters)]):
        return None
    latitude, longitude = (decoded(dataset(coordinates[name]), coordinates[name], "coordinate") for name in ("latitude", "longitude"))
    with np.errstate(invalid="ignore"):
        keep = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 360)
    for spec, each in filters:
        values = decoded(dataset(spec), spec, "filter", each.get("raw", False))
        keep &= passes(values, each["op"], each["value"])
    paths = [spec["path"] for spec in coordinates.values()]
    values = {
        name: decoded(dataset(spec), spec, "coordinate" if spec["path"] in paths else "column")[keep]
        for name, spec in columns.items()
    }
    return latitude[keep], longitude[keep], values


def authalic(latitude):
    """Degrees; Snyder 1987, eq. 3-11 and 3-12, on WGS84."""
    f = 1 / 298.257223563
    e = np.sqrt(f * (2 - f))

    def q(sine):
        return (1 - e**2) * (sine / (1 - (e * sine) ** 2) - np.log((1 - e * sine) / (1 + e * sine)) / (2 * e))

    return np.degrees(np.arcsin(np.clip(q(np.sin(np.radians(latitude))) / q(1.0), -1, 1)))


def statistic(name, spec, points, columns):
    """Value per cell (None: not compared), given the points of one cell."""
    function = spec.get("function", "").removeprefix("np.").removeprefix("numpy.")
    counts = function in ("len", "count")
    source = spec.get("source") or (None if counts or "h_li" not in columns else "h_li")
    if counts and source is None:
        return points
    h = columns[source]
    with np.errstate(all="ignore"):
        weights = np.ones(points)
        if function == "average" and spec.get("params"):
            weights = eval(spec["params"]["weights"], {"np": np}, columns) * np.ones(points)  # the config is ours
        usable = np.isfinite(h) & np.isfinite(weights) & (weights >= 0)
    h, weights = h[usable], weights[usable]
    if counts:
        return h.size
    if h.size == 0 or (function == "average" and weights.sum() == 0):
        return np.nan
    return {
        "min": h.min,
        "max": h.max,
        "sum": h.sum,
        "mean": h.mean,
        "average": lambda: np.average(h, weights=weights),
    }[function]()


store, config_file, *granules = sys.argv[1:]
with open(config_file) as text:
    config = yaml.safe_load(text)
source = config["data_source"]

parts = []
for path in sorted(granules, key=lambda each: each.rsplit("/", 1)[-1]):
    with h5py.File(path) as granule:
        found = [group_points(granule, source, group) for group in source.get("groups", [""])]
        parts += [part for part in found if part is not None]
latitude, longitude = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
columns = {name: np.concatenate([part[2][name] for part in parts]) for name in source["variables"]}

(order,) = [name for name in xr.open_datatree(store, engine="zarr").children]
product = xr.open_zarr(store, group=order, zarr_format=3)
grid = product.attrs["zagg"]["grid"]
on_sphere = authalic(latitude) if grid["latitude"] == "authalic" else latitude
cell = healpy.ang2pix(2 ** int(order), longitude, on_sphere, nest=True, lonlat=True)
by_cell = np.argsort(cell, kind="stable")
occupied, starts = np.unique(cell[by_cell], return_index=True)

ids = product["cell_ids"].values
position = {int(each): i for i, each in enumerate(ids)}
assert len(position) == ids.size, "cell_ids are not unique"
rows = np.array([position[int(each)] for each in occupied], dtype=int)  # KeyError: a cell of ours is not in the store

compared, alone = [], []
for name, spec in config["aggregation"]["variables"].items():
    function = spec.get("function", "").removeprefix("np.").removeprefix("numpy.")
    if function not in ("count", "len", "min", "max", "sum", "mean", "average"):
        alone.append(name)
        continue
    stored = product[name].values.astype(np.float64)
    expected = np.array(
        [
            statistic(name, spec, len(points), {column: values[points] for column, values in columns.items()})
            for points in np.split(by_cell, starts[1:])
        ],
        dtype=np.float64,
    )
    dtype = spec.get("dtype", "float32")
    got = stored[rows]
    if np.dtype(dtype).kind in "iu":
        expected = np.trunc(np.where(np.isnan(expected), 0, expected))
        got = np.where(np.isnan(got), 0, got)
    elif function in ("min", "max"):
        expected = expected.astype(dtype).astype(np.float64)
    tolerance = MEANS if dtype == "float32" else 1e-12
    exact = function in ("count", "len", "min", "max")
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    if not exact:
        same |= np.abs(got - expected) <= tolerance * np.maximum(np.abs(expected), 1e-6)
    wrong = np.flatnonzero(~same)
    assert not wrong.size, f"{name}: cell {occupied[wrong[0]]} has {got[wrong[0]]}, not {expected[wrong[0]]} ({wrong.size} such)"
    elsewhere = np.delete(stored, rows)
    assert (np.isnan(elsewhere) | (elsewhere == 0)).all(), f"{name}: a value without points"
    assert np.dtype(dtype).kind in "iu" or np.isnan(elsewhere).all(), f"{name}: 0 without points"
    compared.append(name)

json.dump({"points": int(latitude.size), "cells": int(occupied.size), "compared": compared, "alone": alone}, sys.stdout)
