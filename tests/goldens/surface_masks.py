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


def mask(shape, value=None, pixels=None, **formula):
    """A mask all of one `value`, one with only `pixels` (flat indices) inside, or `blobs`."""
    if pixels is not None:
        inside = np.zeros(shape, bool)
        inside.ravel()[pixels] = True
        return inside
    return blobs(shape, **formula) if value is None else np.full(shape, bool(value))


def number(value):
    """A number for JSON, which has no NaN and no Infinity."""
    value = float(value)
    return round(value, 9) if np.isfinite(value) else "NaN" if np.isnan(value) else "Infinity"


def pairs(shape, spacing, *masks):
    return {"spacing": [float(step) for step in spacing], "prediction": {"shape": shape, **masks[0]}, "truth": {"shape": shape, **masks[1]}}


EMPTY, FULL = {"value": 0}, {"value": 1}

#: Random and degenerate pairs of masks in 2 and 3 dimensions.
PAIRS = [
    pairs([24, 31], [1, 1], {"seed": 1}, {"seed": 2}),
    pairs([24, 31], [0.6, 1.7], {"seed": 3, "count": 4}, {"seed": 4, "count": 4, "noise": 0.02}),
    pairs([17, 12], [2.5, 0.4], {"seed": 5, "noise": 0.3}, {"seed": 6, "noise": 0.3}),
    pairs([5, 6], [1, 2], EMPTY, EMPTY),
    pairs([5, 6], [1, 2], EMPTY, FULL),
    pairs([5, 6], [1, 2], FULL, EMPTY),
    pairs([5, 6], [1, 2], FULL, FULL),
    pairs([5, 6], [1, 2], EMPTY, {"pixels": [8]}),
    pairs([5, 6], [1, 2], {"pixels": [8]}, {"pixels": [8]}),
    pairs([5, 6], [1, 2], {"pixels": [0]}, {"pixels": [29]}),
    pairs([5, 6], [1, 2], {"pixels": [14]}, FULL),
    pairs([12, 14, 13], [1, 1, 1], {"seed": 7}, {"seed": 8}),
    pairs([9, 14, 13], [3, 0.8, 1.1], {"seed": 9, "count": 5}, {"seed": 10, "count": 5, "noise": 0.01}),
    pairs([7, 6, 8], [0.5, 1.2, 2.3], {"seed": 11, "noise": 0.4}, {"seed": 12, "noise": 0.4}),
    pairs([3, 4, 5], [1, 2, 3], EMPTY, FULL),
    pairs([3, 4, 5], [1, 2, 3], EMPTY, EMPTY),
    pairs([3, 4, 5], [1, 2, 3], {"pixels": [31]}, FULL),
    pairs([3, 4, 5], [1, 2, 3], {"pixels": [0]}, {"pixels": [59]}),
]
