"""Goldens from SciPy: the exact Euclidean distance transform with anisotropic sampling.

Run with SciPy 1.17.1, NumPy 2.4 by `python -B`; writes surface-distance-transform.json beside this file. Seeds: of each mask.
"""

import json
from pathlib import Path

import scipy
from scipy.ndimage import distance_transform_edt

from surface_masks import blobs

cases = []
for shape, seed, count, noise, spacing in (
    ([23], 1, 2, 0.1, [0.7]),
    ([15, 18], 2, 3, 0, [1, 1]),
    ([14, 13], 3, 3, 0, [2.5, 0.4]),
    ([12, 16], 4, 6, 0.05, [0.9, 1.7]),
    ([7, 8, 9], 5, 4, 0, [1, 1, 1]),
    ([6, 9, 8], 6, 4, 0.02, [3, 0.5, 0.8]),
    ([9, 1, 7], 7, 4, 0, [2, 5, 0.3]),
):
    mask = {"shape": shape, "seed": seed, "count": count, "noise": noise}
    distances = distance_transform_edt(blobs(**mask), sampling=spacing)
    cases.append({"mask": mask, "spacing": spacing, "distances": distances.ravel().round(12).tolist()})
golden = {"made with": f"SciPy {scipy.__version__}", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
