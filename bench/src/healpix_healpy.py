"""Cells of points by healpy, timed, and compared with ours (geodetic latitudes taken as spherical).

usage: healpix_healpy.py FOLDER ORDER ROUNDS   (lon.f8, lat.f8, cells.f8: raw little-endian doubles)
Prints JSON: CPU seconds of the fastest round, and how many cells differ from ours.
"""

import json
import sys
import time
from pathlib import Path

import healpy
import numpy as np

folder, order, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
lon = np.fromfile(folder / "lon.f8", "<f8")
lat = np.fromfile(folder / "lat.f8", "<f8")
ours = np.fromfile(folder / "cells.f8", "<f8").astype(np.int64)

best = float("inf")
for _ in range(rounds):
    start = time.process_time()
    cells = healpy.ang2pix(2**order, lon, lat, nest=True, lonlat=True)
    best = min(best, time.process_time() - start)

print(json.dumps({"seconds": best, "different": int(np.count_nonzero(cells != ours))}))
