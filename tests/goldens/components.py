"""Goldens of connected components in the plane and in space, of what filters them, and of filled holes: SciPy,
scikit-image and cc3d, which agree on masks.

Run with SciPy 1.17.1, scikit-image 0.26.0, connected-components-3d 4.1.1, NumPy 2.4; writes components.json beside this
file.
"""

import base64
import json
from importlib.metadata import version
from pathlib import Path

import cc3d
import numpy as np
import scipy
import skimage
from scipy import ndimage
from skimage.measure import label
from skimage.morphology import remove_small_objects

rng = np.random.default_rng(1966)
NAMES = {2: [4, 8], 3: [6, 18, 26]}


def packed(array):
    assert array.min() >= 0 and array.max() < 65536
    return base64.b64encode(np.ascontiguousarray(array).astype("<u2").tobytes()).decode()


def in_scan_order(labels):
    """scikit-image numbers the components of classes otherwise where an axis has one element."""
    values, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(np.where(values == 0, -1, first))
    numbers = np.empty_like(order)
    numbers[order] = np.arange(len(order)) + (0 if (labels == 0).any() else 1)
    return numbers[inverse].reshape(labels.shape)


cases = []
for shape, sigma in (((24, 31), 1.0), ((1, 40), 0.6), ((19, 1), 0.5), ((9, 14, 12), 0.8), ((1, 11, 13), 0.7), ((12, 1, 9), 0.6), ((6, 7, 1), 0.5)):
    field = ndimage.gaussian_filter(rng.standard_normal(shape), sigma)
    field /= field.std()
    mask = field > 0.1
    classes = np.digitize(field, [-0.4, 0.2, 0.9]).astype(np.uint8)
    case = {"shape": shape, "mask": packed(mask), "classes": packed(classes), "connectivities": []}
    for order, connectivity in enumerate(NAMES[len(shape)], 1):
        components = ndimage.label(mask, ndimage.generate_binary_structure(len(shape), order))[0]
        assert (components == label(mask, connectivity=order)).all()
        of_classes = in_scan_order(label(classes, connectivity=order))
        if min(shape) > 1:
            assert (components == cc3d.connected_components(mask.astype(np.uint8), connectivity=connectivity)).all()
            assert (of_classes == cc3d.connected_components(classes, connectivity=connectivity)).all()
        case["connectivities"].append(
            {
                "connectivity": connectivity,
                "mask": packed(components),
                "classes": packed(of_classes),
                "at least 5": packed(remove_small_objects(mask, max_size=4, connectivity=order)),
                "largest": packed(cc3d.largest_k(mask.astype(np.uint8), k=1, connectivity=connectivity)),
            }
        )
    case["filled"] = packed(ndimage.binary_fill_holes(mask))
    cases.append(case)
versions = f"SciPy {scipy.__version__}, scikit-image {skimage.__version__}, cc3d {version('connected-components-3d')}, seed 1966"
golden = {"made with": versions, "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
