"""Goldens of a chest CT as a volume from pydicom and SimpleITK: sums, hash, geometry.

Run with pydicom 3.0.2, SimpleITK 2.5.7, NumPy 2.4; python dicom-series.py FOLDER, where FOLDER is ct/lidc-idri-0314 of
the real data. Writes dicom-series.json beside this file. No randomness.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk

folder = sys.argv[1]
slices = sorted((pydicom.dcmread(path) for path in Path(folder).glob("*.dcm")), key=lambda one: one.ImagePositionPatient[2])
volume = np.stack([one.pixel_array * one.RescaleSlope + one.RescaleIntercept for one in slices]).astype(np.int16)
reader = sitk.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
image = reader.Execute()
assert (sitk.GetArrayFromImage(image) == volume).all()
spacing, direction = np.array(image.GetSpacing()), np.array(image.GetDirection()).reshape(3, 3)
# SimpleITK's columns are (column, row, slice) to LPS; ours (slice, row, column) to RAS.
lps = np.hstack([(direction * spacing)[:, ::-1], np.array(image.GetOrigin())[:, None]])
affine = np.vstack([np.diag([-1, -1, 1]) @ lps, [0, 0, 0, 1]])
golden = {
    "made with": f"pydicom {pydicom.__version__}, SimpleITK {sitk.Version.VersionString()}, NumPy {np.__version__}",
    "shape": volume.shape,
    "sha256": hashlib.sha256(volume.astype("<i2").tobytes()).hexdigest(),
    "sum": int(volume.sum(dtype=np.int64)),
    "slice sums": volume.sum(axis=(1, 2), dtype=np.int64).tolist()[::16],
    "least": int(volume.min()),
    "most": int(volume.max()),
    "affine": affine.ravel().tolist(),
    "instances": [int(one.InstanceNumber) for one in slices][::16],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
