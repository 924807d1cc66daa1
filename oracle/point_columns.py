"""Writes an HDF5 file of points whose columns are of every shape and rate, and says which value each point has.

usage: point_columns.py FILE SEED

Group /a has `points` points in one place each; what each column is, and what is expected of it, is worked out here with
numpy alone: by fancy indexing, np.repeat and loops, point by point.

Prints JSON: {"points": n, "columns": {name: {"dataset": as a config has it, "values": [one for each point, null for none]}}}
"""

import json
import sys

import h5py
import numpy as np

path, seed = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(seed)
POINTS = int(random.integers(1, 4000))
columns = {}


def some(probability):
    return random.random() < probability


def write(group, name, values, **attributes):
    chunked = values.ndim > 0 and values.size > 0 and some(0.7)
    options = {}
    if chunked:
        options = {
            "chunks": tuple(int(random.integers(1, extent + 1)) for extent in values.shape),
            "compression": "gzip",
            "shuffle": some(0.5),
        }
    dataset = group.create_dataset(name, data=values, **options)
    for key, value in attributes.items():
        dataset.attrs[key] = value


def numbers(shape):
    dtype = random.choice(["i1", "u1", "i2", "i4", "i8", "f4", "f8"])
    return random.integers(0 if dtype[0] == "u" else -100, 100, shape).astype(dtype)


def expect(name, dataset, values):
    values = np.asarray(values, dtype=np.float64)
    assert values.shape == (POINTS,)
    columns[name] = {"dataset": dataset, "values": [None if np.isnan(v) else float(v) for v in values]}


with h5py.File(path, "w") as file:
    a = file.create_group("a")
    write(a, "lat", np.full((POINTS, 1) if some(0.3) else POINTS, -75.0))
    write(a, "lon", np.full(POINTS, 10.0))

    values = numbers(POINTS)
    write(a, "plain", values)
    expect("plain", "/{group}/plain", values)

    values = numbers((POINTS, 5))
    write(a, "five", values)
    expect("third", "/{group}/five[:, 2]", values[:, 2])
    expect("last", "/{group}/five[:,-1]", values[:, -1])

    values = numbers((POINTS, 101))
    write(a, "wide", values, scale_factor=0.5, _FillValue=values[0, 98])
    scaled = np.where(values[:, 98] == values[0, 98], np.nan, values[:, 98] * 0.5)
    expect("wide", "/{group}/wide[:, 98]", scaled)

    values = numbers((3, POINTS))
    write(a, "rows_last", values)
    expect("rows_last", "/{group}/rows_last[1, :]", values[1])

    values = numbers((POINTS, 4, 3))
    write(a, "deep", values)
    expect("deep", "/{group}/deep[..., 3, 1]", values[:, 3, 1])

    values = numbers(7)
    write(a, "seven", values)
    expect("constant", "/{group}/seven[3]", np.full(POINTS, values[3]))
    write(file, "scalar", np.float64(2.5))
    expect("scalar", "/scalar[()]", np.full(POINTS, 2.5))
    a.attrs["spot"] = np.int32(4)
    a.attrs["name"] = "17"
    file.attrs["range"] = np.array([1.5, -3.0])
    expect("attribute", "/{group}@spot", np.full(POINTS, 4))
    expect("as_text", "/{group}@name", np.full(POINTS, 17))
    expect("of_file", "/@range[1]", np.full(POINTS, -3))

    # Each value is that of `times` points.
    times = int(random.integers(1, 30))
    values = numbers(-(-POINTS // times))
    write(a, "slow", values, add_offset=1000.0)
    expected = np.repeat(values, times)[:POINTS] + 1000.0
    expect("repeat", {"path": "/{group}/slow", "join": {"repeat": times}}, expected)

    # An index tells each point's value; a negative one tells that there is none.
    for base in (0, 1):
        values = numbers(int(random.integers(1, 50)))
        index = random.integers(-1, len(values), POINTS)
        if some(0.7):
            index.sort()
        write(a, f"other{base}", values)
        write(a, f"index{base}", (index + base).astype("i4"))
        expected = np.where(index < 0, np.nan, values[index].astype(np.float64))
        join = {"index": f"/{{group}}/index{base}", "base": base}
        expect(f"index{base}", {"path": f"/{{group}}/other{base}", "join": join}, expected)

    # Runs: of ATL03's segments, empty ones begin at 0; between runs, before and behind them, some points have none.
    for gaps in (False, True):
        counts = []
        begins = []
        at = int(random.integers(0, 5)) if gaps else 0
        while at < POINTS:
            if some(0.3):
                begins.append(0)
                counts.append(0)
                continue
            count = int(min(random.integers(1, 60), POINTS - at))
            begins.append(at + 1)
            counts.append(count)
            at += count + (int(random.integers(0, 4)) if gaps else 0)
        begins.append(0)
        counts.append(0)
        values = numbers((len(begins), 2))
        expected = np.full(POINTS, np.nan)
        for begin, count, value in zip(begins, counts, values[:, 1]):
            for point in range(begin - 1, begin - 1 + count):
                expected[point] = value
        name = "gap" if gaps else "dense"
        write(a, f"{name}_values", values)
        write(a, f"{name}_begin", np.array(begins, dtype="i8"), _FillValue=np.int64(0))
        write(a, f"{name}_count", np.array(counts, dtype="i4"))
        join = {"begin": f"/{{group}}/{name}_begin", "base": 1}
        dataset = {"path": f"/{{group}}/{name}_values[:, 1]", "join": join}
        if not gaps:
            expect("runs_to_the_next", dataset, expected)
        counted = {"path": dataset["path"], "join": {**join, "count": f"/{{group}}/{name}_count"}}
        expect(f"{name}_runs", counted, expected)

print(json.dumps({"points": POINTS, "columns": columns}))
