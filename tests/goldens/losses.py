"""Goldens of the losses: values and slopes from MONAI, segmentation_models_pytorch, nnU-Net, PyTorch and SciPy.

Run with PyTorch 2.15.0, MONAI 1.6.1, segmentation_models_pytorch 0.6.0, nnunetv2 2.8.1, SciPy 1.17.1; writes
losses.json beside this file. No random numbers: tests/losses/inputs.ts makes the same inputs by the same formulas.
Each case holds the name of the loss, its input and options in lib/losses, the value of the reference, and as `slope`
the sum over i of gradient i times cos(0.9·i), i counting the logits channels-last.
"""

import json
import sys
import warnings
from pathlib import Path

import monai
import nnunetv2
import numpy as np
import scipy
import segmentation_models_pytorch as smp
import torch
import torch.nn.functional as F
from monai.losses import (
    BoundaryLoss,
    DeepSupervisionLoss,
    DiceCELoss,
    DiceLoss,
    FocalLoss,
    GeneralizedDiceLoss,
    HausdorffDTLoss,
    SoftclDiceLoss,
    SoftDiceclDiceLoss,
    TverskyLoss,
)
from nnunetv2.training.loss.compound_losses import DC_and_CE_loss
from nnunetv2.training.loss.robust_ce_loss import TopKLoss
from scipy.ndimage import distance_transform_edt

warnings.filterwarnings("ignore")
SIZES = {"2d": (6, 7), "3d": (4, 5, 6)}
IGNORED = 255


def coordinates(sizes):
    """b, d, h, w of [2, *sizes]; d is 1 throughout in 2-D."""
    grid = np.indices((2, *sizes))
    return (grid[0], np.ones_like(grid[0]), *grid[1:]) if len(sizes) == 2 else tuple(grid)


def class_map(sizes):
    b, d, h, w = coordinates(sizes)
    ball = (h - 2 - b) ** 2 + (w - 3) ** 2 + (d - 1) ** 2 <= 4
    return np.where(ball, 1, np.where(w >= 5, 2, 0))


def labels_of(kind, sizes):
    """[2, *sizes] for class maps, else [2, *sizes, C]."""
    b, d, h, w = coordinates(sizes)
    classes = class_map(sizes)
    if kind == "classes":
        return classes
    if kind == "ignored":
        return np.where((h + w + d) % 5 == 0, IGNORED, classes)
    if kind == "absent":
        return np.where((classes == 1) & (b == 0), 0, classes)
    if kind == "oneHot":
        return np.eye(3)[classes]
    if kind == "binary":
        return (classes == 1)[..., None].astype(float)
    if kind == "binaryIgnored":
        return np.where((h + w + d) % 5 == 0, IGNORED, classes == 1)[..., None].astype(float)
    if kind == "empty":
        return ((classes == 1) & (b == 1))[..., None].astype(float)
    if kind == "multilabel":
        return np.stack([classes == 1, (classes == 2) | (h < 2), (h + w + d) % 3 == 0], -1).astype(float)
    raise ValueError(kind)


def logits_of(shape, scale=1.0):
    index = np.arange(np.prod(shape))
    values = scale * (2 * np.sin(0.37 * index + 1) + np.sin(1.3 * index))
    return values.astype(np.float32).astype(np.float64).reshape(shape)


