"""Goldens of the marker-controlled watershed: scikit-image, on hills, on plateaus where regions tie, and on distances.

Run with scikit-image 0.26.0, SciPy 1.17.1, NumPy 2.4; writes watershed.json beside this file.
"""

import base64
import json
from pathlib import Path

import numpy as np
import skimage
from scipy import ndimage
from skimage.segmentation import watershed

rng = np.random.default_rng(1991)
NAMES = {2: [4, 8], 3: [6, 18, 26]}


def packed(array):
    assert array.min() >= 0 and array.max() < 65536
    return base64.b64encode(array.astype("<u2").tobytes()).decode()


cases = []
for shape in ((21, 34), (1, 25), (7, 11, 9), (4, 1, 12)):
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape), 1.5)
    smooth = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    for steps in (6, 60, 6000):  # few: plateaus; many: hardly a tie
        elevation = np.round(steps * smooth)
        mask = ndimage.gaussian_filter(rng.standard_normal(shape), 1) > -0.15
        seeds = rng.random(shape) < 0.03
        seeds.flat[[0, -1]] = True
        markers = ndimage.label(seeds)[0]
        case = {"shape": shape, "elevation": packed(elevation), "markers": packed(markers), "mask": packed(mask), "results": []}
        for order, connectivity in enumerate(NAMES[len(shape)], 1):
            for masked, compactness in ((0, 0), (1, 0), (1, 0.7), (0, 50)):
                labels = watershed(elevation, markers, connectivity=order, mask=mask if masked else None, compactness=compactness)
                case["results"].append(
                    {"connectivity": connectivity, "masked": bool(masked), "compactness": compactness, "labels": packed(labels)}
                )
        cases.append(case)

instances = []
for shape, sigma in (((48, 64), 2.5), ((14, 20, 18), 2)):
    field = ndimage.gaussian_filter(rng.standard_normal(shape), sigma)
    mask = field > 0.2 * field.std()
    smooth = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask).astype(np.float32), 2)
    centres = mask & (smooth == ndimage.maximum_filter(smooth, 7))
    markers, count = ndimage.label(centres, np.ones((3,) * len(shape)))
    labels = watershed(-smooth, markers, mask=mask)
    rest, _ = ndimage.label(mask & (labels == 0))
    labels[rest > 0] = count + rest[rest > 0]
    instances.append({"shape": shape, "mask": packed(mask), "separation": 3, "labels": packed(labels)})
golden = {"made with": f"scikit-image {skimage.__version__}, seed 1991", "cases": cases, "instances": instances}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
