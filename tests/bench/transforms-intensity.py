"""The other side of transforms-intensity.ts: the same cases by scikit-image 0.26.0, SciPy 1.17.1, NumPy 2.4.6 and OpenCV
5.0.0, in one thread."""

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.exposure import equalize_adapthist, equalize_hist
from skimage.transform import iradon, radon

from cases import measure

cv2.setNumThreads(1)
random = np.random.default_rng(1)
picture = random.random((512, 512), dtype=np.float32)
whole = (picture * 256).astype(np.uint8)
volume = random.random((96, 96, 96), dtype=np.float32)
plane = random.random((256, 256), dtype=np.float32)
rows, columns = np.ogrid[:256, :256]
plane[(rows - 128) ** 2 + (columns - 128) ** 2 > 128**2] = 0
sinogram = random.random((256, 180), dtype=np.float32)
opencv = cv2.createCLAHE(2, (8, 8))

CASES = {
    "CLAHE 512², float32": lambda: equalize_adapthist(picture),
    "CLAHE 512², 8-bit": lambda: equalize_adapthist(whole),
    "CLAHE 96³, float32": lambda: equalize_adapthist(volume),
    "CLAHE 512², 8-bit, OpenCV": lambda: opencv.apply(whole),
    "histogram equalisation 512², float32": lambda: equalize_hist(picture),
    "histogram equalisation 512², 8-bit": lambda: equalize_hist(whole),
    "Gaussian blur 512², σ 1": lambda: gaussian_filter(picture, 1),
    "Gaussian blur 512², σ 4": lambda: gaussian_filter(picture, 4),
    "Gaussian blur 96³, σ 1": lambda: gaussian_filter(volume, 1),
    "percentile clip 96³": lambda: np.clip(volume, *np.percentile(volume, [0.5, 99.5])),
    "Radon transform 256², 180 angles": lambda: radon(plane),
    "filtered back-projection 256², 180 angles": lambda: iradon(sinogram),
}
measure(CASES, runs=9)
