"""What libhdf5 lists in HDF5 files: members of all groups with their kinds, and all attributes with their values.

usage: python oracle/hdf5_objects.py FILE...
Prints one JSON object: file -> object path -> {"members": [[name, kind]...] (groups only), "attributes": {...}}.
Needs h5py.
"""

import json
import math
import sys

import h5py
import numpy as np

KINDS = {h5py.Group: "group", h5py.Dataset: "dataset", h5py.Datatype: "datatype"}
LINKS = {h5py.SoftLink: "soft-link", h5py.ExternalLink: "external-link"}


# The file that references point into.
state = {}


def plain(value):
    """A value as JSON: arrays and compounds as lists, strings without padding, bytes of opaque values as numbers."""
    if isinstance(value, h5py.RegionReference):
        return {"unreadable": True}
    if isinstance(value, h5py.Reference):
        return float(h5py.h5o.get_info(state["file"][value].id).addr) if value else None
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value.reshape(-1)]
    if isinstance(value, np.void):
        if value.dtype.names is None:
            return list(value.tobytes())
        return [plain(value[name]) for name in value.dtype.names]
    if isinstance(value, (bytes, str)):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, (bool, np.bool_, np.integer, int)):
        return float(int(value))
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, (complex, np.complexfloating)):
        return [plain(value.real), plain(value.imag)]
    raise TypeError(f"{type(value)} {value!r}")


def attributes(item):
    values = {}
    for name in item.attrs.keys():
        try:
            values[name] = plain(item.attrs[name])
        except Exception:
            values[name] = {"unreadable": True}
    return values


def describe(file):
    objects = {}

    def visit(item, path):
        entry = {"attributes": attributes(item)}
        objects[path] = entry
        if not isinstance(item, h5py.Group):
            return
        entry["members"] = []
        for name in sorted(item.keys(), key=lambda text: text.encode("utf-8", "surrogateescape")):
            link = item.get(name, getlink=True)
            kind = LINKS.get(type(link))
            child = None
            if kind is None:
                child = item[name]
                kind = KINDS[type(child)]
            entry["members"].append([name, kind])
            below = f"/{name}" if path == "/" else f"{path}/{name}"
            if child is not None and below.count("/") < 12:
                visit(child, below)

    visit(file, "/")
    return objects


def main():
    answers = {}
    for path in sys.argv[1:]:
        try:
            with h5py.File(path, "r") as file:
                state["file"] = file
                answers[path] = describe(file)
        except Exception as error:
            answers[path] = {"error": str(error)}
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
