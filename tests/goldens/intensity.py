"""Goldens of intensity transforms: NumPy, scikit-image, scikit-learn, nnU-Net, MONAI, batchgenerators, SciPy.

Run with NumPy 2.4.6, scikit-image 0.26.0, scikit-learn 1.9.1, nnunetv2, MONAI 1.6.1, batchgenerators 0.25.5,
batchgeneratorsv2 0.3.6, SciPy 1.17.1; writes intensity.json beside this file. Images are hashed numbers (hashed.py).
"""

import json
import sys
from pathlib import Path
from unittest.mock import patch

from hashed import hashed

sys.path.pop(0)  # scripts of this folder have the names of packages

import numpy as np
import torch
from batchgenerators.augmentations.color_augmentations import augment_contrast, augment_gamma
from batchgeneratorsv2.transforms.spatial.low_resolution import SimulateLowResolutionTransform
from monai.transforms import ScaleIntensity, ScaleIntensityRangePercentiles
from nnunetv2.preprocessing.normalization.default_normalization_schemes import CTNormalization, ZScoreNormalization
from scipy.ndimage import gaussian_filter
from sklearn.preprocessing import RobustScaler


def image(number, shape):
    return hashed(number, int(np.prod(shape))).reshape(shape)


def flat(values):
    return [round(float(value), 7) for value in np.asarray(values).ravel()]


PERCENTILES = [0, 0.5, 1, 10, 25, 33.3, 50, 62.5, 90, 99, 99.5, 100]
percentiles = []
for number, count in ((0, 1), (1, 2), (2, 101), (3, 5000), (4, 40001)):
    values = hashed(number, count)
    wide = values.astype(np.float64) ** 9 * 1e6
    whole = np.floor(values * 50).astype(np.int32)
    percentiles.append(
        {
            "number": number,
            "count": count,
            "single": np.percentile(values, PERCENTILES).tolist(),
            "double": np.percentile(wide, PERCENTILES).tolist(),
            "integers": np.percentile(whole, PERCENTILES).tolist(),
        }
    )

shape = (4, 5, 6)
picture = image(5, shape) * np.float32(40) + np.float32(7)
mask = image(6, shape) > 0
znorm = ZScoreNormalization(use_mask_for_norm=True, intensityproperties={})
everywhere = ZScoreNormalization(use_mask_for_norm=False, intensityproperties={})
inside = picture[mask].astype(np.float64)
properties = {
    "mean": inside.mean(),
    "std": inside.std(),
    "percentile_00_5": np.percentile(inside, 0.5),
    "percentile_99_5": np.percentile(inside, 99.5),
}
normalization = {
    "min-max": flat(ScaleIntensity(-1.0, 2.0)(picture)),
    "z-score": flat(everywhere.run(picture[None].copy(), None)),
    "z-score inside": flat(znorm.run(picture.copy(), np.where(mask, 0, -1))),
    "percentile": flat(ScaleIntensityRangePercentiles(5, 90, 0.0, 1.0, clip=True)(picture)),
    "median-iqr": flat(RobustScaler().fit_transform(picture.astype(np.float64).reshape(-1, 1))),
    "nnunet-ct": flat(CTNormalization(intensityproperties=properties).run(picture.copy())),
}


def gamma(values, factor, **options):
    with patch("numpy.random.uniform", lambda *_: factor):
        return augment_gamma(values[None].astype(np.float64), per_channel=True, **options)[0]


small = image(7, (5, 7)).astype(np.float64) + 0.3
augmentation = {
    "gamma": flat(gamma(small, 1.3)),
    "gamma below 1, statistics": flat(gamma(small, 0.7, retain_stats=True)),
    "gamma inverted, statistics": flat(gamma(small, 1.4, retain_stats=True, invert_image=True)),
    "contrast": flat(augment_contrast(small[None].copy(), (1.6, 1.6))[0]),
    "contrast beyond the range": flat(augment_contrast(small[None].copy(), (1.6, 1.6), preserve_range=False)[0]),
}

low = SimulateLowResolutionTransform((0.5, 1), True, True, None)
resolutions = []
for number, sizes, scales in ((8, (9, 12), (0.5, 0.5)), (9, (7, 10), (0.75, 0.3)), (10, (5, 6, 8), (1.0, 0.6, 0.55))):
    tensor = torch.from_numpy(image(number, sizes))[None].clone()
    result = low._apply_to_image(tensor, apply_to_channel=[0], scales=torch.tensor([scales], dtype=torch.float64))
    resolutions.append({"number": number, "shape": sizes, "scales": scales, "values": flat(result)})

blurs = []
for number, sizes, sigma, step in (
    (11, (9, 12), 1.0, 1),
    (12, (6, 7), (3.0, 0.0), 1),
    (13, (4, 5, 6), (0.5, 1.0, 2.0), 1),
    (14, (5, 23, 29), (1.2, 0.4, 0.0), 11),
):
    values = gaussian_filter(image(number, sizes), sigma).ravel()[::step]
    blurs.append({"number": number, "shape": sizes, "sigma": sigma, "step": step, "values": flat(values)})

golden = {
    "percentiles": {"wanted": PERCENTILES, "cases": percentiles},
    "normalization": {"shape": shape, "cases": normalization},
    "augmentation": augmentation,
    "resolutions": resolutions,
    "blurs": blurs,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
