"""Goldens of histogram equalisation and CLAHE: scikit-image and OpenCV.

Run with scikit-image 0.26.0, NumPy 2.4.6, opencv-python-headless 5.0.0.93; writes histogram.json beside this file.
Images are hashed numbers (hashed.py); of large results every 7th value is kept, and of 8-bit ones all as base64.
"""

import base64
import json
from pathlib import Path

import cv2
import numpy as np
from skimage.exposure import equalize_adapthist, equalize_hist

from hashed import hashed

STEP = 7


def smooth(number, shape):
    """Hashed noise on a ramp, from 0 to below 1 in float32: regions differ, and no bin is empty for long."""
    noise = (hashed(number, int(np.prod(shape))) + np.float32(1)) * np.float32(0.25)
    ramp = np.arange(noise.size, dtype=np.float32) / np.float32(noise.size)
    return (noise + ramp * np.float32(0.5)).reshape(shape)


def typed(values, dtype):
    top = {"uint8": 255, "uint16": 65535, "int16": 2000}.get(dtype)
    return values.astype(dtype) if top is None else np.floor(values * np.float32(top)).astype(dtype)


def some(values):
    return [round(float(value), 7) for value in np.asarray(values).ravel()[::STEP]]


equalized = []
for number, shape, dtype, bins, masked in (
    (0, (30, 40), "float32", 256, False),
    (1, (30, 40), "float64", 100, False),
    (2, (30, 40), "uint8", 256, False),
    (3, (30, 40), "uint16", 256, True),
    (4, (6, 14, 15), "int16", 256, False),
    (5, (30, 40), "float32", 17, True),
):
    image = typed(smooth(number, shape), dtype)
    mask = smooth(number + 50, shape) > 0.4 if masked else None
    result = equalize_hist(image, nbins=bins, mask=mask)
    equalized.append(
        {"number": number, "shape": shape, "dtype": dtype, "bins": bins, "masked": masked, "values": some(result)}
    )

adapted = []
for number, shape, dtype, options in (
    (10, (40, 48), "float32", {}),
    (11, (41, 47), "float32", {"kernel_size": 10, "clip_limit": 0.03}),
    (12, (41, 47), "uint8", {"kernel_size": (7, 13), "nbins": 100}),
    (13, (40, 48), "uint16", {"clip_limit": 0.0}),
    (14, (40, 48), "float64", {"clip_limit": 0.2, "nbins": 1000}),
    (15, (12, 16, 18), "float32", {"kernel_size": (5, 6, 4), "clip_limit": 0.05}),
    (16, (9, 16, 18), "uint8", {}),
    (17, (7, 5), "float32", {"kernel_size": 16}),
):
    image = typed(smooth(number, shape), dtype)
    result = equalize_adapthist(image, **options)
    step = 1 if result.size < 100 else STEP
    adapted.append(
        {
            "number": number,
            "shape": shape,
            "dtype": dtype,
            "kernel": options.get("kernel_size"),
            "clipLimit": options.get("clip_limit"),
            "bins": options.get("nbins"),
            "step": step,
            "values": [round(float(value), 7) for value in result.ravel()[::step]],
        }
    )

opencv = []
for number, shape, clip, tiles in (
    (20, (48, 64), 2.0, (8, 8)),
    (21, (50, 61), 3.0, (8, 8)),
    (22, (48, 61), 40.0, (4, 6)),
    (23, (40, 40), 0.0, (3, 5)),
    (24, (33, 20), 1.0, (2, 2)),
):
    image = typed(smooth(number, shape), "uint8")
    result = cv2.createCLAHE(clip, tiles).apply(image)
    opencv.append(
        {
            "number": number,
            "shape": shape,
            "clipLimit": clip,
            "tiles": tiles,
            "values": base64.b64encode(result.tobytes()).decode(),
        }
    )

golden = {"step": STEP, "equalized": equalized, "adapted": adapted, "opencv": opencv}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
