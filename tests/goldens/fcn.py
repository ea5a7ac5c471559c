"""Goldens of fully convolutional networks (Long et al. 2015) on VGG16, re-implemented in PyTorch here: once with padded
convolutions and bilinear resizing, once as the authors' definition has it, with padding 100 and crops.

Run with PyTorch 2.15.0; writes fcn.json beside this file. Weights and images by the formula of hashed.py.
"""

import json
from pathlib import Path

import torch
from hashed import fill, flat, hashed_tensor
from torch import nn
from torch.nn import functional as F

BLOCKS = [(2, 1), (2, 2), (3, 4), (3, 8), (3, 8)]


class FCN(nn.Module):
    def __init__(self, stride=8, base=4, hidden=12, classes=3, crop=False, scales=(1.0, 1.0)):
        super().__init__()
        self.stride, self.crop, self.scales = stride, crop, scales
        channels = 3
        for block, (count, width) in enumerate(BLOCKS, 1):
            for step in range(1, count + 1):
                padding = 100 if crop and (block, step) == (1, 1) else 1
                setattr(self, f"conv{block}_{step}", nn.Conv2d(channels, base * width, 3, padding=padding))
                channels = base * width
        self.fc6 = nn.Conv2d(channels, hidden, 7, padding=0 if crop else 3)
        self.fc7 = nn.Conv2d(hidden, hidden, 1)
        self.score_fr = nn.Conv2d(hidden, classes, 1)

        def up(stride):
            return nn.ConvTranspose2d(
                classes, classes, 2 * stride, stride, padding=0 if crop else stride // 2, bias=False
            )

        if stride <= 16:
            self.upscore2 = up(2)
            self.score_pool4 = nn.Conv2d(base * 8, classes, 1)
        if stride <= 8:
            self.upscore_pool4 = up(2)
            self.score_pool3 = nn.Conv2d(base * 4, classes, 1)
        self.last = up(stride)

    def forward(self, image):
        x, pools = image, []
        for block, (count, _) in enumerate(BLOCKS, 1):
            for step in range(1, count + 1):
                x = torch.relu(getattr(self, f"conv{block}_{step}")(x))
            x = F.max_pool2d(x, 2, 2, ceil_mode=True)
            pools.append(x)
        x = self.score_fr(torch.relu(self.fc7(torch.relu(self.fc6(x)))))
        if self.stride <= 16:
            x = self.fuse(self.upscore2(x), self.score_pool4(pools[3] * self.scales[0]), 5)
        if self.stride <= 8:
            x = self.fuse(self.upscore_pool4(x), self.score_pool3(pools[2] * self.scales[1]), 9)
        x = self.last(x)
        if self.crop:
            offset = {32: 19, 16: 27, 8: 31}[self.stride]
            return cropped(x, image, offset)
        return resized(x, image)

    def fuse(self, x, skip, offset):
        return x + cropped(skip, x, offset) if self.crop else resized(x, skip) + skip


def cropped(x, other, offset):
    height, width = other.shape[2:]
    return x[:, :, offset : offset + height, offset : offset + width]


def resized(x, other):
    return F.interpolate(x, size=other.shape[2:], mode="bilinear", align_corners=False)


def bilinear(size):
    """The initialisation that FCN implementations share."""
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 == 1 else factor - 0.5
    line = 1 - (torch.arange(size) - centre).abs() / factor
    return line[:, None] * line[None, :]


def case(height, width, every=1, **options):
    """Every so-many-th logit, and gradients of the sum of logits · hash at the first and the doubling layer."""
    model = FCN(**options).eval()
    fill(model)
    images = hashed_tensor(1000, (1, 3, height, width))
    logits = model(images)
    (logits * hashed_tensor(1001, logits.shape)).sum().backward()
    doubling = model.upscore2 if model.stride <= 16 else model.last
    return {
        "logits": flat(logits)[::every],
        "firstKernelGradient": flat(model.conv1_1.weight.grad.permute(2, 3, 1, 0).reshape(1, -1), 5),
        "doublingGradientSum": round(float(doubling.weight.grad.sum()), 4),
    }


golden = {
    "made with": f"PyTorch {torch.__version__}",
    "parameters 8s": sum(p.numel() for p in FCN(base=64, hidden=4096, classes=21).to("meta").parameters()),
    "bilinear 4": flat(bilinear(4).reshape(1, -1)),
    "bilinear 16": flat(bilinear(16).reshape(1, -1)),
    "8s 37x50": case(37, 50, every=7),
    "8s 64x96": case(64, 96, every=23),
    "8s 1x3": case(1, 3),
    "16s 37x50": case(37, 50, every=7, stride=16),
    "32s 37x50": case(37, 50, every=7, stride=32),
    "crop 8s 37x50": case(37, 50, every=7, crop=True, scales=(0.01, 0.0001)),
    "crop 16s 20x33": case(20, 33, every=7, stride=16, crop=True),
    "crop 32s 1x40": case(1, 40, stride=32, crop=True),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
