"""What libhdf5 reads in HDF5 files that may be broken: the counterpart of packages/hdf5/src/fuzz/exercise.ts.

usage: python oracle/hdf5_findings.py   (paths on stdin, one JSON answer per line on stdout)
Needs h5py.
"""

import hashlib
import json
import sys

import h5py
import numpy as np

MAX_OBJECTS = 60
MAX_VALUE_BYTES = 16 * 1024 * 1024


def findings(path):
    datasets = {}
    state = {"failed": False, "objects": 0}

    def read(dataset, path):
        if dataset.shape is None or dataset.dtype.kind not in "iufb" or dataset.dtype.subdtype:
            return
        if dataset.size * dataset.dtype.itemsize > MAX_VALUE_BYTES:
            raise ValueError("too large")
        values = np.asarray(dataset[()])
        values = values.astype(values.dtype.newbyteorder("<"))
        shape = "x".join(map(str, dataset.shape))
        datasets[path] = f"{shape} {hashlib.sha1(values.tobytes()).hexdigest()}"

    def walk(group, path):
        for name in sorted(group.keys()):
            if state["objects"] >= MAX_OBJECTS:
                return
            state["objects"] += 1
            if group.get(name, getlink=True).__class__ is not h5py.HardLink:
                continue
            child = f"/{name}" if path == "/" else f"{path}/{name}"
            try:
                item = group[name]
            except Exception:
                datasets[child] = "error"
                continue
            if isinstance(item, h5py.Group):
                try:
                    walk(item, child)
                except Exception:
                    state["failed"] = True
            elif isinstance(item, h5py.Dataset):
                try:
                    read(item, child)
                except Exception:
                    datasets[child] = "error"

    try:
        with h5py.File(path, "r") as file:
            walk(file, "/")
    except Exception:
        state["failed"] = True
    return {"datasets": datasets, "failed": state["failed"]}


for line in sys.stdin:
    print(json.dumps(findings(line.rstrip("\n"))), flush=True)
