"""Goldens from scikit-learn: leave-one-out accuracy of k nearest neighbours, mean silhouette.

Run with scikit-learn 1.9.1; writes feature-separation.json beside this file. Vectors are drawn here with a fixed seed and
stored, float64, rounded to three digits; no two distances of a vector are equal.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import silhouette_score
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier


def case(seed, sizes, features, spread):
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    centres = random.normal(size=(len(sizes), features))
    vectors = np.round(centres[labels] + spread * random.normal(size=(len(labels), features)), 3)
    order = random.permutation(len(labels))
    vectors, labels = vectors[order], labels[order]
    for row in np.linalg.norm(vectors[:, None] - vectors[None], axis=-1):
        assert len(np.unique(np.round(row, 12))) == len(row)
    accuracy = {
        k: float(cross_val_score(KNeighborsClassifier(k), vectors, labels, cv=LeaveOneOut()).mean()) for k in (1, 2, 4, 5)
    }
    return {
        "vectors": vectors.tolist(),
        "labels": labels.tolist(),
        "accuracy": accuracy,
        "silhouette": float(silhouette_score(vectors, labels)),
    }


cases = {
    "apart": case(0, [6, 7, 5], 4, 0.3),
    "mixed": case(1, [9, 4, 8, 6], 3, 1.2),
    "one class of a single vector": case(2, [8, 1, 9], 5, 0.9),
}
target = Path(__file__).with_suffix(".json")
target.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
