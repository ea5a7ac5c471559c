"""Goldens of lib/inference: temperatures by SciPy's minimiser, thresholds by scikit-learn's F1 score, uncertainty maps by
SciPy's entropy and NumPy's variance.

Run with SciPy 1.17.1, scikit-learn 1.9.1, NumPy 2.4.6; writes inference-calibration.json beside this file. Logits and
probabilities are hashes of their index (tests/goldens/hashed.py); true labels are drawn from softened logits, so that the
network is too sure of itself, or too unsure.
"""

import json
import sys
from pathlib import Path

import numpy as np
import scipy
import sklearn
from hashed import hashed
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, softmax
from scipy.stats import entropy
from sklearn.metrics import f1_score

PIXELS = 2000


def temperature(name, number, classes, scale, true_temperature, ignored=None):
    logits = (hashed(number, PIXELS * (classes or 1)) * np.float32(scale)).astype(np.float64)
    draw = (hashed(number + 50, PIXELS).astype(np.float64) + 1) / 2
    if classes is None:
        pairs = np.stack([np.zeros(PIXELS), logits], 1)
    else:
        pairs = logits.reshape(PIXELS, classes)
    chances = softmax(pairs / true_temperature, axis=1).cumsum(axis=1)
    truth = np.minimum((draw[:, None] > chances).sum(axis=1), pairs.shape[1] - 1)
    counted = np.ones(PIXELS, bool) if ignored is None else draw > 0.1
    if ignored is not None:
        truth[~counted] = ignored

    def loss(log_temperature):
        chosen = log_softmax(pairs[counted] / np.exp(log_temperature), axis=1)
        return -chosen[np.arange(counted.sum()), truth[counted]].mean()

    best = minimize_scalar(loss, bounds=(-4, 4), method="bounded", options={"xatol": 1e-11})
    return {"name": name, "number": number, "classes": classes, "scale": scale, "ignoreIndex": ignored,
            "truth": truth.tolist(), "temperature": float(np.exp(best.x)), "before": float(loss(0)), "after": float(best.fun)}


def threshold_cases(number, count):
    cases = []
    for case in range(count):
        # four decimals: many lie exactly at a threshold
        probabilities = np.round((hashed(number + case, 400).astype(np.float64) + 1) / 2, 2 if case % 2 else 4)
        chance = (hashed(number + 20 + case, 400).astype(np.float64) + 1) / 2
        truth = (chance < probabilities ** (1 + case)).astype(int)
        if case == 3:
            truth[:] = 0
        cases.append((probabilities, truth))
    return cases


def best_threshold(number, count):
    cases = threshold_cases(number, count)
    thresholds = [step / 100 for step in range(1, 100)]
    by_cases = [np.mean([f1_score(t, p >= limit, zero_division=1) for p, t in cases]) for limit in thresholds]
    p, t = (np.concatenate(parts) for parts in zip(*cases))
    by_pixels = [f1_score(t, p >= limit, zero_division=1) for limit in thresholds]
    return {"cases": [{"probabilities": p.tolist(), "truth": t.tolist()} for p, t in cases],
            "byCases": [round(float(score), 9) for score in by_cases],
            "byPixels": [round(float(score), 9) for score in by_pixels]}


def uncertainty(number, members, classes):
    logits = hashed(number, members * 24 * classes).reshape(members, 24, classes) * np.float32(4)
    if classes == 1:
        probabilities = expit(logits.astype(np.float64))
        both = np.concatenate([1 - probabilities, probabilities], axis=-1)
    else:
        probabilities = both = softmax(logits.astype(np.float64), axis=-1)
    total = entropy(both.mean(axis=0), axis=-1)
    return {"number": number, "members": members, "classes": classes,
            "mean": np.round(probabilities.mean(axis=0), 8).reshape(-1).tolist(), "entropy": np.round(total, 8).tolist(),
            "mutualInformation": np.round(total - entropy(both, axis=-1).mean(axis=0), 8).tolist(),
            "variance": np.round(probabilities.var(axis=0).mean(axis=-1), 8).tolist()}


golden = {
    "made with": f"SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}, NumPy {np.__version__}, "
                 f"Python {sys.version.split()[0]}",
    "temperatures": [
        temperature("two classes, too sure", 200, None, 8, 2.5),
        temperature("two classes, too unsure", 201, None, 0.8, 0.2),
        temperature("four classes, too sure", 202, 4, 10, 3),
        temperature("four classes, some pixels left out", 203, 4, 6, 1.7, ignored=255),
        temperature("well calibrated", 204, 3, 3, 1),
    ],
    "thresholds": best_threshold(300, 4),
    "uncertainty": [uncertainty(400, 5, 3), uncertainty(401, 4, 1), uncertainty(402, 2, 6)],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
