"""What xarray sees of a variable by the README's recipe.

usage: cells_with_value.py STORE GROUP VARIABLE

Prints JSON: how many cells have a value, and their mean.
"""

import json
import sys
import warnings

import xarray as xr

store, group, name = sys.argv[1:]
warnings.simplefilter("error")
values = xr.open_zarr(store, group=group, zarr_format=3)[name]
json.dump({"cells": int(values.notnull().sum()), "mean": float(values.mean())}, sys.stdout)
