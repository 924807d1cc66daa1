"""The nine default statistics the way zagg 0.1.0 computes them: one mask over all points for each cell.

usage: aggregate_pandas.py FOLDER CELLS   (columns and our results as raw little-endian files)
Prints JSON: CPU seconds, and the largest relative difference to our results.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

folder, cells = Path(sys.argv[1]), int(sys.argv[2])
points = pd.DataFrame(
    {
        "cell": np.fromfile(folder / "cell.u4", "<u4"),
        "h_li": np.fromfile(folder / "h_li.f4", "<f4"),
        "s_li": np.fromfile(folder / "s_li.f4", "<f4"),
    }
)

STATISTICS = {
    "count": lambda h, s: len(h),
    "h_min": lambda h, s: np.min(h),
    "h_max": lambda h, s: np.max(h),
    "h_mean": lambda h, s: np.average(h, weights=1.0 / s**2),
    "h_sigma": lambda h, s: 1.0 / np.sqrt(np.sum(1.0 / s**2)),
    "h_variance": lambda h, s: np.var(h),
    "h_q25": lambda h, s: np.quantile(h, 0.25),
    "h_q50": lambda h, s: np.quantile(h, 0.50),
    "h_q75": lambda h, s: np.quantile(h, 0.75),
}


def compute(frame):
    results = {name: np.full(cells, np.nan) for name in STATISTICS}
    results["count"][:] = 0
    for cell in range(cells):
        inside = frame[frame.cell == cell]
        if len(inside) == 0:
            continue
        for name, function in STATISTICS.items():
            results[name][cell] = function(inside.h_li.values, inside.s_li.values)
    return results


start = time.process_time()
compute(points)
seconds = time.process_time() - start

difference = 0.0
for name, expected in compute(points.astype({"h_li": "f8", "s_li": "f8"})).items():
    ours = np.fromfile(folder / f"{name}.out", "<i4" if name == "count" else "<f4")
    both_missing = np.isnan(expected) & np.isnan(ours)
    relative = np.abs(ours - expected) / np.maximum(np.abs(expected), 1e-9)
    difference = max(difference, float(np.max(np.where(both_missing, 0, relative))))
print(json.dumps({"seconds": seconds, "difference": difference}))
