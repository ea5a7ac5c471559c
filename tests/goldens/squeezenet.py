"""Goldens from torchvision's squeezenet1_0: parameter count, logits and the map of fire9 at 227 × 227.

Run with PyTorch 2.15.0 and torchvision 0.29; writes squeezenet.json beside this file. Weights and images by the formula of
hashed.py, no randomness.
"""

import json
from pathlib import Path

import torch
import torchvision
from hashed import fill, flat, hashed_tensor

model = torchvision.models.squeezenet1_0(weights=None, num_classes=7).eval()
names = fill(model)
image = hashed_tensor(500, [1, 3, 227, 227])
with torch.no_grad():
    fire9 = model.features(image)
    logits = model(image)
full = torchvision.models.squeezenet1_0(weights=None)
target = Path(__file__).with_suffix(".json")
target.write_text(
    json.dumps(
        {
            "parameters": sum(parameter.numel() for parameter in full.parameters()),
            "logits": flat(logits),
            "fire9": {"shape": list(fire9.movedim(1, -1).shape), "means": flat(fire9.mean(dim=(2, 3))), "corner": flat(fire9[:, :, 12, 12])},
        },
        separators=(",", ":"),
    )
    + "\n"
)
print(names[:8], logits)