def first(x):
    """Channels first."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 1)))


cases = []


def case(loss, name, options, reference, scale=None):
    """`name` is '<labels>-<2d or 3d>'; `reference(x, y)` takes channels-first logits and labels [B, C or 1, …]."""
    kind, dimension = name.split("-")
    labels = labels_of(kind, SIZES[dimension])
    one_channel = kind in ("binary", "binaryIgnored", "empty")
    is_map = kind in ("classes", "ignored", "absent")
    shape = (2, *SIZES[dimension], 1 if one_channel else 3)
    x = first(logits_of(shape, scale or 1.0)).requires_grad_()
    y = first(labels[..., None] if is_map else labels)
    value = reference(x, y)
    value.backward()
    gradient = np.moveaxis(x.grad.numpy(), 1, -1).reshape(-1)
    record = {"loss": loss, "input": name, "options": options}
    if scale:
        record["scale"] = scale
    slope = float((gradient * np.cos(0.9 * np.arange(gradient.size))).sum())
    cases.append(record | {"value": float(f"{value.item():.9g}"), "slope": float(f"{slope:.9g}")})


def one_hot(y):
    return F.one_hot(y[:, 0].long(), 3).movedim(-1, 1).double()


def per_channel(weights, x):
    return torch.tensor(weights, dtype=torch.float64).reshape(1, -1, *[1] * (x.ndim - 2))


def weighted(terms, weights):
    """Mean of [B, C, …] weighted by channel."""
    w = per_channel(weights, terms).expand_as(terms)
    return (terms * w).sum() / w.sum()


def bce(**options):
    return lambda x, y: F.binary_cross_entropy_with_logits(x, y, **options)


def ce(weight=None, **options):
    weight = None if weight is None else torch.tensor(weight, dtype=torch.float64)
    return lambda x, y: F.cross_entropy(x, y[:, 0].long(), weight=weight, **options)


# Cross-entropy
case("binaryCrossEntropy", "binary-2d", {"positiveWeight": 9}, bce(pos_weight=torch.tensor(9.0)))
case("binaryCrossEntropy", "binary-2d", {"positiveWeight": 9}, bce(pos_weight=torch.tensor(9.0)), scale=4000)
case("binaryCrossEntropy", "binary-2d", {"labelSmoothing": 0.2}, lambda x, y: bce()(x, y * 0.8 + 0.1))
case(
    "binaryCrossEntropy",
    "multilabel-3d",
    {"positiveWeight": [1, 2, 5]},
    lambda x, y: bce(pos_weight=per_channel([1.0, 2.0, 5.0], x)[0])(x, y),
)
case(
    "binaryCrossEntropy",
    "multilabel-2d",
    {"classWeights": [1, 0, 3]},
    lambda x, y: weighted(bce(reduction="none")(x, y), [1, 0, 3]),
)
case(
    "binaryCrossEntropy",
    "binaryIgnored-2d",
    {"ignoreIndex": IGNORED, "positiveWeight": 3},
    lambda x, y: bce(pos_weight=torch.tensor(3.0))(x[y != IGNORED], y[y != IGNORED]),
)
for dimension in SIZES:
    case("crossEntropy", f"classes-{dimension}", {}, ce())
case("crossEntropy", "classes-2d", {}, ce(), scale=4000)
case("crossEntropy", "oneHot-2d", {}, lambda x, y: F.cross_entropy(x, y))
case("crossEntropy", "classes-2d", {"classWeights": [0.5, 2, 3]}, ce([0.5, 2, 3]))
case("crossEntropy", "classes-2d", {"labelSmoothing": 0.1}, ce(label_smoothing=0.1))
case("crossEntropy", "ignored-2d", {"ignoreIndex": IGNORED}, ce(ignore_index=IGNORED))
case(
    "crossEntropy",
    "ignored-3d",
    {"ignoreIndex": IGNORED, "classWeights": [0.5, 2, 3], "labelSmoothing": 0.3},
    ce([0.5, 2, 3], ignore_index=IGNORED, label_smoothing=0.3),
)
case("crossEntropy", "binary-2d", {"positiveWeight": 4}, bce(pos_weight=torch.tensor(4.0)))
case("crossEntropy", "multilabel-2d", {"mode": "multilabel"}, bce())
for percent in (10, 37.5):
    case("topKCrossEntropy", "classes-2d", {"topPercent": percent}, TopKLoss(k=percent))
case("topKCrossEntropy", "classes-3d", {"labelSmoothing": 0.1}, TopKLoss(label_smoothing=0.1))
case("topKCrossEntropy", "classes-2d", {"topPercent": 20}, TopKLoss(k=20), scale=4000)
case(
    "topKCrossEntropy",
    "ignored-2d",
    {"ignoreIndex": IGNORED, "topPercent": 90},
    TopKLoss(k=90, ignore_index=IGNORED),
)


# Overlaps
def monai_loss(loss, smooth=1e-6, **options):
    """MONAI's loss with a sigmoid for one channel, else with softmax and class maps made one-hot."""

    def reference(x, y):
        single = x.shape[1] == 1
        made = loss(sigmoid=single, softmax=not single, smooth_nr=smooth, smooth_dr=smooth, **options)
        return made(x, y if single or y.shape[1] > 1 else one_hot(y))

    return reference


def multilabel(loss, smooth=1e-6, **options):
    return loss(sigmoid=True, smooth_nr=smooth, smooth_dr=smooth, **options)


def pytorch_models(loss, mode="multiclass", **options):
    def reference(x, y):
        target = y[:, 0] if mode == "multiclass" else y
        return loss(mode, **options)(x, target.long())

    return reference


