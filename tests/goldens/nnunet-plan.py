"""Goldens of lib/planning: plans by nnU-Net's own planner, and fingerprints by its extractor.

Run with nnunetv2 2.8.1, PyTorch 2.15.0, NumPy 2.4.6; writes nnunet-plan.json beside this file. Fingerprints of the plans
are made from seeded random numbers; images of the extracted fingerprints by a formula that the test repeats
(tests/goldens/hashed.py).
"""

import json
import os
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

here = sys.path.pop(0)  # nibabel.py of this folder is not the package
folder = tempfile.mkdtemp()
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = str(Path(folder, name))

import nnunetv2.experiment_planning.dataset_fingerprint.fingerprint_extractor as extractor
import numpy as np
import torch
from nnunetv2.experiment_planning.experiment_planners.default_experiment_planner import ExperimentPlanner

sys.path.append(here)
from hashed import hashed  # noqa: E402

SHAPING = ("spacing", "median_image_size_in_voxels", "patch_size", "batch_size", "normalization_schemes",
           "use_mask_for_norm", "batch_dice")


class Planner(ExperimentPlanner):
    def determine_reader_writer(self):
        return ExperimentPlanner  # only its name is written


def plan(name, spacings, shapes, channels, labels, gigabytes, relative_size):
    properties = dict.fromkeys(("mean", "median", "std", "min", "max", "percentile_99_5", "percentile_00_5"), 1.0)
    fingerprint = {
        "spacings": [[float(v) for v in each] for each in spacings],
        "shapes_after_crop": [[int(v) for v in each] for each in shapes],
        "foreground_intensity_properties_per_channel": {str(i): properties for i in range(len(channels))},
        "median_relative_size_after_cropping": relative_size,
    }
    dataset = {
        "channel_names": {str(i): channel for i, channel in enumerate(channels)},
        "labels": {f"class {i}": i for i in range(labels)},
        "numTraining": len(shapes),
        "file_ending": ".nii.gz",
        "dataset": {"a": {"images": ["a.nii.gz"], "label": "b.nii.gz"}},
    }
    identifier = "Dataset001_Golden"
    for root in ("nnUNet_raw", "nnUNet_preprocessed"):
        Path(os.environ[root], identifier).mkdir(parents=True, exist_ok=True)
    Path(os.environ["nnUNet_raw"], identifier, "dataset.json").write_text(json.dumps(dataset))
    Path(os.environ["nnUNet_preprocessed"], identifier, "dataset_fingerprint.json").write_text(json.dumps(fingerprint))
    Path(os.environ["nnUNet_preprocessed"], identifier, "nnUNetPlans.json").unlink(missing_ok=True)
    with redirect_stdout(StringIO()):
        Planner(identifier, gpu_memory_target_in_gb=gigabytes).plan_experiment()
    plans = json.loads(Path(os.environ["nnUNet_preprocessed"], identifier, "nnUNetPlans.json").read_text())
    configurations = {}
    for key, configuration in plans["configurations"].items():
        if "inherits_from" in configuration:
            continue
        network = configuration["architecture"]["arch_kwargs"]
        configurations[key] = {field: configuration[field] for field in SHAPING} | {
            field: network[field]
            for field in ("features_per_stage", "kernel_sizes", "strides", "n_conv_per_stage", "n_conv_per_stage_decoder")
        }
    result = {field: plans[field] for field in ("transpose_forward", "transpose_backward",
              "original_median_spacing_after_transp", "original_median_shape_after_transp")}
    return {"name": name, "spacings": fingerprint["spacings"], "shapes": fingerprint["shapes_after_crop"],
            "channels": channels, "classes": labels, "gigabytes": gigabytes, "relativeSize": relative_size,
            "plan": result | {"configurations": configurations}}


def varied(seed, spacing, shape, count, spread=0.15):
    """Cases around a spacing and a shape."""
    random = np.random.default_rng(seed)
    spacings = np.round(np.array(spacing) * np.exp(random.normal(0, spread, (count, 3))), 4)
    shapes = np.maximum(1, np.round(np.array(shape) * np.exp(random.normal(0, spread, (count, 3)))))
    return spacings.tolist(), shapes.astype(int).tolist()


def flat(seed, height, width, count, spread=0.0):
    random = np.random.default_rng(seed)
    sides = np.round(np.array([height, width]) * np.exp(random.normal(0, spread, (count, 2)))).astype(int)
    return [[999, 1, 1]] * count, [[1, *each] for each in sides.tolist()]


