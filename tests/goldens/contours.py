"""Goldens of contours: scikit-image's find_contours, also where pixels are exactly at the level.

Run with scikit-image 0.26.0, SciPy 1.17.1, NumPy 2.4; writes contours.json beside this file.
"""

import base64
import json
from pathlib import Path

import numpy as np
import skimage
from scipy import ndimage
from skimage.measure import find_contours

rng = np.random.default_rng(1987)
cases = []
for shape, sigma, steps in (((14, 19), 1.2, None), ((14, 19), 1, 4), ((9, 12), 0.6, 2), ((12, 12), 0.5, 1), ((2, 30), 1, 3)):
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape), sigma)
    smooth = (smooth - smooth.min()) / np.ptp(smooth)
    values = (smooth if steps is None else np.round(smooth * steps)).astype(np.float32)
    for hole in (False, True):
        if hole:
            values = values.copy()
            values[rng.random(shape) < 0.05] = np.nan
        case = {"shape": shape, "values": base64.b64encode(values.astype("<f4").tobytes()).decode(), "results": []}
        for level in (None, 0.5, 1):
            for connected in ("low", "high"):
                for orientation in ("low", "high"):
                    contours = find_contours(values.astype(np.float64), level, connected, orientation)
                    contours = [[round(float(x), 9) for x in contour.ravel()] for contour in contours]
                    case["results"].append({"level": level, "connected": connected, "orientation": orientation, "contours": contours})
        cases.append(case)
golden = {"made with": f"scikit-image {skimage.__version__}, seed 1987", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
