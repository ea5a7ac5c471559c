"""Goldens of lib/workflow/integrity: what nnU-Net's verify_dataset_integrity says of small data sets.

Run with nnunetv2 2.8.1, SimpleITK 2.5.7, nibabel 5.4.2; writes nnunet-integrity.json beside this file. The data sets'
files are stored as they are, those that differ from the first data set's, which is sound.
"""

import base64
import json
import os
import shutil
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
import nnunetv2.experiment_planning.verify_dataset_integrity as integrity
import nnunetv2.utilities.utils as utils
import numpy as np
from skimage import io


class HerePool:
    """multiprocessing's pool without processes: what it runs is printed here."""

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def starmap(self, function, arguments):
        return [function(*each) for each in arguments]


class HereContext:
    Pool = HerePool


integrity.multiprocessing.get_context = lambda _: HereContext
utils.Pool = HerePool

IDS = ("one", "two")
SHAPE = (6, 5, 4)
DESCRIPTION = {"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "a": 1, "b": 2},
               "numTraining": 2, "file_ending": ".nii.gz"}


def write(path, array, spacing=(1, 1, 2), origin=(0, 0, 0), flip=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    affine = np.diag([spacing[0] * flip, *spacing[1:], 1.0])
    affine[:3, 3] = origin
    nibabel.save(nibabel.Nifti1Image(array, affine), path)


def counted(seed=0):
    return ((np.arange(np.prod(SHAPE)) * 7 + seed) % 50 + 1).reshape(SHAPE).astype(np.float32)


def mask():
    return (np.arange(np.prod(SHAPE)) % 3).reshape(SHAPE).astype(np.uint8)


def sound(root):
    for number, identifier in enumerate(IDS):
        for channel in (0, 1):
            write(root / f"imagesTr/{identifier}_000{channel}.nii.gz", counted(number + 10 * channel))
        write(root / f"labelsTr/{identifier}.nii.gz", mask())
    (root / "dataset.json").write_text(json.dumps(DESCRIPTION))


def described(root, **changes):
    (root / "dataset.json").write_text(json.dumps({k: v for k, v in (DESCRIPTION | changes).items() if v is not None}))


def changed(array, value, count=1):
    array = array.astype(np.float32)
    array.flat[:count] = value
    return array


def odd_channel(root, array, **geometry):
    write(root / "imagesTr/two_0001.nii.gz", array, **geometry)


def odd_mask(root, array, **geometry):
    write(root / "labelsTr/two.nii.gz", array, **geometry)


def unpacked(root):
    """The same as .nii: SimpleITK, which reads .nii.gz, makes 0 of what is not finite, and the check sees none."""
    for path in sorted(root.rglob("*.nii.gz")):
        nibabel.save(nibabel.load(path), path.with_suffix(""))
        path.unlink()
    described(root, file_ending=".nii")


def pictures(root, bad):
    shutil.rmtree(root / "imagesTr")
    shutil.rmtree(root / "labelsTr")
    for part in ("imagesTr", "labelsTr"):
        (root / part).mkdir()
    for number, identifier in enumerate(IDS):
        io.imsave(root / f"imagesTr/{identifier}_0000.png", counted(number)[..., :3].astype(np.uint8), check_contrast=False)
        plane = mask()[..., 0] + (200 if bad and number else 0)
        io.imsave(root / f"labelsTr/{identifier}.png", plane.astype(np.uint8), check_contrast=False)
    described(root, channel_names={"0": "R", "1": "G", "2": "B"}, file_ending=".png")


def only_one(root):
    (root / "imagesTr/two_0000.nii.gz").unlink()
    (root / "imagesTr/two_0001.nii.gz").unlink()
    (root / "labelsTr/two.nii.gz").unlink()
    described(root, numTraining=1)


def several(root):
    odd_channel(root, changed(counted(), np.nan, 3))
    write(root / "imagesTr/one_0001.nii.gz", counted()[:, :4])
    odd_mask(root, changed(mask(), 9), spacing=(1, 1, 3))


CASES = {
    "sound": lambda root: None,
    "sound pictures": lambda root: pictures(root, False),
    "pictures whose mask has other values": lambda root: pictures(root, True),
    "one training case": only_one,
    "an empty mask": lambda root: odd_mask(root, mask() * 0),
    "only empty masks": lambda root: [write(root / f"labelsTr/{i}.nii.gz", mask() * 0) for i in IDS],
    "a label that no mask has": lambda root: described(root, labels={"background": 0, "a": 1, "b": 2, "c": 3}),
    "a channel of another shape": lambda root: odd_channel(root, counted()[:, :4]),
    "a channel of another spacing": lambda root: odd_channel(root, counted(), spacing=(1, 1, 2.5)),
    "a channel of hardly another spacing": lambda root: odd_channel(root, counted(), spacing=(1, 1, 2.000001)),
    "a channel of another origin": lambda root: odd_channel(root, counted(), origin=(0, 3, 0)),
    "a channel of another direction": lambda root: odd_channel(root, counted(), flip=-1),
    "a mask of another shape": lambda root: odd_mask(root, mask()[:, :, :3]),
    "a mask of another spacing": lambda root: odd_mask(root, mask(), spacing=(0.5, 1, 2)),
    "a mask of another origin": lambda root: odd_mask(root, mask(), origin=(0, 0, 100)),
    "a mask of another direction": lambda root: odd_mask(root, mask(), flip=-1),
    "NaN in an image": lambda root: (odd_channel(root, changed(counted(), np.nan, 2)), unpacked(root)),
    "infinity in an image": lambda root: (odd_channel(root, changed(counted(), np.inf)), unpacked(root)),
    "NaN in a mask": lambda root: (odd_mask(root, changed(mask(), np.nan)), unpacked(root)),
    "a value that is no label": lambda root: odd_mask(root, changed(mask(), 7)),
    "a fraction in a mask": lambda root: odd_mask(root, changed(mask(), 1.5)),
    "a negative label": lambda root: odd_mask(root, changed(mask(), -1)),
    "a gap in the labels": lambda root: described(root, labels={"background": 0, "a": 1, "b": 3}),
    "a label to ignore": lambda root: (odd_mask(root, changed(mask(), 3, 4)),
                                       described(root, labels={"background": 0, "a": 1, "b": 2, "ignore": 3})),
    "regions": lambda root: described(root, labels={"background": 0, "whole": [1, 2], "core": [2]},
                                      regions_class_order=[1, 2]),
    "a missing channel": lambda root: (root / "imagesTr/two_0001.nii.gz").unlink(),
    "a missing mask": lambda root: (root / "labelsTr/two.nii.gz").unlink(),
    "a mask without image": lambda root: write(root / "labelsTr/three.nii.gz", mask()),
    "another number of cases": lambda root: described(root, numTraining=3),
    "another number of channels": lambda root: described(root, channel_names={"0": "T1"}),
    "no numTraining": lambda root: described(root, numTraining=None),
    "a damaged image": lambda root: (root / "imagesTr/one_0000.nii.gz").write_bytes(b"no NIfTI"),
    "several problems at once": several,
}


def verdict(root):
    told = StringIO()
    try:
        with redirect_stdout(told), redirect_stderr(StringIO()):
            integrity.verify_dataset_integrity(str(root), 1)
        accepted = True
    except (AssertionError, RuntimeError, FileNotFoundError, ValueError, KeyError):
        accepted = False
    return accepted, "WARNING" in told.getvalue() or "Warning" in told.getvalue()


def files_of(root):
    return {str(path.relative_to(root)): base64.b64encode(path.read_bytes()).decode()
            for path in sorted(root.rglob("*")) if path.is_file()}


results = []
base = {}
for title, change in CASES.items():
    root = folder / "nnUNet_raw" / title.replace(" ", "_")
    root.mkdir(parents=True)
    sound(root)
    change(root)
    accepted, warned = verdict(root)
    files = files_of(root)
    base = base or files
    differing = {name: content for name, content in files.items() if base.get(name) != content}
    results.append({"title": title, "accepted": accepted, "warned": warned, "files": differing,
                    "absent": sorted(set(base) - set(files))})
golden = {
    "made with": f"nnunetv2 2.8.1, nibabel {nibabel.__version__}, NumPy {np.__version__}, Python {sys.version.split()[0]}",
    "base": base,
    "cases": results,
}
Path(here, "nnunet-integrity.json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
for each in results:
    print("accepted" if each["accepted"] else "refused ", "warned" if each["warned"] else "      ", each["title"])
