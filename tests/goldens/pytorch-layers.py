"""Goldens from PyTorch for the layers of networks: outputs and gradients, in TensorFlow's layouts.

Run with PyTorch 2.15.0; writes pytorch-layers.json beside this file. No randomness: value i of tensor number t is
sin(0.7·i + t), which the TypeScript test repeats. Tensor 0 is the input; kernel, bias or γ, β follow; the loss is the sum
of output · weights, whose tensor number is 9.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F


def values(number, shape):
    count = int(np.prod(shape))
    return torch.from_numpy(np.sin(0.7 * np.arange(count) + number)).reshape(shape)


def rounded(tensor):
    return [round(value, 6) for value in tensor.detach().flatten().tolist()]


def record(function, x_shape, *parameter_shapes):
    """x is [N, ..., C]; kernels are [..., in, out], those of transposed convolutions [..., out, in]."""
    x = values(0, x_shape).requires_grad_()
    parameters = [values(1 + index, shape).requires_grad_() for index, shape in enumerate(parameter_shapes)]
    y = function(x.movedim(-1, 1), *parameters).movedim(1, -1)
    (y * values(9, y.shape)).sum().backward()
    return {
        "shape": list(y.shape),
        "output": rounded(y),
        "gradients": [rounded(tensor.grad) for tensor in (x, *parameters)],
    }


def kernel(tensor):
    rank = tensor.dim() - 2
    return tensor.permute(rank + 1, rank, *range(rank))


def convolution(rank, **options):
    function = F.conv2d if rank == 2 else F.conv3d
    return lambda x, k, b: function(x, kernel(k), b, **options)


def transposed(rank, **options):
    function = F.conv_transpose2d if rank == 2 else F.conv_transpose3d
    return lambda x, k, b: function(x, kernel(k), b, **options)


def groups(count):
    return lambda x, gamma, beta: F.group_norm(x, count, gamma, beta)


def resize(mode, factors):
    return lambda x: F.interpolate(x, scale_factor=factors, mode=mode)


golden = {
    "version": torch.__version__,
    "convolution 2-D": record(convolution(2, stride=2, padding=1), (2, 4, 6, 2), (3, 3, 2, 3), (3,)),
    "convolution 2-D dilated": record(convolution(2, padding=2, dilation=2), (1, 5, 6, 2), (3, 3, 2, 2), (2,)),
    "convolution 3-D": record(
        convolution(3, stride=(1, 2, 2), padding=(1, 1, 2)), (1, 2, 4, 4, 2), (3, 3, 5, 2, 2), (2,)
    ),
    "transposed 2-D": record(
        transposed(2, stride=2, padding=1, output_padding=1), (2, 3, 2, 2), (3, 3, 3, 2), (3,)
    ),
    "transposed 3-D": record(
        transposed(3, stride=2, padding=1, output_padding=1), (1, 2, 2, 2, 2), (3, 3, 3, 2, 2), (2,)
    ),
    "transposed 3-D anisotropic": record(transposed(3, stride=(1, 2, 2)), (1, 2, 2, 3, 2), (1, 2, 2, 2, 2), (2,)),
    "group 2-D": record(groups(2), (2, 3, 4, 6), (6,), (6,)),
    "group 3-D": record(groups(1), (2, 2, 3, 2, 4), (4,), (4,)),
    "instance 2-D": record(groups(4), (3, 3, 4, 4), (4,), (4,)),
    "instance 3-D": record(groups(3), (2, 2, 3, 2, 3), (3,), (3,)),
    "instance without affine": record(lambda x: F.instance_norm(x), (2, 3, 4, 3)),
    "resize 2-D": record(resize("bilinear", (2, 3)), (2, 3, 4, 2)),
    "resize 3-D": record(resize("trilinear", (2, 2, 2)), (1, 2, 3, 2, 2)),
    "resize nearest 2-D": record(resize("nearest", (2, 2)), (1, 2, 3, 2)),
    "resize nearest 3-D": record(resize("nearest", (1, 2, 2)), (1, 2, 3, 2, 2)),
    "leakyRelu": record(lambda x: F.leaky_relu(x, 0.2), (2, 3, 4, 2)),
    "leakyRelu default": record(F.leaky_relu, (2, 3, 4, 2)),
    "elu": record(F.elu, (2, 3, 4, 2)),
    "gelu": record(lambda x: F.gelu(3 * x), (2, 3, 4, 2)),
    "prelu": record(lambda x, slope: F.prelu(x, slope.reshape(-1)), (2, 3, 4, 2), (1, 1, 1)),
    "prelu per channel": record(lambda x, slope: F.prelu(x, slope.reshape(-1)), (2, 3, 4, 2), (1, 1, 2)),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
