"""Goldens of the Radon transform and of filtered back-projection: scikit-image.

Run with scikit-image 0.26.0, NumPy 2.4.6; writes radon.json beside this file. Images are hashed numbers (hashed.py).
"""

import json
from pathlib import Path

import numpy as np
from skimage.transform import iradon, radon

from hashed import hashed


def image(number, shape):
    return hashed(number, int(np.prod(shape))).astype(np.float64).reshape(shape)


def flat(values):
    return [round(float(value), 6) for value in np.asarray(values).ravel()]


def disc(number, shape):
    """Zero outside of the circle that every projection sees whole."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    away = (rows - shape[0] // 2) ** 2 + (columns - shape[1] // 2) ** 2
    return np.where(away > (min(shape) // 2) ** 2, 0, image(number, shape))


ANGLES = [0, 17.3, 45, 60, 90, 133.7, 180, -20, 270]
forward = []
for number, shape, circle in ((0, (12, 12), True), (1, (13, 13), True), (2, (9, 14), True), (3, (15, 10), True), (4, (8, 11), False), (5, (9, 9), False)):
    values = radon(disc(number, shape) if circle else image(number, shape), ANGLES, circle=circle, preserve_range=True)
    forward.append({"number": number, "shape": shape, "circle": circle, "values": flat(values)})

inverse = []
for number, shape, options in (
    (10, (12, 9), {}),
    (11, (13, 8), {"filter_name": "shepp-logan"}),
    (12, (12, 8), {"filter_name": "cosine"}),
    (13, (12, 8), {"filter_name": "hamming", "circle": False}),
    (14, (13, 8), {"filter_name": "hann", "output_size": 15}),
    (15, (12, 5), {"filter_name": None, "circle": False, "output_size": 11}),
    (16, (40, 7), {"output_size": 12}),
):
    values = iradon(image(number, shape), **options)
    inverse.append(
        {
            "number": number,
            "shape": shape,
            "filter": options.get("filter_name", "ramp") or "none",
            "circle": options.get("circle", True),
            "size": options.get("output_size"),
            "values": flat(values),
        }
    )
angles = [3.0, 40.5, 77.0, 120.0, 150.0]
values = iradon(image(17, (10, 5)), angles)
inverse.append({"number": 17, "shape": (10, 5), "filter": "ramp", "circle": True, "size": None, "angles": angles, "values": flat(values)})

golden = {"angles": ANGLES, "forward": forward, "inverse": inverse}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
