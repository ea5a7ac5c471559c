"""Goldens from DeepMind's surface-distance: sizes of surface elements, and the scores that weigh by them.

Run with surface-distance 0.1, SciPy 1.17.1, NumPy 2.4 by `python -B`; writes surface-distance.json beside this file.
Seeds: of each mask.
"""

import json
import warnings
from itertools import product
from pathlib import Path

import numpy as np
from scipy import ndimage

# Names that the package, of 2018, takes from later renamed places.
np.Inf = np.inf
ndimage.filters = ndimage.morphology = ndimage

import surface_distance as package  # noqa: E402
from surface_distance import lookup_tables  # noqa: E402
from surface_masks import PAIRS, mask, number  # noqa: E402

PERCENTILES = [100, 95, 50]
TOLERANCES = [0, 1, 2.5]


def by_our_code(kernel, table, spacing):
    """The package's sizes by a code whose bit Σₐ 2^(rank − 1 − a)·positionₐ is a corner's; its own runs backwards."""
    rank = kernel.ndim
    corners = list(product((0, 1), repeat=rank))
    sizes = []
    for code in range(2 ** len(corners)):
        theirs = sum(int(kernel[corner]) for bit, corner in enumerate(corners) if code >> bit & 1)
        sizes.append(round(float(table(spacing)[theirs]), 9))
    return {"spacing": spacing, "sizes": sizes}


elements = [
    by_our_code(
        lookup_tables.ENCODE_NEIGHBOURHOOD_2D_KERNEL,
        lookup_tables.create_table_neighbour_code_to_contour_length,
        [0.7, 1.9],
    )
] + [
    by_our_code(
        lookup_tables.ENCODE_NEIGHBOURHOOD_3D_KERNEL,
        lookup_tables.create_table_neighbour_code_to_surface_area,
        spacing,
    )
    for spacing in ([1, 1, 1], [0.7, 1.3, 2.9])
]

cases = []
warnings.simplefilter("ignore")
for pair in PAIRS:
    distances = package.compute_surface_distances(mask(**pair["truth"]), mask(**pair["prediction"]), pair["spacing"])
    truth_to_prediction, prediction_to_truth = package.compute_average_surface_distance(distances)
    cases.append(
        {
            **pair,
            "sizes": [number(distances[f"surfel_areas_{which}"].sum()) for which in ("pred", "gt")],
            "average": [number(prediction_to_truth), number(truth_to_prediction)],
            "hausdorff": [number(package.compute_robust_hausdorff(distances, percent)) for percent in PERCENTILES],
            "dice": [number(package.compute_surface_dice_at_tolerance(distances, limit)) for limit in TOLERANCES],
            "overlap": [
                [number(share) for share in package.compute_surface_overlap_at_tolerance(distances, limit)[::-1]]
                for limit in TOLERANCES
            ],
        }
    )
golden = {
    "made with": "surface-distance 0.1",
    "percentiles": PERCENTILES,
    "tolerances": TOLERANCES,
    "elements": elements,
    "cases": cases,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
