"""Goldens from MONAI: Hausdorff distances, average surface distances, surface Dice, with spacing.

Run with MONAI 1.6.1, PyTorch 2.15, SciPy 1.17.1 by `python -B`; writes surface-monai.json beside this file. Seeds: of
each mask.
"""

import json
import warnings
from pathlib import Path

import monai
import torch
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice
from surface_masks import PAIRS, mask, number

PERCENTILES = [100, 95, 50]
TOLERANCES = [0, 1, 2.5]

warnings.simplefilter("ignore")


def hausdorff(masks, directed, **options):
    """At 100 the maximum: MONAI's percentiles are NaN where distances are infinite."""
    return [
        number(
            compute_hausdorff_distance(
                *masks, percentile=None if percentile == 100 else percentile, directed=directed, **options
            )
        )
        for percentile in PERCENTILES
    ]


def dice(masks, **options):
    return [number(compute_surface_dice(*masks, class_thresholds=[limit], **options)) for limit in TOLERANCES]


cases = []
for pair in PAIRS:
    prediction, truth = (torch.from_numpy(mask(**pair[which]))[None, None].float() for which in ("prediction", "truth"))
    options = {"include_background": True, "spacing": pair["spacing"]}
    backward, forward = (truth, prediction), (prediction, truth)
    cases.append(
        {
            **pair,
            "hausdorff": {
                "both": hausdorff(forward, False, **options),
                "predictionToTruth": hausdorff(forward, True, **options),
                "truthToPrediction": hausdorff(backward, True, **options),
            },
            "average": {
                "both": number(compute_average_surface_distance(*forward, symmetric=True, **options)),
                "predictionToTruth": number(compute_average_surface_distance(*forward, **options)),
                "truthToPrediction": number(compute_average_surface_distance(*backward, **options)),
            },
            "dice": {
                "voxels": dice(forward, **options),
                "elements": dice(forward, use_subvoxels=True, **options),
            },
        }
    )
golden = {
    "made with": f"MONAI {monai.__version__}, PyTorch {torch.__version__}",
    "percentiles": PERCENTILES,
    "tolerances": TOLERANCES,
    "cases": cases,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
