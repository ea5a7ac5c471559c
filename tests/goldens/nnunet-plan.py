"""Goldens of lib/planning: plans by nnU-Net's own planner, and fingerprints by its extractor.

Run with nnunetv2 2.8.1, PyTorch 2.15.0, NumPy 2.4.6; writes nnunet-plan.json beside this file. Fingerprints of the plans
are written by hand or drawn from seeded random numbers; images of the extracted fingerprints are made by a formula that
the test repeats (tests/goldens/hashed.py). The plans' JSON is stored whole; what is the same in all configurations of as
many dimensions stands once in `common`.

With the paths of a dataset.json and of plans files as arguments, it writes nothing and tells what nnunetv2 makes of
them, the networks that it builds included: one line of JSON each.
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
from nnunetv2.imageio.reader_writer_registry import determine_reader_writer_from_dataset_json
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.label_handling.label_handling import determine_num_input_channels
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

sys.path.append(here)
from hashed import hashed  # noqa: E402

# By the ending: no image is there.
ExperimentPlanner.determine_reader_writer = lambda self: determine_reader_writer_from_dataset_json(
    self.dataset_json, verbose=False)


def load(file, dataset):
    """What nnunetv2 makes of a plans file: each configuration's network, built."""
    manager = PlansManager(str(file))
    heads = manager.get_label_manager(dataset).num_segmentation_heads
    told = {}
    for name in manager.available_configurations:
        if len(manager.get_configuration(name).network_arch_init_kwargs["strides"]) == 1:
            continue  # nnU-Net has no network of one stage
        chosen = manager.get_configuration(name)
        with torch.device("meta"):
            network = get_network_from_plans(
                chosen.network_arch_class_name, chosen.network_arch_init_kwargs,
                chosen.network_arch_init_kwargs_req_import, determine_num_input_channels(manager, name, dataset), heads,
                allow_init=False, deep_supervision=True)
        told[name] = {
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "inputs": determine_num_input_channels(manager, name, dataset), "heads": heads,
            "patch": list(chosen.patch_size), "batch": chosen.batch_size, "spacing": list(chosen.spacing),
            "previous": chosen.previous_stage_name, "resampling": chosen.resampling_fn_data.func.__name__,
            "numbers": int(network.compute_conv_feature_map_size(chosen.patch_size)),
        }
    return {"reader": manager.image_reader_writer_class.__name__, "configurations": told}


if len(sys.argv) > 1:
    for argument in sys.argv[2:]:
        with redirect_stdout(StringIO()):
            result = load(argument, json.loads(Path(sys.argv[1]).read_text()))
        print(json.dumps(result))
    sys.exit()


def plan(name, spacings, shapes, channels, labels, gigabytes, relative_size, ending=".nii.gz", seed=None):
    random = np.random.default_rng(seed)
    keys = ("mean", "median", "std", "min", "max", "percentile_99_5", "percentile_00_5")
    properties = [dict.fromkeys(keys, 1.0) if seed is None else {key: float(random.normal(0, 100)) for key in keys}
                  for _ in channels]
    fingerprint = {
        "spacings": [[float(v) for v in each] for each in spacings],
        "shapes_after_crop": [[int(v) for v in each] for each in shapes],
        "foreground_intensity_properties_per_channel": {str(i): each for i, each in enumerate(properties)},
        "median_relative_size_after_cropping": relative_size,
    }
    names = labels if isinstance(labels, dict) else {"background": 0} | {f"class {i}": i for i in range(1, labels)}
    dataset = {
        "channel_names": {str(i): channel for i, channel in enumerate(channels)},
        "labels": names,
        "numTraining": len(shapes),
        "file_ending": ending,
    }
    regions = [label for label in names.values() if isinstance(label, list)]
    if regions:
        dataset["regions_class_order"] = [region[0] for region in regions]
    identifier = "Dataset001_Golden"
    for root in ("nnUNet_raw", "nnUNet_preprocessed"):
        Path(os.environ[root], identifier).mkdir(parents=True, exist_ok=True)
    Path(os.environ["nnUNet_raw"], identifier, "dataset.json").write_text(
        json.dumps(dataset | {"dataset": {"a": {"images": ["a.nii.gz"], "label": "b.nii.gz"}}}))
    Path(os.environ["nnUNet_preprocessed"], identifier, "dataset_fingerprint.json").write_text(json.dumps(fingerprint))
    Path(os.environ["nnUNet_preprocessed"], identifier, "nnUNetPlans.json").unlink(missing_ok=True)
    with redirect_stdout(StringIO()), torch.device("meta"):  # its networks are counted, not trained
        ExperimentPlanner(identifier, gpu_memory_target_in_gb=gigabytes).plan_experiment()
    written = Path(os.environ["nnUNet_preprocessed"], identifier, "nnUNetPlans.json")
    plans = json.loads(written.read_text())
    parameters = {key: each["parameters"] for key, each in load(written, dataset)["configurations"].items()}
    print(name, {key: each.get("patch_size") for key, each in plans["configurations"].items()}, flush=True)
    return {"name": name, "fingerprint": fingerprint, "dataset": dataset, "gigabytes": gigabytes, "plans": plans,
            "parameters": parameters}


