"""What the goldens of networks store of outputs and gradients. No golden by itself; other scripts import it."""

import numpy as np
import torch

STORED = 61


def sine_fill(model, is_slope=lambda name: False):
    """Value i of parameter p: sin(0.7·i + p) / 5, plus 1 for scales and running variances, 0.25 for slopes of PReLU."""
    names = [name for name in model.state_dict() if not name.endswith("num_batches_tracked")]
    for number, name in enumerate(names):
        tensor = model.state_dict()[name]
        is_scale = tensor.dim() == 1 and name.endswith("weight")
        offset = 0.25 if is_slope(name) else 1.0 if is_scale or name.endswith("running_var") else 0.0
        values = np.sin(0.7 * np.arange(tensor.numel()) + number) / 5 + offset
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))


def waves(shape, rate, shift=0.0):
    """cos(rate · index + shift), the index counting channels last; returned channels first."""
    batch, channels, *sides = shape
    values = np.cos(rate * np.arange(np.prod(shape)) + shift).astype(np.float32)
    return torch.from_numpy(np.moveaxis(values.reshape(batch, *sides, channels), -1, 1).copy())


def sample(values, digits):
    flat = values.reshape(-1)
    return [round(float(flat[k * flat.size // STORED]), digits) for k in range(STORED)]


def output_sample(tensor):
    return sample(np.moveaxis(tensor.detach().numpy(), 1, -1), 6)


def kernel_gradient(convolution):
    """In tfjs's layout: sides, input, output; of a transposed convolution: sides, output, input."""
    return sample(np.moveaxis(convolution.weight.grad.numpy(), (0, 1), (-1, -2)), 7)


def count(model):
    return sum(p.numel() for p in model.parameters())
