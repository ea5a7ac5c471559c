"""Goldens of instance scores: StarDist's and Cellpose's matching, MONAI's and torchmetrics' panoptic quality, and the
aggregated Jaccard indices by their definitions over sets of pixels.

Run with StarDist 0.9.2 (only its matching.py is loaded), Cellpose 4.2.1.1, MONAI 1.6.1, torchmetrics 1.9.0, SciPy 1.17.1;
writes metrics-instances.json beside this file. Label maps are stored as one base-36 digit a pixel. Seed 7.
"""

import importlib.util
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from cellpose.metrics import average_precision
from monai.metrics import PanopticQualityMetric, compute_panoptic_quality
from scipy.optimize import linear_sum_assignment
from torchmetrics.detection import PanopticQuality

SIZE = 20
AP_THRESHOLDS = [round(0.5 + 0.05 * step, 2) for step in range(10)]
VOID = 35
rng = np.random.default_rng(7)

folder = Path(importlib.util.find_spec("stardist").submodule_search_locations[0])
spec = importlib.util.spec_from_file_location("stardist_matching", folder / "matching.py")
stardist = importlib.util.module_from_spec(spec)
spec.loader.exec_module(stardist)


def discs(count, labels=None):
    drawn = np.zeros((SIZE, SIZE), int)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    for label in labels or range(1, count + 1):
        y, x = rng.uniform(0, SIZE, 2)
        drawn[(rows - y) ** 2 + (columns - x) ** 2 < rng.uniform(2, 4) ** 2] = label
    return drawn


def moved(labels, by):
    return np.roll(labels, by, (0, 1))


def merged(labels, into):
    return np.where(labels % 2 == 0, labels, np.minimum(labels, into))


