"""Writes one beam of many rows along a line over Antarctica, chunked as real files are: long_track.py FILE ROWS EVERY

Prints the coordinates of every EVERY-th row and the last as JSON.
"""
import json
import sys

import h5py
import numpy as np

path, rows, every = sys.argv[1], int(float(sys.argv[2])), int(sys.argv[3])
STEP = 2_000_000
COLUMNS = {
    "latitude": "f8",
    "longitude": "f8",
    "h_li": "f4",
    "h_li_sigma": "f4",
    "atl06_quality_summary": "i1",
}
random = np.random.default_rng(1)
places = {"latitude": [], "longitude": []}
with h5py.File(path, "w", libver=("earliest", "v108")) as file:
    group = file.create_group("gt1l/land_ice_segments")
    datasets = {
        name: group.create_dataset(
            name, (rows,), dtype, chunks=(100_000,), maxshape=(None,), compression="gzip", compression_opts=1
        )
        for name, dtype in COLUMNS.items()
    }
    for start in range(0, rows, STEP):
        row = np.arange(start, min(rows, start + STEP))
        along = row / rows
        values = {
            "latitude": -88 + 26 * np.abs(2 * along - 1),
            "longitude": -60 + 120 * along,
            "h_li": (1000 + random.normal(0, 1, row.size)).astype("f4"),
            "h_li_sigma": np.full(row.size, 0.05, "f4"),
            "atl06_quality_summary": np.zeros(row.size, "i1"),
        }
        for name, dataset in datasets.items():
            dataset[row[0] : row[-1] + 1] = values[name]
        for name, kept in places.items():
            kept.extend(values[name][::every].tolist())
            if row[-1] == rows - 1:
                kept.append(float(values[name][-1]))
print(json.dumps(places))