CT, MR = ["CT"], ["T1"]
plans = [
    plan("hippocampus", *varied(1, (1, 1, 1), (36, 50, 35), 60, 0.05), MR, 3, 8, 1.0),
    plan("ISBI 2012 as images", *flat(2, 512, 512, 30), ["EM"], 2, 8, 1.0),
    plan("ISBI 2012 as images, reduced", *flat(2, 128, 128, 25), ["EM"], 2, 8, 1.0),
    plan("ISBI 2012 as one volume", [[50, 4, 4]], [[30, 512, 512]], ["EM"], 2, 8, 1.0),
    plan("cardiac MRI, thick slices", *varied(3, (10, 1.56, 1.56), (9, 256, 216), 60), MR, 4, 8, 1.0),
    plan("cardiac MRI, very thick slices", *varied(4, (9.3, 1.5, 1.5), (10, 250, 230), 40, 0.3), MR, 4, 8, 1.0),
    plan("spleen CT", *varied(5, (1.6, 0.79, 0.79), (187, 512, 512), 41), CT, 2, 8, 1.0),
    plan("liver CT, 24 GB", *varied(6, (1.0, 0.77, 0.77), (432, 512, 512), 40, 0.2), CT, 3, 24, 1.0),
    plan("prostate, two modalities", *varied(7, (3.6, 0.62, 0.62), (20, 320, 319), 32, 0.05), ["T2", "ADC"], 3, 8, 1.0),
    plan("brain tumour, four modalities", *varied(8, (1, 1, 1), (140, 171, 136), 60, 0.04),
         ["FLAIR", "T1w", "T1gd", "T2w"], 4, 8, 0.42),
    plan("brain tumour, four modalities, 40 GB", *varied(8, (1, 1, 1), (140, 171, 136), 60, 0.04),
         ["FLAIR", "T1w", "T1gd", "T2w"], 4, 40, 0.42),
    plan("nuclei, sizes from small to large", *flat(9, 320, 360, 120, 0.5), ["red", "green", "blue"], 2, 8, 1.0),
    plan("histology, large images", *flat(10, 4000, 3000, 50, 0.1), ["rgb_to_0_1"] * 3, 6, 8, 1.0),
    plan("histology, large images, 80 GB", *flat(10, 4000, 3000, 50, 0.1), ["rgb_to_0_1"] * 3, 6, 80, 1.0),
    plan("X-ray", *flat(11, 1024, 1024, 60), ["rescale_to_0_1"], 15, 11, 1.0),
    plan("many classes", *varied(12, (1.5, 1.5, 1.5), (260, 240, 240), 40), CT, 105, 8, 1.0),
    plan("brain3d", [[1, 1, 1]], [[256, 256, 256]], MR, 7, 8, 0.2),
    plan("one small volume", [[1, 1, 1]], [[12, 10, 9]], MR, 2, 8, 1.0),
    plan("smaller than two poolings", [[2, 1, 1]], [[5, 7, 6]], ["noNorm"], 2, 8, 1.0),
    plan("one slice much longer than wide", *flat(13, 64, 2600, 12), ["zscore"], 2, 8, 1.0),
    plan("coarse rows instead of slices", *varied(14, (0.5, 4, 0.5), (300, 24, 280), 25, 0.1), MR, 2, 8, 0.6),
    plan("coarse but long", *varied(15, (5, 1, 1), (180, 200, 200), 20, 0.1), CT, 3, 8, 1.0),
    plan("coarse, some cases fine", *varied(16, (5, 0.8, 0.8), (40, 512, 512), 80, 0.6), CT, 3, 8, 1.0),
    plan("microscopy volume, 4 GB", *varied(17, (0.29, 0.104, 0.104), (64, 640, 640), 10, 0.05), ["noNorm"], 2, 4, 1.0),
    plan("even number of cases, halves in the median", [[1, 1, 1], [1, 1, 1.5]], [[60, 61, 44], [63, 62, 45]], MR, 2, 8, 0.74),
    plan("very high-resolution CT, cascade", *varied(18, (0.3, 0.3, 0.3), (700, 512, 512), 20, 0.1), CT, 5, 10, 1.0),
    plan("whole-body MRI", *varied(19, (3, 1.4, 1.4), (300, 260, 320), 50, 0.1), ["in-phase", "out-of-phase"], 14, 11, 0.9),
    plan("two channels, one of them CT", *varied(20, (2, 2, 2), (200, 200, 200), 30), ["CT", "PET"], 2, 16, 0.5),
]


class Case:
    """A reader of images that are made on the spot: [number, shape, channels, spacing]."""

    def read_images(self, files):
        number, shape, channels, spacing = json.loads(files[0])
        values = hashed(number, channels * int(np.prod(shape))).reshape(channels, *shape)
        image = np.round(values * 100).astype(np.float32)
        border = [slice(1, -2) if side > 8 else slice(None) for side in shape]  # zeros around it, to be cropped
        framed = np.zeros_like(image)
        framed[(slice(None), *border)] = image[(slice(None), *border)]
        return framed, {"spacing": spacing}

    def read_seg(self, file):
        number, shape, _, spacing = json.loads(file)
        values = hashed(number + 100, int(np.prod(shape))).reshape(1, *shape)
        return (values > 0.2 + 0.1 * (number % 5)).astype(np.int16), {"spacing": spacing}


def fingerprint(cases):
    """What `run` computes, without its processes and files; as many voxels a case as it would draw."""
    results = [
        extractor.DatasetFingerprintExtractor.analyze_case([json.dumps(case)], json.dumps(case), Case, int(1e7 // len(cases)))
        for case in cases
    ]
    channels = []
    for channel in range(cases[0][2]):
        values = np.concatenate([result[2][channel] for result in results])
        low, middle, high = np.percentile(values, (0.5, 50, 99.5))
        channels.append({"mean": float(values.mean(dtype=np.float64)), "median": float(middle),
                         "std": float(values.std(dtype=np.float64)), "min": float(values.min()),
                         "max": float(values.max()), "percentile005": float(low), "percentile995": float(high)})
    return {"cases": cases, "spacings": [list(result[1]) for result in results],
            "shapes": [list(result[0]) for result in results], "intensities": channels,
            "relativeSizeAfterCropping": float(np.median([result[4] for result in results]))}


fingerprints = [
    fingerprint([[1, [12, 14, 10], 1, [2.5, 0.8, 0.8]], [2, [10, 16, 12], 1, [3.0, 0.7, 0.7]], [3, [6, 11, 9], 1, [2.5, 1, 1]]]),
    fingerprint([[4, [1, 30, 40], 3, [999, 1, 1]], [5, [1, 36, 28], 3, [999, 1, 1]]]),
]
golden = {
    "made with": f"nnunetv2 2.8.1, PyTorch {torch.__version__.split('+')[0]}, NumPy {np.__version__}, Python {sys.version.split()[0]}",
    "plans": plans,
    "fingerprints": fingerprints,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
print(len(plans), "plans")
