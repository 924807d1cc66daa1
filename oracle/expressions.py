"""What numpy and scipy give for the expressions and functions that configs may use.

usage: python oracle/expressions.py
Writes packages/stats/src/testdata/expressions.json, which the tests compare with. Needs numpy and scipy.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import scipy
from scipy import stats

TARGET = Path(__file__).parents[1] / "packages/stats/src/testdata/expressions.json"

random = np.random.default_rng(20)
COLUMNS = {
    "h": np.round(random.normal(100, 30, 41), 3),
    "s": np.round(random.uniform(0.01, 0.5, 41), 4),
    "z": np.round(random.normal(0, 2, 41), 1),  # signs, zeros and ties
    "flags": random.integers(0, 64, 41).astype(float),
    "gaps": np.where(random.random(41) < 0.3, np.nan, np.round(random.normal(5, 1, 41), 2)),
    "big": random.normal(1e8, 1, 41),
}

EXPRESSIONS = """
1.0 / np.sqrt(np.sum(1.0 / s**2))
float(np.quantile(h, 0.75) - np.quantile(h, 0.25))
-h[0]**2
2**-1
2**3**2
-2**2
(-2)**2
7 // 2 + -7 // 2 + 7 // -2
7 % 3 + -7 % 3 * 10 + 7 % -3 * 100
h % 7
z // 0.5
z % -1.5
-z // 3
1 + 2 * 3 - 4 / 5
2 * -3
+h - -s
1 < 2
(1 < 2) + (2 < 1)
0 < h[0] < 1000
1 < 3 < 2
(h > 90) & (s < 0.3)
(h > 90) | ~(s < 0.3)
np.sum((z >= -1) & (z <= 1))
h[s < 0.1]
np.mean(h[(s < 0.2) & (h > 80)])
h[0]
h[-1]
h[2:5]
h[-3:]
h[:4]
h[::-1]
h[10:2:-3]
h[::7]
h[100:]
h[[0, 2, -1]]
h[np.argsort(s)][:5]
h[np.argmin(s)]
s[np.argmax(h)]
np.sort(h)[::-1][:3]
np.diff(h)
np.cumsum(z)
np.unique(z)
len(np.unique(flags))
len(h)
len(h[h > 1e9])
np.sum(h[h > 1e9])
np.prod(h[h > 1e9])
np.any(h[h > 1e9] > 0)
np.all(h[h > 1e9] > 0)
abs(z)
sum(z)
int(np.mean(h))
int(-2.7)
round(np.mean(h), 2)
round(2.5) + round(3.5) + round(-0.5)
np.round(z)
np.round(h, 1)
np.rint(z * 2.5)
np.sqrt(s)
np.cbrt(z)
np.exp(z)
np.exp2(z)
np.expm1(s)
np.log(s)
np.log2(s)
np.log10(s)
np.log1p(s)
np.square(z)
np.power(s, 1.7)
s**0.5
s**-1
s**3
z**2
np.sin(h)
np.cos(h)
np.tan(s)
np.arcsin(s)
np.arccos(s)
np.arctan(z)
np.arctan2(z, h)
np.sinh(z)
np.cosh(z)
np.tanh(z)
np.hypot(z, s)
np.radians(h)
np.deg2rad(h)
np.degrees(s)
np.rad2deg(s)
np.floor(z)
np.ceil(z)
np.trunc(z)
np.sign(z)
np.abs(z)
np.absolute(z)
np.fabs(z)
np.reciprocal(s)
np.negative(z)
np.add(h, s)
np.subtract(h, s)
np.multiply(h, s)
np.divide(h, s)
np.floor_divide(h, 7)
np.mod(z, 3)
np.remainder(z, -3)
np.fmod(z, 3)
np.minimum(z, s)
np.maximum(z, s)
np.minimum(gaps, 5)
np.fmin(gaps, 5)
np.fmax(gaps, 5)
np.clip(z, -1, 1)
np.where(z > 0, h, -h)
np.where(np.isnan(gaps), 0, gaps)
np.isnan(gaps)
np.isfinite(gaps)
np.isinf(h / (z * 0))
np.isin(flags, [1, 2, 3, 40])
np.logical_and(z > 0, s > 0.2)
np.logical_or(z > 0, s > 0.2)
np.logical_xor(z > 0, s > 0.2)
np.logical_not(z > 0)
np.less(z, 0)
np.greater_equal(z, 0)
np.equal(z, 0)
np.not_equal(z, 0)
np.count_nonzero(z)
np.any(z > 5)
np.all(z > -50)
np.min(h)
np.max(h)
np.amin(h)
np.amax(h)
np.ptp(h)
np.min(gaps)
np.mean(gaps)
np.median(gaps)
np.quantile(gaps, 0.5)
np.mean(h)
np.median(h)
np.median(h[:4])
np.var(h)
np.var(big)
np.std(h)
np.std(h, ddof=1)
np.var(h, axis=0, ddof=1)
np.sum(h, axis=-1)
np.prod(s)
np.dot(h, s)
np.argmin(z)
np.argmax(z)
np.average(h)
np.average(h, weights=1.0 / s**2)
np.quantile(h, 0)
np.quantile(h, 1)
np.quantile(h, q=0.1)
np.quantile(h, [0.25, 0.5, 0.75])
np.quantile(h, [0.25, 0.75])[1]
np.percentile(h, 16)
np.percentile(h, [16, 84])
np.quantile(h[:1], 0.3)
np.nanmin(gaps)
np.nanmax(gaps)
np.nansum(gaps)
np.nanprod(gaps / 5)
np.nanmean(gaps)
np.nanmedian(gaps)
np.nanstd(gaps)
np.nanvar(gaps, ddof=1)
np.nanquantile(gaps, 0.3)
np.nanpercentile(gaps, 30)
np.max([np.mean(h), 5, np.median(h)])
h - np.mean(h)
np.mean((h - np.mean(h))**2)
np.sum(np.abs(h - np.median(h)) < 2 * np.std(h))
(flags.astype(int) & 8) != 0
flags.astype(int) & 12 | 1
~flags.astype(int)
np.pi * np.e
np.nan
np.inf
-np.inf
1e3 + .5 + 5. + 1_000
True + True
h[len(h) - 1]
h[1:] - h[:-1]
np.mean(h[h > np.median(h)])
np.float64(1) / 3 == 1 / 3
0.1 + 0.2 == 0.3
np.sqrt(-1)
np.log(z * 0)
1 / (z * 0)
""".strip().splitlines()

# Written for us, computed here: what differs in spelling only.
SPELLING = {"flags.astype(int)": "flags", "np.float64(1)": "1"}

FUNCTIONS = [
    ("mad", {}, stats.median_abs_deviation),
    ("nmad", {}, lambda x: stats.median_abs_deviation(x, scale="normal")),
    ("iqr", {}, stats.iqr),
    ("rms", {}, lambda x: np.sqrt(np.mean(np.square(x)))),
    ("skew", {}, stats.skew),
    ("kurtosis", {}, stats.kurtosis),
    ("mode", {}, lambda x: stats.mode(x).mode),
    ("nunique", {}, lambda x: len(np.unique(x))),
    ("len", {}, len),
    ("count", {}, len),
    ("average", {}, np.average),
    ("np.quantile", {"q": 0.9}, lambda x: np.quantile(x, 0.9)),
    ("numpy.percentile", {"q": 2.5}, lambda x: np.percentile(x, 2.5)),
    ("std", {"ddof": 1}, lambda x: np.std(x, ddof=1)),
]


def encode(value):
    """Numbers for JSON; what JSON lacks as text."""
    if np.ndim(value) > 0:
        return [encode(item) for item in np.asarray(value).tolist()]
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number


def main():
    warnings.simplefilter("ignore")
    names = {"np": np, "len": len, "float": float, "int": int, "abs": abs, "sum": sum, "round": round, **COLUMNS}
    expressions = []
    for text in EXPRESSIONS:
        ours = text
        for theirs, spelling in SPELLING.items():
            ours = ours.replace(theirs, spelling)
        expressions.append({"text": ours, "value": encode(eval(text, {"__builtins__": {}}, names))})
    functions = [
        {"name": name, "params": params, "column": column, "value": encode(function(COLUMNS[column]))}
        for name, params, function in FUNCTIONS
        for column in ("h", "z", "flags")
    ]
    document = {
        "made_with": {"numpy": np.__version__, "scipy": scipy.__version__},
        "columns": {name: encode(values) for name, values in COLUMNS.items()},
        "expressions": expressions,
        "functions": functions,
    }
    TARGET.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{len(expressions)} expressions, {len(functions)} functions -> {TARGET}")


if __name__ == "__main__":
    main()