case("diceLoss", "binary-2d", {}, monai_loss(DiceLoss))
case("diceLoss", "binary-2d", {"smooth": 1}, monai_loss(DiceLoss, 1))
case("diceLoss", "binary-2d", {}, monai_loss(DiceLoss), scale=4000)
case("diceLoss", "multilabel-2d", {"mode": "multilabel"}, multilabel(DiceLoss))
for dimension in SIZES:
    case("diceLoss", f"classes-{dimension}", {}, monai_loss(DiceLoss))
    case("diceLoss", f"oneHot-{dimension}", {"squared": True}, monai_loss(DiceLoss, squared_pred=True))
    case("diceLoss", f"classes-{dimension}", {"per": "batch"}, monai_loss(DiceLoss, batch=True))
case("diceLoss", "classes-2d", {"includeBackground": False}, monai_loss(DiceLoss, include_background=False))
case(
    "diceLoss",
    "ignored-2d",
    {"ignoreIndex": IGNORED},
    DiceLoss(softmax=True, to_onehot_y=True, ignore_index=IGNORED, smooth_nr=1e-6, smooth_dr=1e-6),
)
case(
    "diceLoss",
    "classes-2d",
    {"per": "batch", "smooth": 2, "classWeights": [1, 2, 4]},
    pytorch_models(smp.losses.DiceLoss, smooth=1.0, class_weights=[1, 2, 4]),
)
case("diceLoss", "empty-2d", {"smooth": 10}, monai_loss(DiceLoss, 10))
case("diceLoss", "empty-2d", {"per": "batch"}, monai_loss(DiceLoss, batch=True))
case("diceLoss", "empty-2d", {"emptyMasks": "skip"}, lambda x, y: monai_loss(DiceLoss)(x[1:], y[1:]))
case("diceLoss", "empty-2d", {"emptyMasks": "zero"}, lambda x, y: monai_loss(DiceLoss)(x[1:], y[1:]) / 2)


def with_background(jaccard, squared):
    """The first image is empty: its complement is scored in its place."""

    def reference(x, y):
        options = {"smooth_nr": 1e-6, "smooth_dr": 1e-6, "jaccard": jaccard, "squared_pred": squared}
        foreground = DiceLoss(**options)(torch.sigmoid(x[1:]), y[1:])
        if not squared:
            return (DiceLoss(**options)(1 - torch.sigmoid(x[:1]), 1 - y[:1]) + foreground) / 2
        p = torch.sigmoid(x[:1])
        return (1 - 2 * (1 - p).sum() / (2 * (1 - p).sum() + (p * p).sum()) + foreground) / 2

    return reference


case("diceLoss", "empty-2d", {"emptyMasks": "background"}, with_background(False, False))
case("diceLoss", "empty-2d", {"emptyMasks": "background", "squared": True}, with_background(False, True))
case("jaccardLoss", "empty-2d", {"emptyMasks": "background"}, with_background(True, False))
case(
    "diceLoss",
    "empty-2d",
    {"per": "batch", "emptyMasks": "zero", "smooth": 0},
    pytorch_models(smp.losses.DiceLoss, "binary"),
)
for dimension in SIZES:
    case("jaccardLoss", f"classes-{dimension}", {}, monai_loss(DiceLoss, 2e-6, jaccard=True))
case("jaccardLoss", "binary-2d", {"squared": True, "smooth": 0.5}, monai_loss(DiceLoss, 1, jaccard=True, squared_pred=True))
case("jaccardLoss", "classes-2d", {"per": "batch", "smooth": 1}, pytorch_models(smp.losses.JaccardLoss, smooth=1))
case("tverskyLoss", "classes-2d", {}, monai_loss(TverskyLoss, alpha=0.3, beta=0.7))
case(
    "tverskyLoss",
    "binary-3d",
    {"falsePositiveWeight": 0.8, "falseNegativeWeight": 0.4, "smooth": 1, "per": "batch"},
    monai_loss(TverskyLoss, 1, alpha=0.8, beta=0.4, batch=True),
)
case(
    "focalTverskyLoss",
    "binary-2d",
    {"gamma": 1.5, "per": "batch", "smooth": 0},
    pytorch_models(smp.losses.TverskyLoss, "binary", alpha=0.3, beta=0.7, gamma=1.5),
)
for dimension in SIZES:
    case(
        "focalTverskyLoss",
        f"classes-{dimension}",
        {},
        lambda x, y: (monai_loss(TverskyLoss, alpha=0.3, beta=0.7, reduction="none")(x, y) ** 0.75).mean(),
    )

