"""Writes a NetCDF-4 file of packed and partly missing variables, and says what xarray and netCDF4-python read in them.

usage: cf_values.py FILE COUNT SEED

Each variable has a random type and random attributes out of those that say how values are meant, of good and bad types. A
value is missing where xarray's `mask_and_scale` says so, or where netCDF4-python masks it (it alone knows limits); the others
are those of xarray, computed in float64. Left out is what zagg does differently on purpose (docs/configuration.md).

Prints JSON: for each variable its values in float64, null where missing.
"""

import json
import sys
import warnings

import netCDF4
import numpy as np
import xarray as xr

warnings.simplefilter("ignore")  # odd attributes are the point
path, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(seed)
ROWS = 40
TYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"]


def pick(*choices):
    return choices[random.integers(len(choices))]


def some(probability):
    return random.random() < probability


def stored_values(dtype):
    if dtype[0] == "f":
        values = random.integers(-40, 40, ROWS) / 4
        values[random.random(ROWS) < 0.1] = np.nan
        return values.astype(dtype)
    info = np.iinfo(dtype)
    low, high = max(info.min, -(2**53)), min(info.max, 2**53)  # beyond, doubles are not exact
    near = random.integers(max(info.min, -20), 21, ROWS)
    far = random.integers(low, high, ROWS, dtype=np.int64, endpoint=True)
    ends = random.choice(np.array([low, low + 1, high, high - 1]), ROWS)
    kind = random.random(ROWS)
    return np.where(kind < 0.7, near, np.where(kind < 0.9, far, ends)).astype(dtype)


def write(dataset, name):
    dtype = pick(*TYPES)
    values = stored_values(dtype)
    unsigned = pick("true", "false", "maybe", None, None) if dtype != "i8" else None
    needed = dtype == "i1" and unsigned == "true"  # else netCDF4-python fails
    fill = values[random.integers(ROWS)] if some(0.5) or needed else None
    if fill is not None and np.isnan(float(fill)):
        fill = np.dtype(dtype).type(1)
    variable = dataset.createVariable(name, dtype, ("row",), fill_value=fill)
    variable.set_auto_maskandscale(False)
    attributes = {}
    if unsigned:
        values[values == netCDF4.default_fillvals[dtype]] = 0  # which netCDF4-python does not turn with the sign
    if unsigned:
        attributes["_Unsigned"] = unsigned
    if some(0.3) and unsigned is None:  # turned with the sign by zagg and netCDF4, not by xarray
        missing = random.choice(values, random.integers(1, 4))
        attributes["missing_value"] = missing if some(0.5) else missing[0]
    if some(0.4):
        attributes["scale_factor"] = pick(0.001, 2.0, np.float32(0.25), np.array([0.5]))
    if some(0.3):
        attributes["add_offset"] = pick(10.0, -0.1, np.float32(100.5), np.int16(7))
    low, high = sorted(random.choice(values[~np.isnan(values.astype("f8"))], 2))
    limited = not (unsigned == "false" and dtype[0] == "u")  # which netCDF4-python does not know
    if limited and some(0.25):
        attributes["valid_range"] = pick(np.array([low, high]), np.array([low]), "0, 5", np.array([0.3, 0.4]))
    if limited and some(0.25):
        attributes["valid_min"] = pick(low, float(low), str(low), 0.3, np.array([low]))
    if limited and some(0.25):
        attributes["valid_max"] = pick(high, float(high), "none", 1e300, np.array([high]))
    for key, value in attributes.items():
        if isinstance(value, str):
            variable.setncattr_string(key, value) if some(0.5) else variable.setncattr(key, value)
        else:
            variable.setncattr(key, value)
    variable[:] = values


def expected(variable, decoded, stored):
    signed = decode_sign(stored)
    scale, offset = (float(np.ravel(stored.attrs.get(k, d))[0]) for k, d in (("scale_factor", 1), ("add_offset", 0)))
    values = signed.astype("f8") * scale + offset
    values[np.isnan(decoded.astype("f8"))] = np.nan
    assert np.allclose(values, decoded.astype("f8"), rtol=1e-6, atol=1e-4, equal_nan=True), (variable.name, stored.attrs)
    variable.set_auto_mask(True)
    values[np.ma.getmaskarray(variable[:])] = np.nan
    return values


def decode_sign(stored):
    attrs = {k: v for k, v in stored.attrs.items() if k == "_Unsigned"}
    return xr.conventions.decode_cf_variable("v", xr.Variable(("row",), stored.values, attrs)).values


with netCDF4.Dataset(path, "w") as dataset:
    dataset.createDimension("row", ROWS)
    for i in range(count):
        write(dataset, f"v{i}")

result = {}
with netCDF4.Dataset(path) as dataset:
    for name, variable in dataset.variables.items():
        variable.set_auto_maskandscale(False)
        stored = xr.Variable(("row",), variable[:], {k: variable.getncattr(k) for k in variable.ncattrs()})
        decoded = xr.conventions.decode_cf_variable(name, stored.copy(), decode_times=False).values
        variable.set_auto_scale(True)
        values = expected(variable, decoded, stored)
        result[name] = [None if np.isnan(value) else float(value) for value in values]
json.dump(result, sys.stdout)
