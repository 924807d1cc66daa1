"""Writes an imitation of a granule: its structure is the product's, its values are made up.

usage: imitate_product.py ATL03|GEDI02_A|CryoSat-2|S5P FILE SEED [PHOTONS]

Names, types, shapes and fills of the datasets follow the products' documentation; only those that configs may want are there:
- ATL03: NSIDC, "ATLAS/ICESat-2 L2A Global Geolocated Photon Data", ATBD and data dictionary (release 006): photons in
  /gtx/heights, segments of 20 m in /gtx/geolocation and /gtx/geophys_corr; ph_index_beg counts from 1 and is 0 for a segment
  without photons.
- GEDI02_A: LP DAAC, "GEDI L2A Product Data Dictionary" (release 002): beams BEAMxxxx, rh [shots, 101], fills -9999 and
  -999999 without an attribute for them in places.
- CryoSat-2: ESA, "CryoSat Baseline-E L2 product format": NetCDF-4 without groups, packed coordinates, 20 Hz and 1 Hz values;
  ind_meas_1hz_20_ku gives for each 20 Hz value the position of its 1 Hz value.
- S5P: "Sentinel-5 precursor L2 product user manual, methane": a swath [1, scan lines, ground pixels] below /PRODUCT.
"""

import sys

import h5py
import netCDF4
import numpy as np

product, path, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
random = np.random.default_rng(seed)


def track(points, south, north, lon):
    latitude = np.linspace(south, north, points) + random.normal(0, 1e-6, points)
    return latitude, np.full(points, lon) + np.linspace(0, 1, points)


def put(group, name, values, chunk=10_000, **attributes):
    options = {"chunks": (min(chunk, len(values)), *values.shape[1:]), "compression": "gzip", "compression_opts": 4}
    dataset = group.create_dataset(name, data=values, shuffle=True, **options)
    for key, value in attributes.items():
        dataset.attrs[key] = value


