"""Goldens from torchvision's VGG16: parameter counts, multiply-accumulates, outputs and gradients.

Run with PyTorch 2.15.0 and torchvision 0.29; writes vgg16.json beside this file. Weights and images by the formula of
hashed.py, no randomness. Narrow networks are torchvision's class and layer builder with smaller numbers.
"""

import json
from pathlib import Path

import torch
import torchvision
from hashed import fill, flat, hashed_tensor
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.vgg import VGG, cfgs, make_layers

POOLS = {"pool3": 16, "pool4": 23, "pool5": 30}  # index of the layer in `features`


def vgg16(base=64, hidden=4096, classes=1000):
    configuration = [width if width == "M" else width * base // 64 for width in cfgs["D"]]
    model = VGG(make_layers(configuration), num_classes=classes, init_weights=False)
    model.classifier = nn.Sequential(
        nn.Linear(base * 8 * 7 * 7, hidden), nn.ReLU(True), nn.Dropout(),
        nn.Linear(hidden, hidden), nn.ReLU(True), nn.Dropout(), nn.Linear(hidden, classes),
    )  # fmt: skip
    return model.eval()


def features(model, images):
    x, maps = images, {}
    for index, layer in enumerate(model.features):
        x = layer(x)
        maps.update({name: x for name, at in POOLS.items() if at == index})
    return maps


def case(height, width):
    """All outputs, and the gradients of the sum of logits · hash at both ends of the network."""
    model = vgg16(base=4, hidden=12, classes=5)
    fill(model)
    images = hashed_tensor(1000, (2, 3, height, width))
    logits = model(images)
    (logits * hashed_tensor(1001, logits.shape)).sum().backward()
    maps = {name: flat(value) for name, value in features(model, images).items()}
    first, fc6 = model.features[0].weight.grad, model.classifier[0].weight.grad
    return {
        "logits": flat(logits),
        **maps,
        "firstKernelGradient": flat(first.permute(2, 3, 1, 0).reshape(1, -1)),
        "fc6KernelGradientSum": flat(fc6.sum(1).reshape(1, -1)),
    }


def full_width():
    model = vgg16(hidden=1, classes=1)
    fill(model.features)
    return flat(features(model, hashed_tensor(1000, (1, 3, 32, 32)))["pool5"])


def macs(model, *shape):
    with FlopCounterMode(display=False) as counter:
        model(torch.empty(shape, device="meta"))
    counts = counter.get_flop_counts()
    return {name.split(".", 1)[1]: sum(count.values()) // 2 for name, count in counts.items() if name.count(".") == 2}


with torch.device("meta"):
    full = torchvision.models.vgg16()
golden = {
    "made with": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}",
    "parameters": sum(p.numel() for p in full.parameters()),
    "featureParameters": sum(p.numel() for p in full.features.parameters()),
    "macs224": list(macs(full, 1, 3, 224, 224).values()),
    "64x64": case(64, 64),
    "224x32": {"logits": case(224, 32)["logits"]},
    "full width pool5": full_width(),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
