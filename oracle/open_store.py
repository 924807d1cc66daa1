"""Opens a product as its readers do, and checks what they see. Any warning is an error.

usage: open_store.py STORE [CONVENTION_SCHEMA]

Opened are root and group, with and without consolidated metadata, by zarr-python and by xarray, which must mask what has no
value; the group is decoded by both conventions of xdggs (by version 0.6 only by its own: of the published one it knows a
draft, which spells the ellipsoid's axis in another way). The cell centres that xdggs draws must agree with the store's own `latitude` and
`longitude`, and with healpy where the store is on the sphere. With CONVENTION_SCHEMA (JSON schema of the DGGS
convention) the group's metadata is validated.

Prints JSON: the sha256 of every array's values (C order, little-endian), for comparison with another reader.
"""

import hashlib
import json
import sys
import warnings
from pathlib import Path

import healpy
import jsonschema
import numpy as np
import xarray as xr
import xdggs
import zarr

CENTRE_TOLERANCE = 1e-9  # degrees

store = sys.argv[1]
schema = sys.argv[2] if len(sys.argv) > 2 else None
warnings.simplefilter("error")


def degrees_apart(a, b):
    """Largest difference of two sets of longitudes, across the antimeridian."""
    return np.abs((np.asarray(a) - np.asarray(b) + 180) % 360 - 180).max()


def open_group(consolidated):
    return xr.open_zarr(store, group=group_name, zarr_format=3, consolidated=consolidated)


# zarr-python
hashes = []
for consolidated in (True, False):
    root = zarr.open_group(store, mode="r", zarr_format=3, use_consolidated=consolidated)
    (group_name,) = root.group_keys()
    group = zarr.open_group(store, path=group_name, mode="r", zarr_format=3, use_consolidated=consolidated)
    for node in (root, group):
        assert (node.metadata.consolidated_metadata is not None) == consolidated
    for node in (root[group_name], group):
        hashes.append({name: hashlib.sha256(array[:].tobytes()).hexdigest() for name, array in sorted(node.arrays())})
assert all(h == hashes[0] for h in hashes), "the four ways to open the store do not agree"
assert {"cell_ids", "shard_ids", "shard_state"} <= set(hashes[0])

dggs = dict(group.attrs["dggs"])
zagg = dict(group.attrs["zagg"])
if schema:
    document = json.loads(Path(store, group_name, "zarr.json").read_text())
    jsonschema.validate(document, json.loads(Path(schema).read_text()))

# xarray
for consolidated in (True, False, None):
    if consolidated is not None:
        assert len(xr.open_zarr(store, zarr_format=3, consolidated=consolidated).variables) == 0
    ds = open_group(consolidated)
    assert ds.sizes["cells"] == group["cell_ids"].shape[0]
    assert ds.sizes["shards"] == group["shard_state"].shape[0]
    for name in ("cell_ids", "morton", "latitude", "longitude"):
        assert name not in ds.data_vars, f"{name} is not taken for a coordinate"
    for name, variable in ds.variables.items():
        stored = group[name]
        fill = stored.fill_value
        if np.isnan(fill) or (fill == 0 and stored.dtype.kind in "iu") or name not in ds.data_vars:
            assert variable.dtype == stored.dtype, f"{name} changes its dtype"
        else:
            assert np.array_equal(np.isnan(variable.values), stored[:] == fill), f"{name} is not masked where it is {fill}"
            assert np.isnan(variable.values).any(), f"{name} has no cell without a value"
    assert ds.shard_state.attrs["flag_meanings"].split()[ds.shard_state.attrs["flag_values"][0]] == "pending"
    ds.load()
    xr.open_datatree(store, engine="zarr", zarr_format=3, consolidated=consolidated).load()

# xdggs, both conventions
decoders = {
    "zarr, function": lambda ds: xdggs.decode(ds, convention="zarr", name="cell_ids"),
    "zarr, accessor": lambda ds: ds.dggs.decode(convention="zarr"),
    "xdggs, function": xdggs.decode,
    "xdggs, accessor": lambda ds: ds.dggs.decode(),
}
if "ellipsoid" in dggs and xdggs.__version__.startswith("0.6."):
    decoders = {name: decode for name, decode in decoders.items() if name.startswith("xdggs")}
for name, decode in decoders.items():
    ds = decode(open_group(True))
    info = ds.dggs.grid_info
    assert (info.level, info.indexing_scheme) == (dggs["refinement_level"], "nested"), name
    assert (info.ellipsoid is None) == (zagg["grid"]["latitude"] == "geodetic"), name
    centres = ds.dggs.cell_centers()
    longitude, latitude = centres.longitude.values, centres.latitude.values
    if "latitude" in ds.variables:
        assert np.abs(latitude - ds.latitude.values).max() <= CENTRE_TOLERANCE, name
        assert degrees_apart(longitude, ds.longitude.values) <= CENTRE_TOLERANCE, name
    if info.ellipsoid is None:
        lon, lat = healpy.pix2ang(2**info.level, ds.cell_ids.values.astype(np.int64), nest=True, lonlat=True)
        assert np.abs(latitude - lat).max() <= CENTRE_TOLERANCE, name
        assert degrees_apart(longitude, lon) <= CENTRE_TOLERANCE, name
    first = ds.cell_ids.values[0]
    assert ds.sel(cell_ids=[first]).cell_ids.values.tolist() == [first], name

json.dump({"sha256": hashes[0]}, sys.stdout)