def split(labels):
    halves = (np.arange(SIZE) // 5 % 2 * 12)[:, None]
    return np.where(labels > 0, labels + halves, 0)


def rectangle(*boxes):
    drawn = np.zeros((SIZE, SIZE), int)
    for label, top, bottom, left, right in boxes:
        drawn[top:bottom, left:right] = label
    return drawn


empty = np.zeros((SIZE, SIZE), int)
cells = discs(9)
crowd = discs(11, [3, 8, 1, 30, 12, 5, 22, 9, 2, 34, 7])
one = rectangle((5, 3, 4, 7, 8))
pairs = {
    "moved by one": (moved(cells, (1, 0)), cells),
    "moved by two": (moved(crowd, (1, 2)), crowd),
    "merged": (merged(cells, 1), cells),
    "split": (split(cells), cells),
    "others": (discs(8), cells),
    "equal under other labels": (np.where(crowd > 0, 35 - crowd, 0), crowd),
    "noise": (rng.integers(0, 6, (SIZE, SIZE)), rng.integers(0, 5, (SIZE, SIZE))),
    "both empty": (empty, empty),
    "empty truth": (cells, empty),
    "empty prediction": (empty, cells),
    "both full": (empty + 4, empty + 9),
    "full prediction": (empty + 1, cells),
    "one pixel": (one, one),
    "one pixel missed": (moved(one, (0, 1)), one),
    "one prediction over two equal halves": (
        rectangle((7, 0, 4, 0, 8)),
        rectangle((1, 0, 4, 0, 4), (2, 0, 4, 4, 8)),
    ),
    "IoU of exactly 0.5, 0.6, 0.75 and 0.8": (
        rectangle((1, 0, 1, 0, 10), (2, 2, 3, 0, 10), (3, 4, 5, 0, 8), (4, 6, 7, 0, 10)),
        rectangle((1, 0, 1, 0, 5), (2, 2, 3, 0, 6), (3, 4, 5, 0, 6), (4, 6, 7, 0, 8)),
    ),
}


def areas_of(prediction, truth):
    predicted = [prediction == label for label in np.unique(prediction) if label]
    true = [truth == label for label in np.unique(truth) if label]
    shared = np.array([[(t & p).sum() for p in predicted] for t in true]).reshape(len(true), len(predicted))
    either = np.array([[(t | p).sum() for p in predicted] for t in true]).reshape(len(true), len(predicted))
    return [t.sum() for t in true], [p.sum() for p in predicted], shared, either


def aggregated_jaccard(prediction, truth, one_to_one):
    true, predicted, shared, either = areas_of(prediction, truth)
    if not true and not predicted:
        return None
    iou = shared / np.maximum(either, 1)
    if one_to_one:
        chosen = list(zip(*linear_sum_assignment(-iou)))
    else:
        chosen = [(t, iou[t].argmax()) for t in range(len(true)) if predicted]
    chosen = [(t, p) for t, p in chosen if shared[t, p] > 0]
    alone = [area for t, area in enumerate(true) if t not in {t for t, _ in chosen}]
    alone += [area for p, area in enumerate(predicted) if p not in {p for _, p in chosen}]
    return float(sum(shared[pair] for pair in chosen) / (sum(either[pair] for pair in chosen) + sum(alone)))


def text(labels):
    return "".join(np.base_repr(label, 36) for label in labels.ravel())


cases = []
for name, (prediction, truth) in pairs.items():
    matchings = stardist.matching(truth, prediction, thresh=[0.1, 0.3, 0.5, 0.7])
    tensors = torch.tensor(prediction), torch.tensor(truth)
    tp, fp, fn, iou_sum = compute_panoptic_quality(*tensors, output_confusion_matrix=True).tolist()
    case = {
        "name": name,
        "prediction": text(prediction),
        "truth": text(truth),
        "stardist": [
            {"threshold": m.thresh, "tp": int(m.tp), "fp": int(m.fp), "fn": int(m.fn), "meanIou": float(m.mean_matched_score)}
            for m in matchings
        ],
        "monai": {
            "tp": tp,
            "fp": fp,
            "fn": fn,
            "iouSum": iou_sum,
            **{
                metric: compute_panoptic_quality(*tensors, metric_name=metric, smooth_numerator=1e-12).item()
                for metric in ("pq", "sq", "rq")
            },
        },
        "aji": aggregated_jaccard(prediction, truth, False),
        "ajiPlus": aggregated_jaccard(prediction, truth, True),
    }
    # Cellpose counts one instance too few in a map without background, and 0 / 0 in empty ones
    if truth.any() and prediction.any() and not truth.all() and not prediction.all():
        ap, tp, fp, fn = average_precision(truth, prediction, AP_THRESHOLDS)
        case["cellpose"] = {"ap": ap.tolist(), "tp": tp.tolist(), "fp": fp.tolist(), "fn": fn.tolist()}
    cases.append(case)


def stacked(classes, instances):
    return torch.tensor(np.stack([classes, instances], -1)).reshape(1, -1, 2)


true_class, predicted_class = (np.where(m > 0, 1 + m % 2, 0) for m in (cells, moved(cells, (1, 0))))
predicted_class[:, :6] = np.where(predicted_class[:, :6] > 0, 1, 0)
predicted_instances = moved(cells, (1, 0))
void = true_class.copy()
void[12:] = VOID
panoptic = {
    "classes": 3,
    "predictionClasses": text(predicted_class),
    "predictionInstances": text(predicted_instances),
    "truthClasses": text(true_class),
    "truthInstances": text(cells),
}
metric = PanopticQualityMetric(num_classes=2, reduction="none", metric_name=("pq", "sq", "rq"), smooth_numerator=1e-12)
stack = [torch.tensor(np.stack(maps))[None] for maps in ((predicted_instances, predicted_class), (cells, true_class))]
metric(*stack)
panoptic["monai"] = [values[0].tolist() for values in metric.aggregate()]
panoptic["void"] = {"truthClasses": text(void)}
metric = PanopticQuality(
    things={1, 2}, stuffs={0}, allow_unknown_preds_category=True, return_sq_and_rq=True, return_per_class=True
)
scores = metric(stacked(predicted_class, predicted_instances), stacked(void, cells))
panoptic["void"]["torchmetrics"] = scores.reshape(-1, 3).tolist()

golden = {
    "made with": ", ".join(f"{name} {version(name)}" for name in ("stardist", "cellpose", "monai", "torchmetrics", "scipy"))
    + ", seed 7",
    "cases": cases,
    "panoptic": panoptic,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
