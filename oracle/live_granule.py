"""Reads datasets of a granule with h5py, and says how the file is laid out.

usage: live_granule.py FILE PATH...

Prints JSON: of every path that is there its shape, dtype, chunks and the sha256 of its values (C order,
little-endian); and of the file its superblock's version, file space strategy and page size.
"""

import hashlib
import json
import sys

import h5py
import numpy as np

STRATEGIES = {
    h5py.h5f.FSPACE_STRATEGY_FSM_AGGR: "aggregate",
    h5py.h5f.FSPACE_STRATEGY_PAGE: "page",
    h5py.h5f.FSPACE_STRATEGY_AGGR: "aggregate only",
    h5py.h5f.FSPACE_STRATEGY_NONE: "none",
}


def described(dataset):
    values = np.ascontiguousarray(dataset[()])
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return {
        "shape": list(dataset.shape),
        "dtype": little.dtype.name,
        "chunks": list(dataset.chunks) if dataset.chunks else None,
        "filters": [dataset.compression, dataset.shuffle, dataset.fletcher32],
        "sha256": hashlib.sha256(little.tobytes()).hexdigest(),
    }


path, *names = sys.argv[1:]
with h5py.File(path) as file:
    creation = file.id.get_create_plist()
    strategy, _, _ = creation.get_file_space_strategy()
    superblock, *_ = creation.get_version()
    print(
        json.dumps(
            {
                "h5py": h5py.version.version,
                "hdf5": h5py.version.hdf5_version,
                "layout": {
                    "superblock": superblock,
                    "strategy": STRATEGIES.get(strategy, str(strategy)),
                    "page_size": creation.get_file_space_page_size(),
                },
                "datasets": {name: described(file[name]) for name in names if name in file},
            }
        )
    )
