"""Goldens of nnU-Net's rule of keeping the largest component: the decisions of nnunetv2's determine_postprocessing on
small label maps whose predictions have specks, of several kinds.

Run with nnunetv2 2.8.1, scikit-image 0.26.0, NumPy 2.4; writes largest-rule.json beside this file.
"""

import base64
import json
import multiprocessing
import sys
import tempfile
import types
from importlib.metadata import version
from multiprocessing.pool import ThreadPool
from pathlib import Path

sys.path.pop(0)  # this folder has a nibabel.py
import numpy as np  # noqa: E402
from skimage import io  # noqa: E402

# Threads instead of processes, each of which would load PyTorch.
multiprocessing.get_context = lambda _: types.SimpleNamespace(Pool=ThreadPool)
from nnunetv2.postprocessing.remove_connected_components import determine_postprocessing  # noqa: E402

rng = np.random.default_rng(2021)
SIDE = 20


def packed(array):
    return base64.b64encode(array.astype(np.uint8).tobytes()).decode()


def pair(classes, specks, second=(), absent=(), nested=False):
    """A reference with a block of each class, inside each other where `nested`, and a prediction with `specks` wrong pixels
    of random classes; of the classes in `second` the reference has two blocks, of those in `absent` none."""
    truth = np.zeros((SIDE, SIDE), np.uint8)
    corner = rng.integers(1, 5, 2)
    for label in range(1, classes + 1):
        if label in absent:
            continue
        for block in range(2 if label in second else 1):
            row, column = corner + 2 * label if nested and block == 0 else rng.integers(0, SIDE - 6, 2)
            height, width = (11 - 3 * label,) * 2 if nested and block == 0 else rng.integers(3, 7, 2)
            truth[row : row + height, column : column + width] = label
    prediction = truth.copy()
    for _ in range(specks):
        row, column = rng.integers(0, SIDE, 2)
        prediction[row, column] = rng.integers(0, classes + 1)
    return prediction, truth


def decided(pairs, labels, order):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("predictions", "references"):
            (Path(folder) / name).mkdir()
        for number, maps in enumerate(pairs):
            for name, values in zip(("predictions", "references"), maps):
                io.imsave(Path(folder) / name / f"case_{number}.png", values, check_contrast=False)
        dataset = {"labels": labels, "file_ending": ".png", "channel_names": {"0": "L"}, "numTraining": len(pairs)}
        if order:
            dataset["regions_class_order"] = order
        plans = {"image_reader_writer": "NaturalImage2DIO"}
        _, kwargs = determine_postprocessing(f"{folder}/predictions", f"{folder}/references", plans, dataset, 1)
        values = [one["labels_or_regions"] for one in kwargs]
        summary = json.loads((Path(folder) / "predictions" / "postprocessing.json").read_text())
        means = [summary[state]["mean"] for state in ("input_folder", "postprocessed")]
    steps = [list(value) if isinstance(value, (list, tuple)) else value for value in values]
    return steps, [[one["Dice"] for one in mean.values()] for mean in means]


cases = []
for options, ignore in (
    *(({"classes": classes, "specks": specks, "second": second}, False) for classes in (1, 2, 3) for specks in (0, 8) for second in ((), (1,))),
    *(({"classes": classes, "specks": specks, "nested": True}, False) for classes in (2, 3) for specks in (1, 4, 10)),
    *(({"classes": 3, "specks": 6, "nested": True, "second": (label,)}, False) for label in (1, 2, 3)),
    *(({"classes": 3, "specks": 9, "absent": absent, "nested": True}, False) for absent in ((2,), (2, 3))),
    ({"classes": 3, "specks": 0, "absent": (3,), "nested": True}, False),
    *(({"classes": 2, "specks": 9, "nested": nested}, True) for nested in (False, True)),
):
    pairs = [pair(**options) for _ in range(3)]
    classes = options["classes"]
    labels = {"background": 0, **{f"class {label}": label for label in range(1, classes + 1)}}
    if ignore:
        labels["ignore"] = classes + 1
        for _, truth in pairs:
            truth[rng.random(truth.shape) < 0.2] = classes + 1
    steps, means = decided(pairs, labels, None)
    cases.append({"classes": list(range(1, classes + 1)), "ignore": classes + 1 if ignore else None, "pairs": pairs, "steps": steps, "means": means})
for specks in (3, 15):
    for options in ({"second": (1,)}, {"nested": True}, {"nested": True, "second": (3,)}):
        pairs = [pair(3, specks, **options) for _ in range(3)]
        regions = {"whole": [1, 2, 3], "core": [2, 3], "active": [3]}
        steps, means = decided(pairs, {"background": 0, **regions}, [1, 2, 3])
        cases.append({"classes": list(regions.values()), "ignore": None, "pairs": pairs, "steps": steps, "means": means})
for case in cases:
    case["pairs"] = [[packed(values) for values in maps] for maps in case["pairs"]]
    case["means"] = [[None if np.isnan(value) else value for value in means] for means in case["means"]]
golden = {"made with": f"nnunetv2 {version('nnunetv2')}, seed 2021", "shape": [SIDE, SIDE], "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