# Generalised Dice. Its smoothing is that of MONAI over the largest weight, 1 / (smallest volume)².
for dimension in SIZES:
    case("generalisedDiceLoss", f"classes-{dimension}", {"smooth": 0}, monai_loss(GeneralizedDiceLoss, 0))
for weighting in ("simple", "uniform"):
    case(
        "generalisedDiceLoss",
        "classes-2d",
        {"weighting": weighting, "smooth": 0},
        monai_loss(GeneralizedDiceLoss, 0, w_type=weighting),
    )
case("generalisedDiceLoss", "absent-2d", {"smooth": 0}, monai_loss(GeneralizedDiceLoss, 0))
case(
    "generalisedDiceLoss",
    "classes-2d",
    {"per": "batch", "smooth": 3},
    lambda x, y: monai_loss(GeneralizedDiceLoss, 3 * float(1 / one_hot(y).sum([0, 2, 3]).min() ** 2), batch=True)(x, y),
)
case(
    "generalisedDiceLoss",
    "classes-2d",
    {"includeBackground": False, "smooth": 0},
    monai_loss(GeneralizedDiceLoss, 0, include_background=False),
)

# Focal. MONAI's softmax form averages over classes too; with ignored pixels it does not.
case("focalLoss", "binary-2d", {}, FocalLoss())
case("focalLoss", "binary-2d", {}, FocalLoss(), scale=4000)
case("focalLoss", "binary-3d", {"alpha": 0.25, "gamma": 3}, FocalLoss(alpha=0.25, gamma=3))
case("focalLoss", "binary-2d", {"gamma": 0.5}, pytorch_models(smp.losses.FocalLoss, "binary", gamma=0.5))
case("focalLoss", "multilabel-2d", {"mode": "multilabel"}, FocalLoss())
case(
    "focalLoss",
    "multilabel-2d",
    {"mode": "multilabel", "classWeights": [1, 2, 4]},
    pytorch_models(smp.losses.FocalLoss, "multilabel", class_weights=[1, 2, 4]),
)
case(
    "focalLoss",
    "binaryIgnored-2d",
    {"ignoreIndex": IGNORED},
    pytorch_models(smp.losses.FocalLoss, "binary", ignore_index=IGNORED),
)
softmax_focal = lambda **options: lambda x, y: 3 * FocalLoss(use_softmax=True, **options)(x, one_hot(y))
for dimension in SIZES:
    case("focalLoss", f"classes-{dimension}", {}, softmax_focal())
case("focalLoss", "classes-2d", {}, softmax_focal(), scale=4000)
case("focalLoss", "classes-2d", {"alpha": 0.3, "gamma": 1}, softmax_focal(alpha=0.3, gamma=1))
case(
    "focalLoss",
    "ignored-2d",
    {"ignoreIndex": IGNORED},
    FocalLoss(use_softmax=True, to_onehot_y=True, ignore_index=IGNORED),
)

# Combined
case("combinedLoss", "classes-2d", {"smooth": 1e-5}, lambda x, y: DiceCELoss(softmax=True)(x, one_hot(y)) / 2)
case("combinedLoss", "binary-3d", {"smooth": 1e-5}, lambda x, y: DiceCELoss(sigmoid=True)(x, y) / 2)
case(
    "combinedLoss",
    "classes-2d",
    {"lambda": 0.8, "smooth": 1e-5},
    lambda x, y: DiceCELoss(softmax=True, lambda_ce=0.8, lambda_dice=0.2)(x, one_hot(y)),
)
nnunet_dice = {"batch_dice": True, "smooth": 1e-5, "do_bg": False, "ddp": False}
case(
    "combinedLoss",
    "ignored-3d",
    {"per": "batch", "smooth": 1e-5, "includeBackground": False, "ignoreIndex": IGNORED},
    lambda x, y: (DC_and_CE_loss(nnunet_dice, {}, ignore_label=IGNORED)(x, y) + 1) / 2,
)

