"""The other side of transforms-spatial.ts: the same cases by SciPy 1.17.1 and scikit-image 0.26.0, in one thread."""

import numpy as np
from scipy import ndimage
from skimage.transform import resize

from cases import measure

random = np.random.default_rng(1)
picture = random.random((512, 512), dtype=np.float32)
mask = (picture * 4).astype(np.uint8)
volume = random.random((128, 128, 128), dtype=np.float32)
labels = (volume * 4).astype(np.uint8)
GRID = np.mgrid[:512, :512].astype(np.float32)


def warp(fields):
    places = [axis + field for axis, field in zip(GRID, fields)]
    ndimage.map_coordinates(picture, places, order=3, mode="mirror")
    ndimage.map_coordinates(mask, places, order=0)


def elastic_grid():
    warp([ndimage.zoom(random.normal(0, 10, (3, 3)).astype(np.float32), 512 / 3, order=3, mode="mirror") for _ in range(2)])


def elastic_smooth():
    noise = (random.random((512, 512), dtype=np.float32) * 2 - 1 for _ in range(2))
    warp([ndimage.gaussian_filter(field, 10, mode="constant") * 300 for field in noise])


def rotation(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    about = [
        np.array([[1, 0, 0], [0, c, s], [0, -s, c]]),
        np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]),
        np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]),
    ]
    return about[2] @ about[1] @ about[0]


def rotate(values, order):
    matrix = rotation(20)
    middle = (np.array(values.shape) - 1) / 2
    ndimage.affine_transform(values, matrix, middle - matrix @ middle, order=order)


def resample(order):
    resize(volume, (102, 160, 160), order, mode="edge", anti_aliasing=False, preserve_range=True)


CASES = {
    "elastic, 3 × 3 grid: 512², order 3, and mask": elastic_grid,
    "elastic, smoothed by σ 10: 512², order 3, and mask": elastic_smooth,
    "resample 128³ to 102 × 160 × 160, order 3": lambda: resample(3),
    "resample 128³ to 102 × 160 × 160, order 1": lambda: resample(1),
    "rotate 512² by 33°, order 3": lambda: ndimage.rotate(picture, 33, reshape=False, order=3),
    "rotate 512² by 33°, order 1": lambda: ndimage.rotate(picture, 33, reshape=False, order=1),
    "rotate 128³ by 20° about each axis, order 3": lambda: rotate(volume, 3),
    "rotate 128³ by 20° about each axis, order 1": lambda: rotate(volume, 1),
    "rotate 128³ by 20° about each axis, order 0": lambda: rotate(labels, 0),
}
measure(CASES)
