"""Goldens from scikit-image (resize), nnunetv2 (resampling, crop to non-zero) and batchgenerators (padding, smoothed elastic
fields, rotations) of hashed arrays (hashed.py).

Run with scikit-image 0.26.0, SciPy 1.17.1, nnunetv2 2.8.1, batchgenerators 0.25.5, acvl-utils 0.2.6 by `python -B`; writes
spatial.json beside this file. Seeds: number of each hashed array.
"""

import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import skimage
from skimage.transform import resize

# acvl-utils imports a file format that nothing here reads.
sys.modules["blosc2"] = MagicMock()
from batchgenerators.augmentations.utils import elastic_deform_coordinates, pad_nd_image  # noqa: E402
from batchgeneratorsv2.transforms.spatial.spatial import create_affine_matrix_3d  # noqa: E402
from nnunetv2.preprocessing.cropping.cropping import crop_to_nonzero  # noqa: E402
from nnunetv2.preprocessing.resampling.default_resampling import (  # noqa: E402
    compute_new_shape,
    resample_data_or_seg_to_shape,
)

from hashed import hashed  # noqa: E402


def image(number, shape):
    return hashed(number, int(np.prod(shape))).reshape(shape)


def labels(number, shape, classes):
    return ((image(number, shape).astype(float) + 1) / 2 * classes).astype(np.uint8)


def flat(array, digits=5):
    return [round(float(value), digits) for value in np.asarray(array).ravel()]


golden = {"made with": f"scikit-image {skimage.__version__}, nnunetv2 2.8.1", "resize": [], "resample": [], "labels": [], "nonzero": [], "pad": []}
BORDERS = {"mirror": "reflect", "nearest": "edge", "reflect": "symmetric", "grid-constant": "constant", "grid-wrap": "wrap"}
for shape, to in (((9, 7), (5, 10)), ((5, 6, 7), (4, 7, 3))):
    for order in (0, 1, 3):
        for border, mode in BORDERS.items():
            for smooth in (False, True) if order and border in ("mirror", "nearest") else (False,):
                values = resize(image(1, shape), to, order=order, mode=mode, cval=0.3, anti_aliasing=smooth, preserve_range=True)
                golden["resize"].append({"shape": shape, "to": to, "order": order, "border": border, "antiAliasing": smooth, "values": flat(values)})
for shape, current, spacing, separate, order in (
    ((6, 7, 5), [1, 1, 1], [1.3, 0.8, 1.1], None, 3),
    ((4, 7, 6), [5, 1, 1.2], [3, 1.5, 1], None, 3),
    ((6, 4, 7), [1, 4, 1], [1.2, 3.1, 0.9], None, 1),
    ((6, 5, 4), [1, 1, 1.5], [0.9, 1.2, 5], None, 3),
    ((6, 5, 4), [1, 1, 5], [0.9, 1.2, 5], None, 3),
    ((4, 6, 5), [0.5, 2, 2], [0.7, 1.5, 2.2], None, 3),
    ((4, 7, 6), [5, 1, 1.2], [3, 1.5, 1], False, 3),
    ((5, 6, 4), [1.5, 1, 1], [1, 1.2, 1.1], True, 1),
):
    to = compute_new_shape(shape, current, spacing).tolist()
    values = resample_data_or_seg_to_shape(image(2, shape)[None], to, current, spacing, is_seg=False, order=order, order_z=0, force_separate_z=separate)[0]
    mask = resample_data_or_seg_to_shape(labels(3, shape, 4)[None].astype(np.int8), to, current, spacing, is_seg=True, order=1, order_z=0, force_separate_z=separate)[0]
    golden["resample"].append({"shape": shape, "current": current, "spacing": spacing, "separate": separate, "order": order, "to": to, "values": flat(values), "labels": mask.ravel().tolist()})
for shape, to in (((6, 7), (12, 14)), ((7, 6), (5, 9))):
    mask = resample_data_or_seg_to_shape(labels(4, (1, *shape), 3)[None].astype(np.int8), (1, *to), [9, 1, 1], [9, 1, 1], is_seg=True, order=1, order_z=0, force_separate_z=None)
    golden["labels"].append({"shape": shape, "to": to, "values": mask.ravel().tolist()})
for number, shape, threshold in ((5, (2, 1, 9, 8), 0.8), (6, (1, 6, 7, 8), 0.85), (7, (1, 5, 6, 7), 0.93)):
    data = image(number, shape).copy()
    data[data < threshold] = 0
    if shape[1] > 1:
        data[0, 1:4, 2:5, 2:6] = 1
        data[0, 2, 3, 3:5] = 0
    seg = labels(number + 10, (1, *shape[1:]), 2).astype(np.int8)
    cropped, mask, box = crop_to_nonzero(data, seg.copy())
    golden["nonzero"].append({"number": number, "shape": shape, "threshold": threshold, "box": [[int(low), int(high)] for low, high in box], "mask": mask.ravel().tolist(), "sum": round(float(cropped.sum()), 5)})
for shape, multiple in (((5, 8), 4), ((3, 5, 6), [2, 4, 5])):
    values = pad_nd_image(image(8, shape), shape, mode="constant", kwargs={"constant_values": 2}, shape_must_be_divisible_by=multiple)
    golden["pad"].append({"shape": shape, "multiple": multiple, "to": values.shape, "values": flat(values)})
# The noise that the field is made of: hash / 2 + ½ in the place of NumPy's random numbers.
numbers = iter((20, 21))
np.random.random = lambda shape: (image(next(numbers), shape).astype(float) + 1) / 2
golden["elastic"] = {"shape": [10, 12], "alpha": 30, "sigma": 2, "values": flat(elastic_deform_coordinates(np.zeros((2, 10, 12)), 30, 2))}
golden["rotation"] = {"angles": [20, -35, 50], "values": flat(create_affine_matrix_3d(np.radians([-20, 35, -50]), [1, 1, 1]))}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
