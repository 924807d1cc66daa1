"""Checks STAC items against STAC's own schemas, and their footprints with a geometry library.

usage: stac_items.py CASES

CASES is JSON: a list of {"item", "inside", "outside"}, the last two lists of [longitude, latitude] that the footprint
must cover, and must not. The core schemas are those that pystac carries; nothing is fetched.

Prints JSON: how many items hold. Any that does not is an error.
"""

import json
import sys

import numpy as np
import pystac
import shapely
from pystac.validation.stac_validator import JsonSchemaSTACValidator
from shapely.geometry import box, shape

with open(sys.argv[1]) as file:
    cases = json.load(file)

validator = JsonSchemaSTACValidator()


def boxes(west, south, east, north):
    """The box of RFC 7946, section 5.2, in one part or two."""
    if west <= east:
        return box(west, south, east, north)
    return shapely.union(box(west, south, 180, north), box(-180, south, east, north))


for case in cases:
    item = case["item"]
    name = item["id"]
    validator.validate_core(item, pystac.STACObjectType.ITEM, item["stac_version"])
    read = pystac.Item.from_dict(item)
    assert read.datetime is None and read.common_metadata.start_datetime < read.common_metadata.end_datetime, name
    assert read.assets["data"].media_type.startswith(pystac.MediaType.VND_ZARR), name

    geometry = shape(item["geometry"])
    assert geometry.is_valid, f"{name}: {shapely.is_valid_reason(geometry)}"
    for polygon in getattr(geometry, "geoms", [geometry]):
        assert polygon.exterior.is_ccw, f"{name}: an outer ring turns clockwise"
        assert not any(hole.is_ccw for hole in polygon.interiors), f"{name}: a hole turns counter-clockwise"
    bounds = boxes(*item["bbox"])
    assert bounds.buffer(1e-9).covers(geometry), f"{name}: sticks out of its bbox {item['bbox']}"
    _, south, _, north = geometry.bounds
    assert (south, north) == (item["bbox"][1], item["bbox"][3]), f"{name}: bbox {item['bbox']}"

    covered = shapely.covers(geometry, shapely.points(np.array(case["inside"])))
    assert covered.all(), f"{name}: {(~covered).sum()} points of {covered.size} lie outside"
    if case["outside"]:
        foreign = shapely.contains(geometry, shapely.points(np.array(case["outside"])))
        assert not foreign.any(), f"{name}: {foreign.sum()} points of {foreign.size} lie inside"

json.dump({"items": len(cases)}, sys.stdout)
