"""Goldens from PyTorch: gradients of dilated conv2d and conv3d and of conv_transpose3d, in TensorFlow's layouts.

Run with PyTorch 2.15.0; writes convolution-gradients.json beside this file. No randomness: value i of tensor number t is
sin(0.7·i + t), which the TypeScript test repeats; the loss is the sum of output · weights (tensor number 2).
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F


def values(number, shape):
    count = int(np.prod(shape))
    return torch.from_numpy(np.sin(0.7 * np.arange(count) + number)).reshape(shape)


def gradients(function, x_shape, filter_shape):
    """Shapes and layouts are TensorFlow's: [N, ..., C] and [..., in, out]."""
    rank = len(x_shape) - 2
    x, kernel = values(0, x_shape).requires_grad_(), values(1, filter_shape).requires_grad_()
    y = function(x.movedim(-1, 1), kernel.permute(rank + 1, rank, *range(rank))).movedim(1, -1)
    (y * values(2, y.shape)).sum().backward()
    flat = lambda tensor: [round(value, 6) for value in tensor.flatten().tolist()]
    return {"x": flat(x.grad), "filter": flat(kernel.grad)}


golden = {
    "version": torch.__version__,
    "conv2d dilation 2 same": gradients(
        lambda x, k: F.conv2d(x, k, dilation=2, padding="same"), (2, 5, 6, 2), (3, 3, 2, 3)
    ),
    "conv3d dilation 2 valid": gradients(lambda x, k: F.conv3d(x, k, dilation=2), (1, 4, 5, 4, 2), (2, 2, 2, 2, 2)),
    # tf.conv3dTranspose's filter is [d, h, w, out, in]; PyTorch's is [in, out, d, h, w].
    "conv3dTranspose strides 2 valid": gradients(
        lambda x, k: F.conv_transpose3d(x, k, stride=2), (1, 2, 3, 2, 2), (2, 2, 2, 3, 2)
    ),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
