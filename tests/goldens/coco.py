"""Goldens of COCO masks: pycocotools' run lengths, areas and boxes of the objects of label maps.

Run with pycocotools and NumPy; writes coco.json beside this file.
"""

import base64
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pycocotools import mask

rng = np.random.default_rng(2014)
cases = []
for height, width, labels, block in ((1, 1, 1, 1), (7, 5, 2, 1), (40, 61, 3, 7), (128, 90, 12, 20), (190, 150, 4, 80)):
    coarse = rng.integers(0, labels + 1, (height // block + 1, width // block + 1))
    labelled = np.kron(coarse, np.ones((block, block), int))[:height, :width].astype(np.uint8)
    if labels > 4:
        labelled[rng.random((height, width)) < 0.02] = 0
    objects = []
    for label in np.unique(labelled[labelled > 0]):
        packed = mask.encode(np.asfortranarray(labelled == label, dtype=np.uint8))
        objects.append({
            "label": int(label),
            "counts": packed["counts"].decode(),
            "area": int(mask.area(packed)),
            "bbox": [int(value) for value in mask.toBbox(packed)],
        })
    pixels = base64.b64encode(labelled.tobytes()).decode()
    cases.append({"shape": [height, width], "labels": pixels, "objects": objects})
golden = {"made with": f"pycocotools {version('pycocotools')}, seed 2014", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
