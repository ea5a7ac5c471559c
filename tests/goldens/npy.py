"""Goldens of .npy and .npz files as NumPy writes them.

Run with NumPy 2.4.6; writes npy.json beside this file. Values: (7·i² + i) mod 120 of the row-major index i.
"""

import base64
import gzip
import io
import json
from pathlib import Path

import numpy as np

TYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split()


def values(shape, dtype):
    index = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((7 * index * index + index) % 120).reshape(shape).astype(dtype)


def packed(data):
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def npy(array, version=(1, 0)):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return packed(file.getvalue())


cases = []
for kind in TYPES:
    for order in "<>":
        cases.append({"name": order + kind, "type": kind, "shape": [3, 5], "file": npy(values((3, 5), order + kind))})
for shape in ([], [1], [0], [4, 0, 2], [7], [2, 3, 4], [2, 1, 3, 2, 2]):
    for order in "CF":
        array = np.array(values(shape, "<i2"), order=order)
        cases.append({"name": f"{shape} {order}", "type": "i2", "shape": shape, "file": npy(array)})
for version in (2, 3):
    cases.append({"name": f"version {version}", "type": "f4", "shape": [6], "file": npy(values((6,), "<f4"), (version, 0))})

refused = {
    "objects": np.array([{}, None], dtype=object),
    "complex numbers": np.zeros(2, np.complex64),
    "texts": np.array(["a"]),
    "records": np.zeros(2, [("a", "<i4"), ("b", "<f4")]),
    "dates": np.array(["2020-01-01"], "M8[D]"),
}
archives = {}
for name, save in (("savez", np.savez), ("savez_compressed", np.savez_compressed)):
    file = io.BytesIO()
    save(file, mask=np.zeros((64, 64), np.uint8), image=values((3, 4), "<f4"), **{"../up": values((2,), "<i8")})
    archives[name] = packed(file.getvalue())


def refused_file(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=True)
    return packed(file.getvalue())


golden = {"cases": cases, "refused": {k: refused_file(v) for k, v in refused.items()}, "archives": archives}
target = Path(__file__).with_suffix(".json")
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(len(cases), target.stat().st_size)
