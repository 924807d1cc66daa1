"""Compares a product of zagg with numpy in float64, cell by cell: points read by h5py as is written here for each config.

usage: point_product.py CONFIG STORE FILE...

The points are put into cells with healpix-geo, which knows the ellipsoid, so nothing is shared with what made the store.

Prints JSON: points, occupied cells, and the largest relative difference of each variable. Ends with an error where one is
larger than 1e-6, or where other cells have a value.
"""

import json
import sys

import h5py
import healpix_geo
import numpy as np
import zarr

TOLERANCE = 1e-6
ICESAT2 = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]


def values(dataset, fill=None):
    """A dataset in float64, NaN where a value is missing: its attributes, else HDF5's own fill; 0 is no fill."""
    raw = dataset[...]
    attributes = dataset.attrs
    own = np.ravel(attributes.get("_FillValue", dataset.fillvalue))[0] if fill is None else fill
    out = raw.astype(np.float64) * np.ravel(attributes.get("scale_factor", 1.0))[0]
    out += np.ravel(attributes.get("add_offset", 0.0))[0]
    if own != 0:
        out[raw == own] = np.nan
    out[~np.isfinite(out)] = np.nan
    return out


def atl03(file):
    for track, beam in enumerate(b for b in ICESAT2 if f"{b}/heights/h_ph" in file):
        heights = file[beam]["heights"]
        keep = heights["signal_conf_ph"][...].max(axis=1) >= 3
        yield track, values(heights["lat_ph"]), values(heights["lon_ph"]), {"h_ph": values(heights["h_ph"])}, keep


def atl08(file):
    for track, beam in enumerate(b for b in ICESAT2 if f"{b}/land_segments/latitude" in file):
        segments = file[beam]["land_segments"]
        columns = {"h_te": values(segments["terrain/h_te_best_fit"]), "h_canopy": values(segments["canopy/h_canopy"])}
        yield track, values(segments["latitude"]), values(segments["longitude"]), columns, None


def atl11(file):
    for track, pair in enumerate(p for p in ("pt1", "pt2", "pt3") if p in file):
        group = file[pair]
        group = group["corrected_h"] if "corrected_h" in group else group  # release 002 has them there
        h, q = values(group["h_corr"]), values(group["quality_summary"])
        columns = {"h_first": h[:, 0], "h_last": h[:, -1], "q_first": q[:, 0], "q_last": q[:, -1]}
        yield track, values(group["latitude"]), values(group["longitude"]), columns, None


def gedi(file):
    for track, beam in enumerate(sorted(name for name in file if name.startswith("BEAM"))):
        group = file[beam]
        rh = group["rh"][...].astype("f8")
        columns = {"elevation": values(group["elev_lowestmode"]), "rh50": rh[:, 50], "rh98": rh[:, 98]}
        keep = (group["quality_flag"][:] == 1) & (group["degrade_flag"][:] == 0) & (group["sensitivity"][:] >= 0.95)
        yield track, values(group["lat_lowestmode"]), values(group["lon_lowestmode"]), columns, keep


def swot(file):
    group = file["data_01"]
    columns = {"ssha": values(group["ku/ssha"]), "depth": values(group["depth_or_elevation"])}
    keep = group["surface_classification_flag"][:] == 0
    yield 0, values(group["latitude"]), values(group["longitude"]), columns, keep


def cryosat(file):
    wet = values(file["mod_wet_tropo_cor_01"])[file["ind_meas_1hz_20_ku"][:]]
    columns = {"h": values(file["height_1_20_ku"]), "wet": wet, "cycle": np.full(len(wet), float(np.ravel(file.attrs["cycle_number"])[0]))}
    keep = (file["flag_prod_status_20_ku"][:] & 2**20) == 0
    yield 0, values(file["lat_poca_20_ku"]), values(file["lon_poca_20_ku"]), columns, keep


def s5p(file):
    group = file["PRODUCT"]
    lines, pixels = group["latitude"].shape[1:]
    flat = {name: values(group[name]).ravel() for name in ("latitude", "longitude", "methane_mixing_ratio", "qa_value")}
    seconds = np.repeat(group["delta_time"][0], pixels) / 1000.0
    yield 0, flat["latitude"], flat["longitude"], {"ch4": flat["methane_mixing_ratio"], "seconds": seconds}, flat["qa_value"] > 0.5


def photons_above_geoid(file):
    for track, beam in enumerate(b for b in ICESAT2 if f"{b}/heights/h_ph" in file):
        group = file[beam]
        heights, segments = group["heights"], group["geolocation"]
        geoid = np.full(len(heights["h_ph"]), np.nan)
        for begin, count, value in zip(
            segments["ph_index_beg"][:], segments["segment_ph_cnt"][:], values(group["geophys_corr/geoid"])
        ):
            if begin > 0:
                geoid[begin - 1 : begin - 1 + count] = value
        columns = {"h": values(heights["h_ph"]), "geoid": geoid, "spot": np.full(len(geoid), float(np.ravel(group.attrs["atlas_spot_number"])[0]))}
        yield track, values(heights["lat_ph"]), values(heights["lon_ph"]), columns, heights["quality_ph"][:] == 0


def of(name, function):
    return lambda c: function(c[name][np.isfinite(c[name])])


def count(name):
    return of(name, np.size)


