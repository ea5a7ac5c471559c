"""Goldens of scores per class: MONAI (one-hot maps), torchmetrics (label maps, ignored labels), scikit-learn.

Run with MONAI 1.6.1, torchmetrics 1.9.0, scikit-learn 1.9.1, PyTorch 2.15; writes metrics-class-scores.json beside this
file. Label maps are stored as one digit a pixel; NaN as null. Seed 4.
"""

import json
import math
from pathlib import Path

import monai
import numpy as np
import sklearn
import torch
import torchmetrics
from monai.metrics import (
    DiceMetric,
    compute_confusion_matrix_metric,
    compute_dice,
    compute_iou,
    get_confusion_matrix,
)
from sklearn.metrics import confusion_matrix
from torchmetrics.functional.classification import (
    multiclass_accuracy,
    multiclass_f1_score,
    multiclass_jaccard_index,
)

CLASSES = 4
PIXELS = 60
rng = np.random.default_rng(4)


def noisy(truth, share):
    return np.where(rng.random(PIXELS) < share, rng.integers(0, CLASSES, PIXELS), truth)


def without(labels, label):
    return np.where(labels == label, 0, labels)


def constant(label):
    return np.full(PIXELS, label)


def one_pixel(label, at):
    labels = constant(0)
    labels[at] = label
    return labels


blocks = np.repeat(rng.integers(0, CLASSES, PIXELS // 6), 6)
pairs = {
    "random": (rng.integers(0, CLASSES, PIXELS), rng.integers(0, CLASSES, PIXELS)),
    "similar": (noisy(blocks, 0.3), blocks),
    "equal": (blocks, blocks),
    "class 3 in neither": (without(noisy(blocks, 0.4), 3), without(blocks, 3)),
    "class 2 not in truth": (noisy(blocks, 0.4), without(blocks, 2)),
    "class 1 not predicted": (without(noisy(blocks, 0.4), 1), blocks),
    "both empty": (constant(0), constant(0)),
    "empty truth": (noisy(blocks, 0.2), constant(0)),
    "empty prediction": (constant(0), blocks),
    "full": (constant(2), constant(2)),
    "full of other classes": (constant(1), constant(3)),
    "one pixel found": (one_pixel(3, 17), one_pixel(3, 17)),
    "one pixel missed by one": (one_pixel(3, 17), one_pixel(3, 18)),
}


def numbers(tensor):
    values = np.asarray(tensor, dtype=float).ravel().tolist()
    return [None if math.isnan(value) else value for value in values]


def one_hot(labels):
    return torch.nn.functional.one_hot(torch.tensor(labels), CLASSES).T[None].float()


def text(labels):
    return "".join(str(label) for label in labels)


cases = []
for name, (prediction, truth) in pairs.items():
    p, t = one_hot(prediction), one_hot(truth)
    counts = get_confusion_matrix(p, t)
    tp, tt = torch.tensor(prediction), torch.tensor(truth)
    cases.append(
        {
            "name": name,
            "prediction": text(prediction),
            "truth": text(truth),
            "matrix": confusion_matrix(truth, prediction, labels=range(CLASSES)).ravel().tolist(),
            "monai": {
                "tp fp tn fn": counts[0].int().tolist(),
                "sensitivity": numbers(compute_confusion_matrix_metric("sensitivity", counts)),
                "specificity": numbers(compute_confusion_matrix_metric("specificity", counts)),
                "precision": numbers(compute_confusion_matrix_metric("precision", counts)),
                "ignoreWithoutTruth": {
                    "dice": numbers(compute_dice(p, t, ignore_empty=True)),
                    "iou": numbers(compute_iou(p, t, ignore_empty=True)),
                },
                "perfect": {
                    "dice": numbers(compute_dice(p, t, ignore_empty=False)),
                    "iou": numbers(compute_iou(p, t, ignore_empty=False)),
                },
            },
            "torchmetrics": {
                "meanIou": multiclass_jaccard_index(tp, tt, CLASSES, average="macro").item(),
                "meanDice": multiclass_f1_score(tp, tt, CLASSES, average="macro").item(),
                "frequencyWeightedIou": multiclass_jaccard_index(tp, tt, CLASSES, average="weighted").item(),
                "pixelAccuracy": multiclass_accuracy(tp, tt, CLASSES, average="micro").item(),
            },
        }
    )

ignored = []
for ignore_index in (9, 2):
    truth = blocks.copy()
    if ignore_index == 9:
        truth[rng.random(PIXELS) < 0.2] = 9
    prediction = noisy(blocks, 0.4)
    p, t = torch.tensor(prediction), torch.tensor(truth)
    ignored.append(
        {
            "prediction": text(prediction),
            "truth": text(truth),
            "ignoreIndex": ignore_index,
            "iou": numbers(multiclass_jaccard_index(p, t, CLASSES, average="none", ignore_index=ignore_index)),
            "meanIou": multiclass_jaccard_index(p, t, CLASSES, average="macro", ignore_index=ignore_index).item(),
            "pixelAccuracy": multiclass_accuracy(p, t, CLASSES, average="micro", ignore_index=ignore_index).item(),
        }
    )

reductions = {}
for background in (True, False):
    for reduction in ("mean", "mean_batch"):
        metric = DiceMetric(include_background=background, reduction=reduction, ignore_empty=True)
        for prediction, truth in pairs.values():
            metric(one_hot(prediction), one_hot(truth))
        reductions[f"{reduction}{'' if background else ' without background'}"] = numbers(metric.aggregate())

golden = {
    "made with": f"MONAI {monai.__version__}, torchmetrics {torchmetrics.__version__}, "
    f"scikit-learn {sklearn.__version__}, seed 4",
    "classes": CLASSES,
    "cases": cases,
    "ignored": ignored,
    "reductions": reductions,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
