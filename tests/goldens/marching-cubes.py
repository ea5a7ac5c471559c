"""Goldens of surfaces: scikit-image's marching cubes (Lewiner) of noise, in which all cases occur, and of smooth hills.

Run with scikit-image 0.26.0, SciPy 1.17.1, NumPy 2.4; writes marching-cubes.json beside this file.
"""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import skimage
from scipy import ndimage
from skimage.measure import marching_cubes, mesh_surface_area

rng = np.random.default_rng(2003)
cases = []
for shape, sigma, steps, level, spacing in (
    ((5, 6, 7), 0, None, 0, (1, 1, 1)),
    ((6, 5, 6), 0, 4, 2, (1, 1, 1)),
    ((9, 12, 10), 1, None, None, (2.5, 0.5, 0.75)),
    ((24, 25, 26), 0, None, 0.1, (1, 1, 1)),
):
    values = rng.standard_normal(shape)
    if sigma:
        values = ndimage.gaussian_filter(values, sigma)
    if steps:  # values exactly at the level
        values = np.round((values - values.min()) / np.ptp(values) * steps)
    values = values.astype(np.float32)
    vertices, faces, _, _ = marching_cubes(values, level, spacing=spacing)
    case = {"shape": shape, "values": base64.b64encode(values.tobytes()).decode(), "level": level, "spacing": spacing}
    case.update(vertices=len(vertices), faces=len(faces), area=float(mesh_surface_area(vertices, faces)))
    if len(faces) < 3000:
        case["places"] = base64.b64encode(vertices.astype("<f4").tobytes()).decode()
    case["digest"] = hashlib.sha256(faces.astype("<u4").tobytes()).hexdigest()
    cases.append(case)
golden = {"made with": f"scikit-image {skimage.__version__}, seed 2003", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
