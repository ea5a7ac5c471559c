"""Goldens from scikit-image: watershed lines, connected components, adapted Rand error.

Run with scikit-image 0.26.0, NumPy 2.4; writes scikit-image.json beside this file.
"""

import json
from pathlib import Path

import numpy as np
import skimage
from skimage.filters import gaussian
from skimage.measure import label
from skimage.segmentation import watershed

rng = np.random.default_rng(2012)
cases = []
for height, width, sigma, cut in ((24, 31, 1.5, 0.05), (17, 16, 1.0, 0.0), (40, 40, 2.5, 0.1), (6, 9, 0.8, -0.2)):
    field = gaussian(rng.standard_normal((height, width)), sigma)
    interior = (np.abs(field / field.std()) > 0.5 + cut).astype(np.uint8)
    components = label(interior, connectivity=1)
    lines = watershed(1 - interior, components, connectivity=1, watershed_line=True)
    cases.append(
        {
            "width": width,
            "interior": interior.ravel().tolist(),
            "components": components.ravel().tolist(),
            "components of 8": label(interior, connectivity=2).ravel().tolist(),
            "lines": lines.ravel().tolist(),
        }
    )
golden = {"made with": f"scikit-image {skimage.__version__}, seed 2012", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
