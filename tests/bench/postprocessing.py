"""The other side of postprocessing.ts: the same cases by SciPy 1.17.1, scikit-image 0.26.0 and cc3d 4.1.1, in one thread."""

import cc3d
import numpy as np
from scipy import ndimage
from skimage import measure, morphology, segmentation

import cases


def waves(shape):
    """As in postprocessing.ts: smooth hills."""
    z, y, x = np.indices((1,) * (3 - len(shape)) + shape)
    field = np.sin(0.21 * x + 0.13 * y) + np.sin(0.17 * y - 0.19 * z) + np.sin(0.23 * z - 0.12 * x) + 0.5 * np.sin(1.3 * x + 0.7 * y + 1.1 * z)
    return field.reshape(shape).astype(np.float32)


picture, volume = waves((1024, 1024)), waves((128, 160, 160))
picture_mask, mask = (picture > 0.4).astype(np.uint8), (volume > 0.4).astype(np.uint8)
grey = np.clip(np.round(60 * (volume + 2)), 0, 255).astype(np.uint8)
distance = ndimage.distance_transform_edt(picture_mask)
markers, _ = ndimage.label(distance > 4)
THREE = ndimage.generate_binary_structure(3, 1)


def largest_scipy():
    labels, _ = ndimage.label(mask, THREE)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return labels == sizes.argmax()


CASES = {
    "components of 26, 128 × 160², beside cc3d": lambda: cc3d.connected_components(mask, connectivity=26),
    "components of 6, 128 × 160², beside SciPy": lambda: ndimage.label(mask, THREE),
    "components of 8, 1024², beside cc3d": lambda: cc3d.connected_components(picture_mask, connectivity=8),
    "largest component, 128 × 160², beside SciPy": largest_scipy,
    "largest component, 128 × 160², beside cc3d": lambda: cc3d.largest_k(mask, k=1, connectivity=6),
    "small components, 128 × 160², beside scikit-image": lambda: morphology.remove_small_objects(mask > 0, max_size=49),
    "holes, 128 × 160², beside SciPy": lambda: ndimage.binary_fill_holes(mask),
    "erosion by a cross, 128 × 160² mask, beside SciPy": lambda: ndimage.binary_erosion(mask, THREE, border_value=1),
    "dilation by a ball of 4, 128 × 160² mask, beside SciPy": lambda: ndimage.binary_dilation(mask, morphology.ball(4)),
    "grey opening by a ball of 2, 128 × 160², beside scikit-image": lambda: morphology.opening(grey, morphology.ball(2)),
    "grey erosion by a square of 5, 128 × 160², beside SciPy": lambda: ndimage.grey_erosion(grey, (11, 11, 11)),
    "watershed of distances, 1024², beside scikit-image": lambda: segmentation.watershed(-distance, markers, mask=picture_mask),
    "contours, 1024², beside scikit-image": lambda: measure.find_contours(picture, 0.4),
    "surface, 128 × 160², beside scikit-image": lambda: measure.marching_cubes(volume, 0.4),
}
cases.measure(CASES)
