"""Goldens from SciPy: map_coordinates, affine_transform, rotate, zoom and gaussian_filter of hashed arrays (hashed.py).

Run with SciPy 1.17.1, NumPy 2.4 by `python -B`; writes ndimage.json beside this file. Seeds: number of each hashed array.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy import ndimage

from hashed import hashed

BORDERS = ["constant", "nearest", "reflect", "mirror", "wrap", "grid-constant", "grid-wrap"]
FILL = 0.25


def image(number, shape):
    return hashed(number, int(np.prod(shape))).reshape(shape)


def flat(array):
    return [round(float(value), 5) for value in np.asarray(array).ravel()]


def coordinates(number, shape, count):
    """Axis a: (hash · 1.3 + 0.5) · size, from −0.8 to 1.8 sizes."""
    return np.stack([(hashed(number + axis, count).astype(float) * 1.3 + 0.5) * size for axis, size in enumerate(shape)])


golden = {"made with": f"SciPy {scipy.__version__}", "fill": FILL, "coordinates": [], "affine": [], "rotate": [], "zoom": [], "gaussian": []}
for number, shape in ((1, (7, 9)), (2, (5, 6, 4))):
    count = 14
    for order in (0, 1, 3):
        for border in BORDERS:
            values = ndimage.map_coordinates(image(number, shape), coordinates(10 * number, shape, count), order=order, mode=border, cval=FILL)
            golden["coordinates"].append({"number": number, "shape": shape, "count": count, "order": order, "border": border, "values": flat(values)})
for number, shape, to, matrix, offset in (
    (3, (8, 7), (6, 9), [[0.9, 0.3], [-0.2, 1.1]], [0.4, -1.3]),
    (4, (6, 5, 7), (5, 6, 4), [[0.9, 0.1, -0.2], [0.2, 1.2, 0.1], [-0.1, 0.3, 0.8]], [0.313, -0.637, 1.171]),
    (5, (8, 7), (10, 6), [[0.7, 0], [0, 1.4]], [-0.4, 0.2]),
):
    for order in (0, 1, 3):
        for border in ("constant", "nearest", "mirror"):
            values = ndimage.affine_transform(image(number, shape), np.array(matrix), offset, tuple(to), order=order, mode=border, cval=FILL)
            rows = [[*row, shift] for row, shift in zip(matrix, offset)]
            golden["affine"].append({"number": number, "shape": shape, "to": to, "map": rows, "order": order, "border": border, "values": flat(values)})
for shape, axes, angles, degrees in (
    ((8, 7), (1, 0), [33], 33),
    ((5, 6, 7), (2, 1), [21, 0, 0], 21),
    ((5, 6, 7), (0, 2), [0, -21, 0], 21),
    ((5, 6, 7), (1, 0), [0, 0, 21], 21),
):
    values = ndimage.rotate(image(6, shape), degrees, axes=axes, reshape=False, order=3)
    golden["rotate"].append({"shape": shape, "angles": angles, "values": flat(values)})
for shape, to in (((7, 6), (11, 4)), ((5, 6, 4), (4, 7, 6))):
    for order in (0, 1, 3):
        for corners in (True, False):
            for border in ("mirror", "nearest"):
                factors = [new / old for old, new in zip(shape, to)]
                values = ndimage.zoom(image(7, shape), factors, order=order, mode=border, grid_mode=not corners)
                assert values.shape == to
                golden["zoom"].append({"shape": shape, "to": to, "order": order, "corners": corners, "border": border, "values": flat(values)})
for border in ("reflect", "mirror", "nearest", "constant", "wrap"):
    values = ndimage.gaussian_filter(image(8, (9, 11)), (1.3, 0.7), mode=border, cval=FILL)
    golden["gaussian"].append({"border": border, "sigmas": [1.3, 0.7], "values": flat(values)})
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
