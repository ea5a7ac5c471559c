"""The masks of the surface and warping goldens, by formula; tests/metrics/masks.ts makes the same ones."""

import numpy as np


def stream(seed):
    """Numbers in [0, 1) of a linear congruential generator (Numerical Recipes), the high 16 bits of each state."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield (state >> 16) / 2**16


def blobs(shape, seed, count=3, noise=0.0):
    """A union of `count` ellipsoids, of which each element is flipped with probability `noise`."""
    numbers = stream(seed)
    inside = np.zeros(shape, bool)
    for _ in range(count):
        total = np.zeros(shape)
        for axis, size in enumerate(shape):
            centre = next(numbers) * size
            radius = (0.15 + 0.25 * next(numbers)) * size
            position = np.arange(size).reshape([-1 if other == axis else 1 for other in range(len(shape))])
            total = total + ((position - centre) / radius) * ((position - centre) / radius)
        inside |= total <= 1
    if noise > 0:
        flips = np.array([next(numbers) < noise for _ in range(inside.size)]).reshape(shape)
        inside ^= flips
    return inside
