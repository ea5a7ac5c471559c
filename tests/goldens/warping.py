"""Goldens of the warping error, by a plain and slow transcription of the paper (there is no package).

Jain et al. (2010), "Boundary learning by optimization with topological constraints", section 3: of all simple points
(Bertrand and Malandain 1994) that differ from the prediction, flip the most confident one, until none is left. Kinds of
errors: by counting all objects and holes before and after the flip of each remaining pixel.

Run with SciPy 1.17.1, NumPy 2.4 by `python -B`; writes warping.json beside this file. Seeds: of each mask.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.ndimage import gaussian_filter, label

from surface_masks import mask

STRUCTURES = {4: [[0, 1, 0], [1, 1, 1], [0, 1, 0]], 8: np.ones((3, 3))}


def topological_number(patch, connectivity):
    """Components of the 3×3 patch without its centre that are adjacent to the centre."""
    ring = patch.copy()
    ring[1, 1] = 0
    labels, _ = label(ring, STRUCTURES[connectivity])
    adjacent = labels[np.array(STRUCTURES[connectivity], bool)]
    return len(set(adjacent.tolist()) - {0})


def is_simple(image, row, column, connectivity):
    patch = image[row - 1 : row + 2, column - 1 : column + 2]
    return topological_number(patch, connectivity) == 1 and topological_number(1 - patch, 12 - connectivity) == 1


def warp(truth, prediction, threshold, allowed, connectivity):
    image = np.pad(truth, 1)
    target = np.pad((prediction >= threshold).astype(int), 1)
    while True:
        best = None
        for row, column in np.argwhere(image != target):
            if not allowed[row - 1, column - 1] or not is_simple(image, row, column, connectivity):
                continue
            confidence = abs(prediction[row - 1, column - 1] - threshold)
            if best is None or confidence > best[0]:
                best = (confidence, row, column)
        if best is None:
            return image, target
        image[best[1], best[2]] ^= 1


def objects_and_holes(image, connectivity):
    objects = label(image, STRUCTURES[connectivity])[1]
    return objects, label(1 - image, STRUCTURES[12 - connectivity])[1] - 1


def errors(image, target, connectivity):
    kinds = {
        kind: np.zeros(image.shape)
        for kind in (
            "splits",
            "mergers",
            "falseObjects",
            "missedObjects",
            "falseHoles",
            "missedHoles",
            "displacements",
        )
    }
    objects, holes = objects_and_holes(image, connectivity)
    for row, column in np.argwhere(image != target):
        joins = image[row, column] == 0
        flipped = image.copy()
        flipped[row, column] ^= 1
        now_objects, now_holes = objects_and_holes(flipped, connectivity)
        if now_objects > objects:
            kind = "falseObjects" if joins else "splits"
        elif now_objects < objects:
            kind = "mergers" if joins else "missedObjects"
        elif now_holes != holes:
            kind = "falseHoles" if now_holes > holes else "missedHoles"
        else:
            kind = "displacements"
        kinds[kind][row, column] = 1
    grouping = {"Objects": connectivity, "Holes": 12 - connectivity}
    return {
        kind: label(pixels, STRUCTURES[next((grouping[end] for end in grouping if kind.endswith(end)), 8)])[1]
        for kind, pixels in kinds.items()
    }


def blobs(height, width, seed, **more):
    return {"shape": [height, width], "seed": seed, **more}


def case(truth, prediction, connectivity=4, threshold=0.5, smooth=0, allowed=None):
    """With `smooth`, the prediction is a blurred mask in sixteenths, so that it has many confidences and many ties."""
    values = mask(**prediction).astype(float)
    stored = {}
    if smooth:
        values = np.round(gaussian_filter(values, smooth, mode="nearest") * 16)
        stored["sixteenths"] = values.astype(int).ravel().tolist()
        values /= 16
    everywhere = np.ones(values.shape, bool)
    image, target = warp(
        mask(**truth).astype(int), values, threshold, everywhere if allowed is None else mask(**allowed), connectivity
    )
    inner = image[1:-1, 1:-1]
    return {
        "truth": truth,
        "prediction": prediction,
        **stored,
        **({} if allowed is None else {"mask": allowed}),
        "connectivity": connectivity,
        "threshold": threshold,
        "pixels": int((image != target).sum()),
        "warped": "".join(map(str, inner.ravel())),
        "errors": errors(image, target, connectivity),
    }


EMPTY, FULL, ONE = ({"shape": [7, 8], **more} for more in ({"value": 0}, {"value": 1}, {"pixels": [27]}))
RING = {"shape": [7, 8], "pixels": [10, 11, 12, 18, 20, 26, 27, 28]}
CORNERS = {"shape": [7, 8], "pixels": [0, 7, 48, 55]}
DIAGONAL = {"shape": [7, 8], "pixels": [9, 18, 27, 36]}

cases = [
    case(blobs(15, 18, 1, count=4), blobs(15, 18, 2, count=4), smooth=1.5),
    case(blobs(16, 19, 3, count=5), blobs(16, 19, 3, count=5, noise=0.15)),
    case(blobs(16, 19, 3, count=5), blobs(16, 19, 3, count=5, noise=0.15), connectivity=8),
    case(blobs(14, 15, 4, noise=0.3), blobs(14, 15, 5, noise=0.3)),
    case(blobs(14, 15, 4, noise=0.3), blobs(14, 15, 5, noise=0.3), connectivity=8),
    case(blobs(14, 15, 6, noise=0.4), blobs(14, 15, 7, noise=0.4), smooth=0.8),
    case(blobs(14, 15, 6, noise=0.4), blobs(14, 15, 7, noise=0.4), smooth=0.8, connectivity=8, threshold=0.4),
    case(blobs(15, 13, 8, noise=0.1), blobs(15, 13, 9, noise=0.1), allowed=blobs(15, 13, 10)),
    *(
        case(truth, prediction, connectivity)
        for connectivity in (4, 8)
        for truth, prediction in (
            (EMPTY, EMPTY),
            (EMPTY, FULL),
            (FULL, EMPTY),
            (FULL, FULL),
            (ONE, EMPTY),
            (EMPTY, ONE),
            (ONE, FULL),
            (FULL, ONE),
            (RING, FULL),
            (FULL, RING),
            (RING, ONE),
            (RING, DIAGONAL),
            (CORNERS, FULL),
            (FULL, CORNERS),
            (DIAGONAL, RING),
        )
    ),
]
golden = {"made with": f"SciPy {scipy.__version__}, NumPy {np.__version__}", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
