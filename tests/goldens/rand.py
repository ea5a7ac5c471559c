"""Goldens of scores of regions: Rand errors, variation of information, V_rand and V_info of ISBI 2012.

From scikit-image (adapted_rand_error, variation_of_information, contingency_table, shannon_entropy) and scikit-learn
(rand_score). Run with scikit-image 0.26.0, scikit-learn 1.9.1, NumPy 2.4 by `python -B`; writes rand.json beside this
file. Seed 2012.

V_rand and V_info follow Arganda-Carreras et al. (2015), eqs. 1-4, from scikit-image's numbers: each border pixel of the
proposal becomes a region of its own, true background is left out, and a pixel counts as a pair with itself.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import skimage
import sklearn
from skimage.filters import gaussian
from skimage.measure import label, shannon_entropy
from skimage.metrics import adapted_rand_error, contingency_table, variation_of_information
from sklearn.metrics import rand_score

warnings.simplefilter("ignore")
rng = np.random.default_rng(2012)


def number(value):
    value = float(value)
    return round(value, 12) if np.isfinite(value) else "NaN"


def cells(shape, sigma, cut):
    field = gaussian(rng.standard_normal(shape), sigma)
    return label(np.abs(field / field.std()) > cut, connectivity=1)


def isbi(truth, proposal):
    inside = truth.ravel() != 0
    true_regions, proposed = truth.ravel()[inside], proposal.ravel()[inside].copy()
    border = proposed == 0
    proposed[border] = proposal.max() + 1 + np.arange(border.sum())
    table = contingency_table(true_regions, proposed, normalize=True, sparse_type="array")
    shares, proposed_shares, true_shares = table.data, table.sum(axis=0).ravel(), table.sum(axis=1).ravel()
    v_rand = 2 * (shares**2).sum() / ((proposed_shares**2).sum() + (true_shares**2).sum())
    entropies = shannon_entropy(true_regions) + shannon_entropy(proposed)
    information = (entropies - variation_of_information(true_regions, proposed).sum()) / 2
    return [number(v_rand), number(2 * information / entropies) if entropies else 1]


truth = cells((14, 17), 1.2, 0.4)
moved = np.where(rng.random(truth.shape) < 0.15, 0, truth)
pairs = [
    (truth, cells((14, 17), 1.2, 0.4)),
    (truth, label(moved > 0, connectivity=1)),
    (truth, moved),
    (rng.integers(0, 5, (6, 9)), rng.integers(0, 7, (6, 9))),
    (rng.integers(1, 3, (6, 9)), np.zeros((6, 9), int)),
    (np.ones((6, 9), int), np.ones((6, 9), int)),
    (np.ones((3, 4), int), 1 + np.arange(12).reshape(3, 4)),
    (1 + np.arange(12).reshape(3, 4), np.ones((3, 4), int)),
    (1 + np.arange(12).reshape(3, 4), 1 + np.arange(12).reshape(3, 4)),
    (np.array([[1, 0]]), np.array([[2, 3]])),
]
cases = []
for truth, proposal in pairs:
    cases.append(
        {
            "truth": truth.ravel().tolist(),
            "proposal": proposal.ravel().tolist(),
            "isbi": isbi(truth, proposal),
            "adaptedRand": [number(value) for value in adapted_rand_error(truth, proposal)],
            "adaptedRandOfAlpha0.2": number(adapted_rand_error(truth, proposal, alpha=0.2)[0]),
            "randError": number(1 - rand_score(truth.ravel(), proposal.ravel())),
            "variationOfInformation": [number(value) for value in variation_of_information(truth, proposal)],
        }
    )
golden = {"made with": f"scikit-image {skimage.__version__}, scikit-learn {sklearn.__version__}", "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
