"""Weights and images by a formula that TypeScript repeats exactly: MurmurHash3's finaliser of i + p · 0x9e3779b9 as a
number in [−1, 1), for value i of tensor number p. Unlike a sine, sums of such values do not cancel in a pattern.
No golden by itself; other scripts import it. The TypeScript side is tests/nn/hashed.ts.
"""

import numpy as np
import torch


def hashed(number, count):
    x = np.arange(count, dtype=np.uint32) + np.uint32((number * 0x9E3779B9) & 0xFFFFFFFF)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return (x.astype(np.float64) / 2**31 - 1).astype(np.float32)


def hashed_tensor(number, shape, scale=1.0):
    """float32(hash) · float32(scale), as TypeScript computes it."""
    count = int(np.prod(shape))
    return torch.from_numpy(hashed(number, count) * np.float32(scale)).reshape(shape)


def fill(module):
    """Gives parameter and buffer number p, in the order of the state, its values: kernels √(6 / fan-in) · hash (variance
    2 / fan-in, He), biases and shifts hash / 10, scales and variances 1 + hash / 10."""
    state = module.state_dict()
    names = [name for name in state if not name.endswith("num_batches_tracked")]
    for number, name in enumerate(names):
        tensor = state[name]
        if tensor.dim() > 1:
            transposed = getattr(module.get_submodule(name.rpartition(".")[0]), "transposed", False)
            fan_in = tensor[:, 0].numel() if transposed else tensor[0].numel()
            value = hashed_tensor(number, tensor.shape, np.sqrt(6 / fan_in))
        else:
            is_scale = name.endswith("running_var") or (name.endswith("weight"))
            value = hashed_tensor(number, tensor.shape, 0.1) + (1.0 if is_scale else 0.0)
        with torch.no_grad():
            tensor.copy_(value)
    return names


def flat(tensor, digits=6):
    """[N, C, ...] as [N, ..., C], rounded."""
    moved = tensor.detach().movedim(1, -1) if tensor.dim() > 2 else tensor.detach()
    return [round(float(value), digits) for value in moved.reshape(-1)]
