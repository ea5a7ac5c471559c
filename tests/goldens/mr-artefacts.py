"""Goldens of MR artefacts and of histogram standardisation: TorchIO.

Run with TorchIO 1.2.1, torch 2.15; writes mr-artefacts.json beside this file. Images are hashed numbers (hashed.py).

TorchIO's Motion turns about the origin of physical space. The image of that case has it in its middle, and axes that
run as those of SimpleITK do, so that the poses are about the middle in samples.
"""

import json
import sys
import tempfile
from pathlib import Path

from hashed import hashed

sys.path.pop(0)  # scripts of this folder have the names of packages

import numpy as np
import torch
import torchio
from torchio.transforms import BiasField, Ghosting, HistogramStandardization, Motion, Spike
from torchio.transforms.augmentation.intensity.random_bias_field import BiasField as Field


def image(number, shape):
    return hashed(number, int(np.prod(shape))).reshape(shape)


def flat(values):
    return [round(float(value), 6) for value in np.asarray(values).ravel()]


def applied(transform, values, affine=None):
    subject = torchio.Subject(image=torchio.ScalarImage(tensor=torch.from_numpy(values)[None], affine=affine))
    return flat(transform(subject).image.data)


# Histogram standardisation: three images learn, a fourth is changed.
shape = (6, 7, 8)
images = [image(number, shape) * np.float32(10 * number + 5) + np.float32(number) for number in range(4)]
with tempfile.TemporaryDirectory() as folder:
    paths = []
    for number, values in enumerate(images[:3]):
        path = Path(folder) / f"{number}.nii"
        torchio.ScalarImage(tensor=torch.from_numpy(values)[None]).save(path)
        paths.append(path)
    landmarks = HistogramStandardization.train(paths, progress=False)
    masked = HistogramStandardization.train(paths, masking_function=lambda tensor: (tensor > 0).numpy(), progress=False)
nyul = {
    "shape": shape,
    "landmarks": np.delete(landmarks, [3, 9]).tolist(),
    "masked": np.delete(masked, [3, 9]).tolist(),
    "values": applied(HistogramStandardization({"image": landmarks}), images[3]),
}

biases = []
for number, sizes, order in ((10, (3, 4, 5), 2), (11, (5, 1, 4), 3)):
    count = (order + 1) * (order + 2) * (order + 3) // 6
    coefficients = [float(value) / 2 for value in hashed(number, count)]
    field = Field.generate_bias_field(torch.zeros(1, *sizes), order, coefficients)
    biases.append({"shape": sizes, "order": order, "coefficients": coefficients, "values": flat(field)})
# In the plane there are the terms without the third axis.
coefficients = [float(value) / 2 for value in hashed(12, 10)]
embedded, place = [], iter(coefficients)
for x in range(4):
    for y in range(4 - x):
        for z in range(4 - x - y):
            embedded.append(next(place) if z == 0 else 0.0)
plane = Field.generate_bias_field(torch.zeros(1, 5, 6, 1), 3, embedded)
biases.append({"shape": (5, 6), "order": 3, "coefficients": coefficients, "values": flat(plane)})

ghosts = []
for number, sizes, count, axis, intensity, restore in (
    (20, (4, 6, 8), 3, 2, 0.7, None),
    (21, (5, 7, 6), 2, 1, 1.0, 0.3),
    (22, (9, 4, 3), 4, 0, 0.5, 0.05),
):
    values = applied(Ghosting(count, axis, intensity, restore), image(number, sizes))
    ghosts.append(
        {
            "number": number,
            "shape": sizes,
            "ghosts": count,
            "axis": axis,
            "intensity": intensity,
            "restore": restore,
            "values": values,
        }
    )

spikes = []
for number, sizes, positions, intensity in (
    (30, (4, 6, 5), [[0.3, 0.7, 0.1]], 1.5),
    (31, (5, 4, 6), [[0.9, 0.2, 0.6], [0.5, 0.5, 0.5]], 0.8),
):
    values = applied(Spike(np.array(positions), intensity), image(number, sizes))
    spikes.append({"number": number, "shape": sizes, "positions": positions, "intensity": intensity, "values": values})

# Nothing but the least value at the border, so that no pose has to guess what lies outside.
sizes = (8, 10, 9)
still = np.full(sizes, -1, np.float32)
still[2:-2, 2:-2, 2:-2] = image(40, tuple(size - 4 for size in sizes))
affine = np.diag([-1.0, -1.0, 1.0, 1.0])
affine[:3, 3] = affine[:3, :3] @ -((np.array(sizes) - 1) / 2)
motions = []
for times, degrees, translation in (
    ([0.4, 0.7], [[0, 0, 0], [0, 0, 0]], [[1, 0, -0.5], [0, 1.5, 0.25]]),
    ([0.3], [[0, 0, 7]], [[0, 0, 0]]),
    ([0.2, 0.6], [[5, 0, 0], [0, -6, 0]], [[0.5, 0, 0], [0, 0, -1]]),
):
    transform = Motion(
        degrees=np.array(degrees, float), translation=np.array(translation, float), times=np.array(times), image_interpolation="linear"
    )
    motions.append(
        {"times": times, "degrees": degrees, "translation": translation, "values": applied(transform, still, affine)}
    )

golden = {
    "nyul": nyul,
    "biases": biases,
    "ghosts": ghosts,
    "spikes": spikes,
    "motion": {"number": 40, "shape": sizes, "cases": motions},
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