def good(function, *names):
    """Of the rows whose qualities are 0, of those at which all columns have a value."""

    def statistic(c):
        used = [c[f"h_{name}"] for name in names] + [c[f"q_{name}"] for name in names]
        there = np.all([np.isfinite(column) for column in used], axis=0)
        zero = np.all([c[f"q_{name}"] == 0 for name in names], axis=0)
        h = c[f"h_{names[-1]}"] - c[f"h_{names[0]}"] if len(names) == 2 else c[f"h_{names[0]}"]
        return function(h[there & zero])

    return statistic


def nmad(h):
    return 1.482602218505602 * np.median(np.abs(h - np.median(h)))


CONFIGS = {
    "atl03": (atl03, {
        "count": count("h_ph"), "n_tracks": lambda c: len(np.unique(c["track"])),
        "h_min": of("h_ph", np.min), "h_max": of("h_ph", np.max), "h_mean": of("h_ph", np.mean),
        "h_median": of("h_ph", np.median), "h_nmad": of("h_ph", nmad),
    }),
    "atl08": (atl08, {
        "count": count("h_te"), "h_te_min": of("h_te", np.min), "h_te_max": of("h_te", np.max), "h_te_mean": of("h_te", np.mean),
        "h_te_median": of("h_te", np.median), "n_canopy": count("h_canopy"), "h_canopy_mean": of("h_canopy", np.mean),
        "h_canopy_median": of("h_canopy", np.median), "h_canopy_q95": of("h_canopy", lambda h: np.quantile(h, 0.95)),
    }),
    "atl11": (atl11, {
        "n_first": good(np.size, "first"), "n_last": good(np.size, "last"), "h_first_mean": good(np.mean, "first"),
        "h_last_mean": good(np.mean, "last"), "n_change": good(np.size, "first", "last"),
        "dh_mean": good(np.mean, "first", "last"), "dh_median": good(np.median, "first", "last"),
    }),
    "gedi-l2a": (gedi, {
        "count": count("elevation"), "n_tracks": lambda c: len(np.unique(c["track"])), "elevation_mean": of("elevation", np.mean),
        "elevation_std": of("elevation", np.std), "rh50_mean": of("rh50", np.mean), "rh98_mean": of("rh98", np.mean),
        "rh98_median": of("rh98", np.median), "rh98_max": of("rh98", np.max),
    }),
    "swot-nadir": (swot, {
        "count": count("ssha"), "ssha_min": of("ssha", np.min), "ssha_max": of("ssha", np.max), "ssha_mean": of("ssha", np.mean),
        "ssha_median": of("ssha", np.median), "ssha_std": of("ssha", np.std), "depth_mean": of("depth", np.mean),
    }),
    "cryosat": (cryosat, {
        "n": count("h"), "h_mean": of("h", np.mean), "wet_mean": of("wet", np.mean), "cycle": of("cycle", np.max),
    }),
    "s5p": (s5p, {"n": count("ch4"), "ch4_mean": of("ch4", np.mean), "seconds_max": of("seconds", np.max)}),
    "geoid": (photons_above_geoid, {
        "n": count("h"), "orthometric": lambda c: np.mean((c["h"] - c["geoid"])[np.isfinite(c["geoid"])]),
        "spot_min": of("spot", np.min),
    }),
}

name, store, *files = sys.argv[1:]
points_of, statistics = CONFIGS[name]
parts = []
for number, path in enumerate(sorted(files)):
    with h5py.File(path) as granule:
        for track, latitude, longitude, columns, keep in points_of(granule):
            keep = np.ones(len(latitude), dtype=bool) if keep is None else keep
            keep = keep & np.isfinite(latitude) & np.isfinite(longitude)
            columns = {**columns, "track": np.full(len(latitude), number * 100.0 + track)}
            parts.append((latitude[keep], longitude[keep], {key: column[keep] for key, column in columns.items()}))
latitude = np.concatenate([part[0] for part in parts])
longitude = np.concatenate([part[1] for part in parts])
columns = {key: np.concatenate([part[2][key] for part in parts]) for key in parts[0][2]}

(_, group), *_ = zarr.open_group(store, mode="r").groups()
order = group.attrs["zagg"]["grid"]["child_order"]
cell = healpix_geo.nested.lonlat_to_healpix(longitude, latitude, order, ellipsoid="WGS84")
ids = group["cell_ids"][:]
arrays = {key: group[key][:] for key in statistics}
place = {int(id): i for i, id in enumerate(ids)}
differences = dict.fromkeys(statistics, 0.0)
seen = {key: np.zeros(len(ids), dtype=bool) for key in statistics}
occupied = np.unique(cell)
for id in occupied:
    inside = cell == id
    own = {key: column[inside] for key, column in columns.items()}
    for key, statistic in statistics.items():
        with np.errstate(all="ignore"):
            try:
                expected = float(statistic(own))
            except (IndexError, ValueError):  # of nothing
                expected = np.nan
        ours = float(arrays[key][place[int(id)]])
        seen[key][place[int(id)]] = True
        if np.isnan(expected) or np.isnan(ours):
            assert np.isnan(expected) and np.isnan(ours), f"cell {id}: {key} is {ours}, not {expected}"
            continue
        difference = abs(ours - expected) / max(abs(expected), 1e-3)
        differences[key] = max(differences[key], difference)
        assert difference <= TOLERANCE, f"cell {id}: {key} is {ours}, not {expected}"
for key, array in arrays.items():
    others = array[~seen[key]]
    empty = np.isnan(others) if others.dtype.kind == "f" else others == 0
    assert empty.all(), f"{key} has a value where no point lies"
print(json.dumps({"points": len(cell), "cells": len(occupied), "differences": differences}))