def atl03(file):
    photons = int(sys.argv[4]) if len(sys.argv) > 4 else 30_000
    beams = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]
    for i, beam in enumerate(beams):
        if beam == "gt2r" and photons < 100_000:
            file.create_group(f"{beam}/heights")  # as subsetters leave it
            continue
        n = photons // len(beams)
        group = file.create_group(beam)
        group.attrs["atlas_spot_number"] = str(6 - i)
        group.attrs["atlas_beam_type"] = ["strong", "weak"][i % 2]
        counts = random.poisson(25, n // 25 + 50) * (random.random(n // 25 + 50) < 0.9)
        counts = counts[: np.searchsorted(np.cumsum(counts), n) + 1]
        counts[-1] -= counts.sum() - n
        begins = np.where(counts > 0, np.cumsum(counts) - counts + 1, 0)
        latitude, longitude = track(n, -76.0, -74.0, -100.0 + i * 0.05)
        terrain = 500 + 300 * np.sin(latitude * 20)
        signal = random.random(n) < 0.6
        heights = group.create_group("heights")
        put(heights, "lat_ph", latitude, units="degrees_north")
        put(heights, "lon_ph", longitude, units="degrees_east")
        h = np.where(signal, terrain + random.normal(0, 0.2, n), terrain + random.uniform(-300, 300, n))
        put(heights, "h_ph", h.astype("f4"), units="meters")
        confidence = np.full((n, 5), -1, dtype="i1")
        confidence[:, 0] = random.integers(0, 5, n)
        confidence[:, 3] = np.where(signal, random.integers(2, 5, n), random.integers(0, 3, n))
        put(heights, "signal_conf_ph", confidence)
        put(heights, "quality_ph", (random.random(n) < 0.02).astype("i1"))
        geolocation = group.create_group("geolocation")
        put(geolocation, "ph_index_beg", begins.astype("i8"), _FillValue=np.int64(0))
        put(geolocation, "segment_ph_cnt", counts.astype("i4"))
        put(geolocation, "segment_id", np.arange(len(counts), dtype="i4") + 500_000)
        corrections = group.create_group("geophys_corr")
        put(corrections, "geoid", random.normal(-20, 1, len(counts)).astype("f4"), _FillValue=np.float32(3.4028235e38))


def gedi(file):
    for beam in ["BEAM0000", "BEAM0001", "BEAM0101", "BEAM1011"]:
        n = int(random.integers(2000, 6000))
        group = file.create_group(beam)
        latitude, longitude = track(n, 10.0, 14.0, 20.0 + random.random())
        put(group, "lat_lowestmode", latitude)
        put(group, "lon_lowestmode", longitude)
        put(group, "elev_lowestmode", random.uniform(0, 900, n).astype("f4"))
        put(group, "rh", np.sort(random.uniform(-3, 45, (n, 101)).astype("f4"), axis=1), chunk=500)
        put(group, "sensitivity", random.uniform(0.8, 1.0, n).astype("f4"))
        put(group, "quality_flag", (random.random(n) < 0.7).astype("u1"))
        put(group, "degrade_flag", ((random.random(n) < 0.1) * 30).astype("i1"))
        dem = random.uniform(0, 900, n).astype("f4")
        put(group, "digital_elevation_model", np.where(random.random(n) < 0.1, np.float32(-999999), dem))
        put(group, "l2a_algorithm_run_flag", np.ones(n, dtype="u1"))
        group.create_group("ancillary").create_dataset("l2a_alg_count", data=np.array([6], dtype="u1"))
    file.create_group("METADATA")


def cryosat(path):
    with netCDF4.Dataset(path, "w") as file:
        seconds, n = 400, 8000
        file.cycle_number = np.int32(101)
        file.createDimension("time_20_ku", n)
        file.createDimension("time_cor_01", seconds)

        def variable(name, dtype, dimension, values, fill=None, **attributes):
            made = file.createVariable(name, dtype, (dimension,), zlib=True, fill_value=fill)
            made.set_auto_maskandscale(False)
            made.setncatts(attributes)
            made[:] = values

        latitude, longitude = track(n, 70.0, 74.0, -40.0)
        packed = {"scale_factor": 1e-7, "add_offset": 0.0}
        variable("lat_poca_20_ku", "i4", "time_20_ku", np.round(latitude * 1e7), -(2**31), **packed)
        variable("lon_poca_20_ku", "i4", "time_20_ku", np.round(longitude * 1e7), -(2**31), **packed)
        height = np.where(random.random(n) < 0.05, -(2**31), random.integers(500_000, 2_000_000, n))
        variable("height_1_20_ku", "i4", "time_20_ku", height, -(2**31), scale_factor=0.001, units="m")
        flags = random.integers(0, 2**16, n).astype("i4") << random.integers(0, 15, n)
        variable("flag_prod_status_20_ku", "i4", "time_20_ku", flags.astype("i4"))
        variable("mod_wet_tropo_cor_01", "i2", "time_cor_01", random.integers(-300, 0, seconds), -(2**15), scale_factor=0.001)
        variable("ind_meas_1hz_20_ku", "i2", "time_20_ku", np.sort(random.integers(0, seconds, n)))


def s5p(path):
    with netCDF4.Dataset(path, "w") as file:
        lines, pixels = 300, 215
        group = file.createGroup("PRODUCT")
        for name, size in (("time", 1), ("scanline", lines), ("ground_pixel", pixels)):
            group.createDimension(name, size)
        swath = ("time", "scanline", "ground_pixel")

        def variable(name, dtype, dimensions, values, **options):
            made = group.createVariable(name, dtype, dimensions, zlib=True, **options)
            made[:] = values

        along, across = np.meshgrid(np.arange(lines) * 0.05, np.arange(pixels) * 0.06, indexing="ij")
        shape = (1, lines, pixels)
        variable("latitude", "f4", swath, (20 + along + across * 0.1).reshape(shape))
        variable("longitude", "f4", swath, (across - along * 0.2).reshape(shape))
        methane = random.normal(1850, 20, shape).astype("f4")
        methane[random.random(shape) < 0.4] = 9.96921e36
        variable("methane_mixing_ratio", "f4", swath, np.ma.masked_greater(methane, 1e30), fill_value=np.float32(9.96921e36))
        variable("qa_value", "u1", swath, random.integers(0, 101, shape))
        group["qa_value"].scale_factor = np.float32(0.01)
        variable("delta_time", "i4", ("time", "scanline"), (np.arange(lines) * 840).reshape(1, lines))


if product in ("ATL03", "GEDI02_A"):
    with h5py.File(path, "w") as made:
        {"ATL03": atl03, "GEDI02_A": gedi}[product](made)
else:
    {"CryoSat-2": cryosat, "S5P": s5p}[product](path)
print("{}")
