"""Goldens of calibration: torchmetrics' calibration errors, MONAI's reliability bins.

Run with torchmetrics 1.9.0, MONAI 1.6.1, PyTorch 2.15; writes metrics-calibration.json beside this file. Probabilities
have four decimals, none of them at the edge of a bin but 0 and 1. Seed 5.
"""

import json
from pathlib import Path

import monai
import numpy as np
import torch
import torchmetrics
from monai.metrics import calibration_binning
from torchmetrics.functional.classification import binary_calibration_error, multiclass_calibration_error

PIXELS = 150
rng = np.random.default_rng(5)


def off_edges(values):
    return np.round(np.floor(values * 5000) * 2 / 10000 + 0.0001, 4)


skewed = off_edges(rng.random(PIXELS) ** 2)
ends = np.concatenate([np.zeros(5), np.ones(6), skewed[:40]])
binary = {
    "calibrated": (off_edges(u := rng.random(PIXELS)), (rng.random(PIXELS) < u).astype(int)),
    "overconfident": (skewed, (rng.random(PIXELS) < 0.5).astype(int)),
    "one pixel": (np.array([0.7301]), np.array([1])),
    "never": (np.zeros(7), np.zeros(7, int)),
}
cases = []
for name, (probabilities, truth) in binary.items():
    p, t = torch.tensor(probabilities, dtype=torch.float64), torch.tensor(truth)
    cases.append(
        {
            "name": name,
            "probabilities": probabilities.tolist(),
            "truth": truth.tolist(),
            "errors": [
                {
                    "bins": bins,
                    "expected": binary_calibration_error(p, t, bins, "l1").item(),
                    "maximum": binary_calibration_error(p, t, bins, "max").item(),
                }
                for bins in (1, 7, 10, 15)
            ],
        }
    )

truth = rng.integers(0, 2, len(ends))
mean_p, mean_gt, counts = calibration_binning(torch.tensor(ends)[None, None], torch.tensor(truth)[None, None], num_bins=7)
ends_case = {
    "probabilities": ends.tolist(),
    "truth": truth.tolist(),
    "bins": 7,
    "counts": counts[0, 0].int().tolist(),
    "confidence": [None if np.isnan(v) else v for v in mean_p[0, 0].tolist()],
    "accuracy": [None if np.isnan(v) else v for v in mean_gt[0, 0].tolist()],
}

logits = rng.standard_normal((PIXELS, 3)) * 2
softmax = np.round(np.exp(logits) / np.exp(logits).sum(1, keepdims=True), 4)
labels = np.where(rng.random(PIXELS) < 0.6, softmax.argmax(1), rng.integers(0, 3, PIXELS))
labels[rng.random(PIXELS) < 0.1] = 255
p, t = torch.tensor(softmax), torch.tensor(labels)
multiclass = {
    "probabilities": softmax.ravel().tolist(),
    "truth": labels.tolist(),
    "bins": 13,
    "expected": multiclass_calibration_error(p, t, 3, 13, "l1", ignore_index=255).item(),
    "maximum": multiclass_calibration_error(p, t, 3, 13, "max", ignore_index=255).item(),
}
golden = {
    "made with": f"torchmetrics {torchmetrics.__version__}, MONAI {monai.__version__}, seed 5",
    "binary": cases,
    "ends": ends_case,
    "multiclass": multiclass,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