NAMES = ["CT", "T1", "T2", "FLAIR", "PET", "noNorm", "zscore", "rescale_to_0_1", "ADC", "ct"]


def drawn(number):
    """A data set of any kind: isotropic, anisotropic, tiny, huge, few and many classes and channels, 4 to 80 GB."""
    random = np.random.default_rng(number)
    count = int(random.integers(1, 25))
    flat = number % 5 == 0
    kind = ("isotropic", "thick slices", "any")[number % 3]
    fine = float(np.exp(random.uniform(np.log(0.1), np.log(3))))
    ratios = {"isotropic": [1, 1, 1], "thick slices": [random.uniform(1.5, 12), 1, 1],
              "any": np.exp(random.uniform(0, 2, 3))}[kind]
    spacing = fine * np.array(ratios)
    side = np.exp(random.uniform(np.log(6), np.log(900), 3))
    if kind != "any":
        side[1:] = side[1] * np.exp(random.normal(0, 0.1, 2))
    spacing, side = random.permuted(np.stack([spacing, side]), axis=1) if number % 7 == 0 else (spacing, side)
    spread = (0, 0.05, 0.3)[int(random.integers(3))]
    spacings = np.round(spacing * np.exp(random.normal(0, spread, (count, 3))), 4)
    shapes = np.maximum(1, np.round(side * np.exp(random.normal(0, spread, (count, 3))))).astype(int)
    channels = list(random.choice(NAMES, int(random.integers(1, 6))))
    ending = (".nii.gz", ".nii", ".tiff")[int(random.integers(3))]
    if flat:
        spacings, shapes[:, 0] = np.tile([999.0, 1.0, 1.0], (count, 1)), 1
        shapes[:, 1:] = np.maximum(8, np.exp(random.uniform(np.log(30), np.log(3000))) * shapes[:, 1:] / side[1])
        ending = ".png"
        if number % 10 == 0:
            channels = ["rgb_to_0_1"] * 3
    classes = int(np.exp(random.uniform(np.log(2), np.log(130))))
    labels = max(2, classes)
    if number % 6 == 0:
        labels = {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "part": [3], "ignore": 4}
    elif number % 6 == 1:
        labels = {"background": 0} | {f"class {i}": i for i in range(1, labels)} | {"ignore": labels}
    gigabytes = int(random.choice([4, 6, 8, 11, 16, 24, 32, 40, 48, 80]))
    title = f"drawn {number}: {'pictures' if flat else kind}, {gigabytes} GB"
    relative = round(float(random.uniform(0.3, 1)), 4)
    return plan(title, spacings, shapes, channels, labels, gigabytes, relative, ending, seed=number)


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
] + [drawn(number) for number in range(100, 164)]


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
def factored(plans):
    """Takes out of the configurations what all of as many dimensions have in common."""
    common = {}
    for dimensions in (2, 3):
        configurations = [each for one in plans for each in one["plans"]["configurations"].values()
                          if len(each.get("spacing", [])) == dimensions]
        shared = shared_fields(configurations)
        kwargs = shared_fields([each["architecture"]["arch_kwargs"] for each in configurations])
        architecture = shared_fields([each["architecture"] for each in configurations])
        common[str(dimensions)] = shared | {"architecture": architecture | {"arch_kwargs": kwargs}}
        for each in configurations:
            for fields, known in ((each["architecture"]["arch_kwargs"], kwargs), (each["architecture"], architecture),
                                  (each, shared)):
                for name in known:
                    del fields[name]
    return common


def shared_fields(fields):
    first = fields[0]
    return {name: first[name] for name in first if all(name in each and each[name] == first[name] for each in fields)}


common = factored(plans)
golden = {
    "made with": f"nnunetv2 2.8.1, PyTorch {torch.__version__.split('+')[0]}, NumPy {np.__version__}, Python {sys.version.split()[0]}",
    "common": common,
    "plans": plans,
    "fingerprints": fingerprints,
}
Path(here, "nnunet-plan.json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
print(len(plans), "plans")
