"""Goldens of a U-Net with MobileNetV2's encoder, re-implemented in PyTorch here: parameter counts, logits in evaluation
and training, gradients; and the channel counts of torchvision's MobileNetV2.

Run with PyTorch 2.15.0 and torchvision 0.29; writes mobile-unet.json beside this file. Weights and images by the formula
of hashed.py. Strided convolutions pad behind even sides only, as TensorFlow does.
"""

import json
from pathlib import Path

import torch
import torchvision
from hashed import fill, flat, hashed_tensor
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models._utils import _make_divisible

STAGES = [(16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1)]
DECODER = [64, 32, 16]


class Unit(nn.Module):
    """Convolution without bias → batch normalisation → ReLU unless linear."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, linear=False):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.normalization = nn.BatchNorm2d(outputs)
        self.linear = linear

    def forward(self, x):
        if self.convolution.kernel_size[0] == 3:
            x = F.pad(x, (0, 1, 0, 1) if self.convolution.stride[0] == 2 else (1, 1, 1, 1))
        y = self.normalization(self.convolution(x))
        return y if self.linear else torch.relu(y)


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        inner = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        self.units = nn.Sequential(
            *([Unit(inputs, inner, 1)] if expansion > 1 else []),
            Unit(inner, inner, 3, stride, groups=inner),
            Unit(inner, outputs, 1, linear=True),
        )

    def forward(self, x):
        return x + self.units(x) if self.adds else self.units(x)


class MobileUNet(nn.Module):
    def __init__(self, inputs=3, classes=1, factor=1.0, expansion=6):
        super().__init__()
        wide = lambda channels: _make_divisible(channels * factor, 8)
        self.stem = Unit(inputs, wide(32), 3, 2)
        channels, skips, stages = wide(32), [], []
        for index, (outputs, blocks, stride) in enumerate(STAGES):
            if stride > 1:
                skips.append(channels)
            stage = []
            for block in range(blocks):
                t, s = 1 if index == 0 else expansion, stride if block == 0 else 1
                stage.append(Residual(channels, wide(outputs), s, t))
                channels = wide(outputs)
            stages.append(nn.Sequential(*stage))
        self.stages = nn.ModuleList(stages)
        decoder = []
        for skip, outputs in zip(reversed(skips), DECODER):
            joined = skip + channels
            decoder.append(nn.Sequential(Unit(joined, joined, 3, groups=joined), Unit(joined, wide(outputs), 1)))
            channels = wide(outputs)
        self.decoder = nn.ModuleList(decoder)
        self.logits = nn.Conv2d(channels, classes, 1)
        self.up = nn.ConvTranspose2d(classes, classes, 4, 2, padding=1, bias=False)

    def forward(self, x):
        x, skips = self.stem(x), []
        for stage, (_, _, stride) in zip(self.stages, STAGES):
            if stride > 1:
                skips.append(x)
            x = stage(x)
        for block, skip in zip(self.decoder, reversed(skips)):
            x = block(torch.cat([skip, F.interpolate(x, scale_factor=2)], 1))
        return self.up(self.logits(x))


model = MobileUNet(classes=2, factor=0.25, expansion=2)
fill(model)
# Batch normalisation over few positions magnifies float32's rounding to 1e-4: the reference computes in float64.
model = model.double()
images = hashed_tensor(1000, (2, 3, 64, 96)).double()
evaluation = model.eval()(images)
training = model.train()(images)
(training * hashed_tensor(1001, training.shape)).mean().backward()
gradient = lambda layer: flat(layer.weight.grad.permute(2, 3, 1, 0).reshape(1, -1), 8)
with torch.device("meta"):
    standard = MobileUNet()
with FlopCounterMode(display=False) as counter:
    standard(torch.empty((1, 3, 240, 320), device="meta"))
reference = torchvision.models.mobilenet_v2()
golden = {
    "made with": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}",
    "parameters": sum(p.numel() for p in standard.parameters()),
    "macs": counter.get_total_flops() // 2,
    # of torchvision's layers as far as ours go: the stem and the first 14 blocks
    "encoderParameters": sum(p.numel() for p in reference.features[:14].parameters()),
    "rounded": [[c, _make_divisible(c, 8)] for c in [1, 8, 11, 12, 18, 24.5, 33.6, 58, 67.2, 100]],
    "evaluation": flat(evaluation)[::19],
    "training": flat(training)[::19],
    "stemGradient": gradient(model.stem.convolution),
    # [C, 1, 3, 3] → [3, 3, C, 1]
    "depthwiseGradient": flat(
        model.stages[3][0].units[1].convolution.weight.grad.permute(2, 3, 0, 1).reshape(1, -1), 8
    ),
    "upGradient": gradient(model.up),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
