"""Goldens of lib/workflow/extract-fingerprint: fingerprints of small data sets by nnU-Net's DatasetFingerprintExtractor.

Run with nnunetv2 2.8.1, SimpleITK 2.5.7, nibabel 5.4.2; writes nnunet-fingerprint.json beside this file: the data sets'
files as they are, and nnU-Net's dataset_fingerprint.json. It draws 10⁸ voxels; that many are drawn here, too.
"""

import base64
import json
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

here = sys.path.pop(0)  # nibabel.py of this folder is not the package
folder = Path(tempfile.mkdtemp())
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = str(folder / name)

import nibabel
import nnunetv2.experiment_planning.dataset_fingerprint.fingerprint_extractor as extractor
import nnunetv2.utilities.utils as utils
import numpy as np
from skimage import io


class Done:
    def __init__(self, value):
        self.get = lambda: value

    def ready(self):
        return True


class HerePool:
    """multiprocessing's pool without processes."""

    _pool = ()

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def starmap(self, function, arguments):
        return [function(*each) for each in arguments]

    def starmap_async(self, function, arguments):
        return Done(self.starmap(function, arguments))


class HereContext:
    Pool = HerePool


extractor.multiprocessing.get_context = lambda _: HereContext
utils.Pool = HerePool


def describe(root, channels, ending, count, labels=("a", "b")):
    (root / "dataset.json").write_text(json.dumps({
        "channel_names": {str(i): name for i, name in enumerate(channels)},
        "labels": {"background": 0} | {name: i + 1 for i, name in enumerate(labels)},
        "numTraining": count, "file_ending": ending}))


def volumes(root):
    """CT and PET with air around: one case without foreground, sizes and spacings that differ."""
    random = np.random.default_rng(0)
    for number, (shape, spacing) in enumerate([((12, 14, 9), (0.79, 0.81, 3.3)), ((11, 16, 10), (0.7, 0.7, 2.5)),
                                               ((10, 10, 8), (0.9, 0.9, 5.0)), ((13, 12, 9), (0.8, 0.8, 3.0))]):
        affine = np.diag([*spacing, 1.0])
        inside = np.zeros(shape, bool)
        inside[1:-2, 2:-1, 1:-1] = True
        for channel, kind in enumerate((np.int16, np.float32)):
            image = np.where(inside, random.normal(40, 100, shape), 0).astype(kind)
            nibabel.save(nibabel.Nifti1Image(image, affine), root / f"imagesTr/scan_{number}_000{channel}.nii.gz")
        mask = (random.uniform(size=shape) > 0.3 + 0.2 * number).astype(np.uint8) * (1 + number % 2)
        if number == 3:
            mask[:] = 0
        nibabel.save(nibabel.Nifti1Image(mask, affine), root / f"labelsTr/scan_{number}.nii.gz")
    describe(root, ("CT", "PET"), ".nii.gz", 4)


def pictures(root):
    random = np.random.default_rng(1)
    for number, shape in enumerate([(20, 24), (18, 30)]):
        io.imsave(root / f"imagesTr/p{number}_0000.png", random.integers(1, 256, (*shape, 3)).astype(np.uint8), check_contrast=False)
        io.imsave(root / f"labelsTr/p{number}.png", random.integers(0, 3, shape).astype(np.uint8), check_contrast=False)
    describe(root, ("red", "green", "blue"), ".png", 2)


def single(root):
    """One case whose foreground is one value."""
    image = np.full((8, 9, 10), 7, np.float32)
    nibabel.save(nibabel.Nifti1Image(image, np.diag([1, 1, 2, 1])), root / "imagesTr/one_0000.nii.gz")
    nibabel.save(nibabel.Nifti1Image((image > 0).astype(np.uint8), np.diag([1, 1, 2, 1])), root / "labelsTr/one.nii.gz")
    describe(root, ("T1",), ".nii.gz", 1, ("a",))


results = []
for number, make in enumerate((volumes, pictures, single)):
    name = f"Dataset00{number + 1}_{make.__name__}"
    root = folder / "nnUNet_raw" / name
    for part in ("imagesTr", "labelsTr"):
        (root / part).mkdir(parents=True)
    make(root)
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        extractor.DatasetFingerprintExtractor(name, 1).run()
    written = json.loads((folder / "nnUNet_preprocessed" / name / "dataset_fingerprint.json").read_text())
    files = {str(path.relative_to(root)): base64.b64encode(path.read_bytes()).decode()
             for path in sorted(root.rglob("*")) if path.is_file()}
    results.append({"name": name, "files": files, "fingerprint": written})
golden = {
    "made with": f"nnunetv2 2.8.1, nibabel {nibabel.__version__}, NumPy {np.__version__}, Python {sys.version.split()[0]}",
    "datasets": results,
}
Path(here, "nnunet-fingerprint.json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
print(len(results), "data sets")
