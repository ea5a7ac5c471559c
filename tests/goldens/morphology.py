"""Goldens of erosion, dilation, opening and closing of masks and grey values: scikit-image.

Run with scikit-image 0.26.0, SciPy 1.17.1, NumPy 2.4; writes morphology.json beside this file.
"""

import base64
import json
from pathlib import Path

import numpy as np
import skimage
from scipy import ndimage
from skimage import morphology

rng = np.random.default_rng(1982)


def packed(array):
    return base64.b64encode(array.astype(np.uint8).tobytes()).decode()


def footprint(element, radius, axes):
    if element == "square":
        return morphology.footprint_rectangle((2 * radius + 1,) * axes)
    names = {"ball": ("disk", "ball"), "cross": ("diamond", "octahedron")}
    return getattr(morphology, names[element][axes - 2])(radius)


def ellipsoid(radius, spacing):
    """Offsets within the radius, in a box large enough for them."""
    reach = [int(radius // step) for step in spacing]
    grid = np.meshgrid(*[np.arange(-size, size + 1) * step for size, step in zip(reach, spacing)], indexing="ij")
    return sum(axis**2 for axis in grid) <= radius**2 + 1e-9


cases = []
for shape in ((11, 15), (5, 7, 9), (37, 75)):
    grey = rng.integers(0, 256, shape).astype(np.uint8)
    mask = (ndimage.gaussian_filter(rng.standard_normal(shape), 1) > 0).astype(np.uint8)
    elements = [(name, radius, None) for name in ("ball", "cross", "square") for radius in (1, 2, 4)]
    elements += [("ball", 3, [2, 1.5, 1][-len(shape) :]), ("ball", 2.5, [0.7] * len(shape))]
    if shape[-1] > 70:  # more than two words of 32 bits a row
        elements = [("square", 34, None), ("ball", 36, [9, 1])]
    for element, radius, spacing in elements:
        area = ellipsoid(radius, spacing) if spacing else footprint(element, radius, len(shape))
        case = {"shape": shape, "element": element, "radius": radius, "spacing": spacing, "results": []}
        for kind, values in (("grey", grey), ("mask", mask))[shape[-1] > 70 :]:
            for operation in ("erosion", "dilation", "opening", "closing"):
                values_after = getattr(morphology, operation)(values, area)
                case["results"].append({"operation": operation, "of": kind, "values": packed(values_after)})
        cases.append({**case, "grey": packed(grey), "mask": packed(mask)})
golden = {"made with": f"scikit-image {skimage.__version__}, seed 1982", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
