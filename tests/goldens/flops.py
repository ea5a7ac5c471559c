"""Goldens from PyTorch: parameters and multiply-accumulates of single layers (FlopCounterMode, which counts 2 FLOPs for
one), in 2-D and 3-D, strided, dilated, grouped and transposed.

Run with PyTorch 2.15.0; writes flops.json beside this file. No randomness.
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def cost(module, *shape):
    with FlopCounterMode(display=False) as counter, torch.device("meta"):
        module.to("meta")(torch.empty(shape))
    return {
        "parameters": sum(p.numel() for p in module.parameters()),
        "macs": counter.get_total_flops() // 2,
    }


golden = {
    "version": torch.__version__,
    "conv2d": cost(nn.Conv2d(3, 8, (3, 5), padding=(1, 2)), 2, 3, 12, 10),
    "conv2d stride 2 valid": cost(nn.Conv2d(3, 8, 3, stride=2), 1, 3, 13, 10),
    "conv2d dilation 2 same": cost(nn.Conv2d(4, 6, 3, dilation=2, padding="same", bias=False), 1, 4, 12, 10),
    "conv2dTranspose 4 stride 2": cost(nn.ConvTranspose2d(5, 3, 4, stride=2, padding=1), 1, 5, 6, 7),
    "depthwiseConv2d": cost(nn.Conv2d(6, 12, 3, padding=1, groups=6), 1, 6, 9, 8),
    "separableConv2d": cost(
        nn.Sequential(nn.Conv2d(6, 12, 3, padding=1, groups=6, bias=False), nn.Conv2d(12, 5, 1)), 1, 6, 9, 8
    ),
    "conv3d": cost(nn.Conv3d(2, 4, 3, padding=1), 1, 2, 6, 5, 4),
    "conv3dTranspose 2 stride 2": cost(nn.ConvTranspose3d(4, 2, 2, stride=2), 1, 4, 3, 4, 5),
    "conv1d": cost(nn.Conv1d(3, 4, 5), 1, 3, 20),
    "dense": cost(nn.Linear(7, 9), 3, 7),
    "batchNormalization": cost(nn.BatchNorm2d(6), 1, 6, 9, 8),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=0) + "\n")
