"""Goldens of lib/workflow/splits.ts: nnunetv2's `generate_crossval_split`, which is scikit-learn's KFold, shuffled with
seed 12345, over the sorted names.

Run with scikit-learn 1.9.1, NumPy 2.4.6; writes nnunet-splits.json beside this file.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import KFold

SEED = 12345
COUNTS = [5, 6, 13, 30, 664]


def splits(count):
    names = np.sort([f"case_{number:03d}" for number in range(count)])
    folds = KFold(n_splits=5, shuffle=True, random_state=SEED).split(names)
    return [[str(names[index]) for index in held] for _, held in folds]


golden = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "held out": {str(count): splits(count) for count in COUNTS},
}
target = Path(__file__).with_suffix(".json")
target.write_text(json.dumps(golden) + "\n")