# Distances
case("boundaryLoss", "binary-2d", {}, BoundaryLoss(sigmoid=True))
case("boundaryLoss", "empty-2d", {}, BoundaryLoss(sigmoid=True))
hausdorff = lambda **options: HausdorffDTLoss(**{"include_background": True} | options)
case("hausdorffLoss", "binary-2d", {}, hausdorff(sigmoid=True))
case("hausdorffLoss", "empty-2d", {"distancePower": 1}, hausdorff(sigmoid=True, alpha=1.0))
for dimension in SIZES:
    case("boundaryLoss", f"classes-{dimension}", {}, lambda x, y: BoundaryLoss(softmax=True)(x, one_hot(y)))
    case("hausdorffLoss", f"classes-{dimension}", {}, lambda x, y: hausdorff(softmax=True)(x, one_hot(y)))
    case(
        "hausdorffLoss",
        f"classes-{dimension}",
        {"includeBackground": False, "distancePower": 1.5},
        lambda x, y: HausdorffDTLoss(softmax=True, alpha=1.5)(x, one_hot(y)),
    )
case(
    "boundaryLoss",
    "classes-2d",
    {"includeBackground": False},
    lambda x, y: BoundaryLoss(softmax=True, include_background=False)(x, one_hot(y)),
)


def distances(mask, spacing):
    """To the nearest pixel outside for those inside, and to the nearest one inside for the others."""
    mask = mask.numpy() > 0.5
    return distance_transform_edt(mask, spacing), distance_transform_edt(~mask, spacing)


def spaced_boundary(x, y):
    """Kervadec's one_hot2dist with the smallest spacing in the place of its 1."""
    maps = []
    for mask in y[:, 0]:
        inside, outside = distances(mask, [0.5, 2, 1])
        maps.append(outside - np.maximum(inside - 0.5, 0))
    return (torch.sigmoid(x[:, 0]) * torch.from_numpy(np.stack(maps))).mean()


def spaced_hausdorff(x, y):
    p = torch.sigmoid(x[:, 0])
    field = lambda masks: np.stack([sum(distances(mask, [0.5, 2, 1])) ** 2 for mask in masks])
    return ((p - y[:, 0]) ** 2 * torch.from_numpy(field(p.detach()) + field(y[:, 0]))).mean()


case("boundaryLoss", "binary-3d", {"spacing": [0.5, 2, 1]}, spaced_boundary)
case("hausdorffLoss", "binary-3d", {"spacing": [0.5, 2, 1]}, spaced_hausdorff)

# Centrelines
case("clDiceLoss", "classes-2d", {}, lambda x, y: SoftDiceclDiceLoss(softmax=True)(x, one_hot(y)), scale=4000)
for dimension in SIZES:
    case("clDiceLoss", f"classes-{dimension}", {}, lambda x, y: SoftDiceclDiceLoss(softmax=True)(x, one_hot(y)))
    case("clDiceLoss", f"binary-{dimension}", {"lambda": 1, "iterations": 1}, SoftclDiceLoss(iter_=1, sigmoid=True))
case("clDiceLoss", "binary-2d", {"lambda": 0.2, "smooth": 0.1}, SoftDiceclDiceLoss(alpha=0.2, smooth_nr=0.1, smooth_dr=0.1, sigmoid=True))
case(
    "clDiceLoss",
    "classes-2d",
    {"includeBackground": False, "lambda": 1, "iterations": 0},
    lambda x, y: SoftclDiceLoss(iter_=0, softmax=True, include_background=False)(x, one_hot(y)),
)


# Deep supervision: outputs of several sizes, each with the logits of its shape
def supervised(name, sizes, weights=None):
    labels = labels_of("binary", SIZES[name])
    outputs = [first(logits_of((2, *size, 1))) for size in sizes]
    loss = DeepSupervisionLoss(DiceLoss(sigmoid=True, smooth_nr=1, smooth_dr=1), weights=weights)
    used = weights or [1, 0.5, 0.25]
    value = loss(outputs, first(labels).double()).item() / sum(used)
    return {"input": f"binary-{name}", "sizes": sizes, "levelWeights": weights, "value": float(f"{value:.7g}")}


golden = {
    "made with": f"PyTorch {torch.__version__}, MONAI {monai.__version__}, segmentation_models_pytorch "
    f"{smp.__version__}, nnunetv2 2.8.1, SciPy {scipy.__version__}, Python {sys.version.split()[0]}",
    "cases": cases,
    "deepSupervision": [
        supervised("2d", [[6, 7], [3, 4], [2, 2]]),
        supervised("3d", [[4, 5, 6], [2, 2, 3], [1, 1, 2]], [3, 0, 1]),
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
print(len(cases), "cases")
