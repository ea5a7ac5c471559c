"""Goldens of lib/workflow: files by nnU-Net's readers, cases by its DefaultPreprocessor, predictions by its export.

Run with nnunetv2 2.8.1, SimpleITK 2.5.7, nibabel 5.4.2, PyTorch 2.15.0, NumPy 2.4.6; writes nnunet-preprocess.json beside
this file. Images, labels and logits are formulas that the test repeats (tests/goldens/hashed.py); the readers' files are
stored as they are.
"""

import base64
import json
import os
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

here = sys.path.pop(0)  # nibabel.py of this folder is not the package
folder = Path(tempfile.mkdtemp())
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = str(folder / name)

import nibabel
import numpy as np
import SimpleITK
import tifffile
import torch
from nnunetv2.imageio.natural_image_reader_writer import NaturalImage2DIO
from nnunetv2.imageio.nibabel_reader_writer import NibabelIO
from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO
from nnunetv2.imageio.tif_reader_writer import Tiff3DIO
from nnunetv2.inference.export_prediction import convert_predicted_logits_to_segmentation_with_correct_shape
from nnunetv2.preprocessing.preprocessors.default_preprocessor import DefaultPreprocessor
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager
from skimage import io

sys.path.append(here)
from hashed import hashed  # noqa: E402


def packed(array):
    array = np.asarray(array)
    kind = np.float32 if array.dtype.kind == "f" else np.uint8
    return {"shape": list(array.shape), "values": base64.b64encode(np.ascontiguousarray(array, kind).tobytes()).decode()}


def channels_last(array):
    return np.moveaxis(np.asarray(array), 0, -1)


# Readers ---------------------------------------------------------------------------------------------------------------

def read(reader, *files, **more):
    with redirect_stdout(StringIO()):
        data, properties = reader().read_images([str(file) for file in files])
    stored = {file.name: base64.b64encode(file.read_bytes()).decode() for file in files}
    stored |= {file.name: base64.b64encode(file.read_bytes()).decode() for file in more.get("beside", [])}
    return {"reader": reader.__name__, "files": stored, "images": [file.name for file in files],
            "spacing": [float(step) for step in properties["spacing"]], "image": packed(channels_last(data))}


def nifti(name, array, spacing, turn=0.0, flip=1, pixdim=None, kind=nibabel.Nifti1Image, slope=None, units=None):
    cosine, sine = np.cos(turn), np.sin(turn)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, flip]]) @ np.diag(spacing)
    affine[:3, 3] = [-3.5, 20.25, 7]
    image = kind(array, affine)
    if slope:
        image.header.set_slope_inter(*slope)
    if units:
        image.header.set_xyzt_units(units)
    if pixdim:
        image.header["pixdim"][1:4] = pixdim
    nibabel.save(image, folder / name)
    return folder / name


counted = np.arange(5 * 4 * 3).reshape(5, 4, 3).astype(np.int16)
(folder / "stack.json").write_text(json.dumps({"spacing": [3, 0.5, 0.25]}))
tifffile.imwrite(folder / "stack_0000.tif", counted.astype(np.uint16), photometric="minisblack")
tifffile.imwrite(folder / "alone_0000.tif", counted.astype(np.uint8), photometric="minisblack")
tifffile.imwrite(folder / "page_0000.tif", counted[0].astype(np.uint16))
io.imsave(folder / "colours_0000.png", (np.arange(4 * 5 * 3) * 4).reshape(4, 5, 3).astype(np.uint8), check_contrast=False)
io.imsave(folder / "gray_0000.png", (np.arange(20) * 3000).reshape(4, 5).astype(np.uint16), check_contrast=False)
io.imsave(folder / "gray_0001.png", np.arange(20).reshape(4, 5).astype(np.uint16), check_contrast=False)
readers = [
    read(SimpleITKIO, nifti("turned_0000.nii.gz", counted, (0.79, 0.81, 3.3), turn=0.3)),
    read(SimpleITKIO, nifti("flipped_0000.nii.gz", counted, (0.7, 0.7, 2.5), flip=-1)),
    read(SimpleITKIO, nifti("other_0000.nii.gz", counted, (0.79, 0.81, 3.3), pixdim=(0.5, 0.6, 2.0))),
    read(SimpleITKIO, nifti("scaled_0000.nii.gz", (counted * 2.5 - 7).astype(np.float32), (1, 1, 1.5), slope=(2.5, -7))),
    read(NibabelIO, nifti("second_0000.nii.gz", counted, (0.1, 0.2, 0.3), kind=nibabel.Nifti2Image)),
    read(SimpleITKIO, nifti("micrometres_0000.nii.gz", counted, (500, 500, 2000), units="micron")),
    read(SimpleITKIO, nifti("flat_0000.nii.gz", counted[:, :, 0], (0.4, 0.5, 1))),
    read(SimpleITKIO, nifti("two_0000.nii.gz", np.stack([counted, counted + 100], -1), (0.4, 0.5, 2))),
    read(SimpleITKIO, nifti("a_0000.nii.gz", counted, (1, 1, 2)), nifti("a_0001.nii.gz", counted * 2, (1, 1, 2))),
    read(NibabelIO, nifti("plain_0000.nii", counted, (0.79, 0.81, 3.3), turn=0.3)),
    read(Tiff3DIO, folder / "stack_0000.tif", beside=[folder / "stack.json"]),
    read(Tiff3DIO, folder / "alone_0000.tif"),
    read(NaturalImage2DIO, folder / "page_0000.tif"),
    read(NaturalImage2DIO, folder / "colours_0000.png"),
    read(NaturalImage2DIO, folder / "gray_0000.png", folder / "gray_0001.png"),
]

# Preprocessing and export ----------------------------------------------------------------------------------------------

RESAMPLING = {
    "resampling_fn_data": "resample_data_or_seg_to_shape",
    "resampling_fn_seg": "resample_data_or_seg_to_shape",
    "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
    "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
    "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
    "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None},
}
INTENSITIES = {"mean": 12.5, "median": 10.0, "std": 31.25, "min": -90.0, "max": 99.0,
               "percentile_00_5": -60.5, "percentile_99_5": 70.25}


def image_of(number, shape, channels, low):
    """round(hash · 100), at least `low`, 0 in a border of 1 before and 2 behind along sides above 8."""
    values = np.maximum(np.round(hashed(number, channels * int(np.prod(shape))) * 100), low).reshape(channels, *shape)
    border = [slice(1, -2) if side > 8 else slice(None) for side in shape]
    framed = np.zeros_like(values)
    framed[(slice(None), *border)] = values[(slice(None), *border)]
    return framed.astype(np.float32)


def labels_of(shape, count):
    z, y, x = np.meshgrid(*(np.arange(side) for side in shape), indexing="ij")
    return ((z // 3 + y // 4 + x // 5) % count).astype(np.float32)[None]


def case(title, number, shape, spacing, transpose, configuration, schemes, labels, low=-1000, masked=False, order=None,
         with_labels=True):
    channels = len(schemes)
    plans = {
        "plans_name": "nnUNetPlans", "dataset_name": "Dataset001_Golden", "label_manager": "LabelManager",
        "image_reader_writer": "SimpleITKIO", "transpose_forward": transpose,
        "transpose_backward": [transpose.index(axis) for axis in range(3)],
        "foreground_intensity_properties_per_channel": {str(channel): INTENSITIES for channel in range(channels)},
        "configurations": {"x": {
            "spacing": configuration, "patch_size": [8] * len(configuration), "normalization_schemes": schemes,
            "use_mask_for_norm": [masked and scheme == "ZScoreNormalization" for scheme in schemes],
            "data_identifier": "x", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2, "architecture": {},
            **RESAMPLING,
        }},
    }
    dataset = {"labels": labels, "channel_names": {str(channel): "c" for channel in range(channels)}}
    if order:
        dataset["regions_class_order"] = order
    manager = PlansManager(plans)
    chosen = manager.get_configuration("x")
    count = 1 + max(value if isinstance(value, int) else max(value) for value in labels.values())
    mask = labels_of(shape, count) if with_labels else None
    data, seg, properties = DefaultPreprocessor(verbose=False).run_case_npy(
        image_of(number, shape, channels, low), mask, {"spacing": spacing}, manager, chosen, dataset)
    scheme = manager.get_label_manager(dataset)
    heads = scheme.num_segmentation_heads
    logits = hashed(number + 500, heads * int(np.prod(data.shape[1:]))).reshape(heads, *data.shape[1:]) * 4
    restored, probabilities = convert_predicted_logits_to_segmentation_with_correct_shape(
        torch.from_numpy(logits), manager, chosen, scheme, properties, return_probabilities=True)
    result = {
        "title": title, "number": number, "shape": shape, "spacing": spacing, "transpose": transpose,
        "configuration": configuration, "schemes": schemes, "masked": chosen.use_mask_for_norm, "labelNames": labels,
        "order": order, "low": low, "withLabels": with_labels, "data": packed(channels_last(data)),
        "box": properties["bbox_used_for_cropping"], "restored": packed(restored.astype(np.uint8)),
        "probabilities": packed(channels_last(probabilities)),
    }
    return result | ({"labels": packed((seg[0] + 1).astype(np.uint8))} if with_labels else {})  # -1 becomes 0


Z, CT = "ZScoreNormalization", "CTNormalization"
TWO, THREE = {"background": 0, "a": 1}, {"background": 0, "a": 1, "b": 2}
cases = [
    case("isotropic MR, statistics inside", 1, [12, 13, 11], [1.0, 1.0, 1.0], [0, 1, 2], [0.8, 0.9, 1.0], [Z], THREE, masked=True),
    case("isotropic MR, the whole image", 2, [12, 13, 11], [1.2, 1.0, 1.0], [0, 1, 2], [1.2, 1.5, 1.1], [Z, Z], THREE),
    case("CT, anisotropic: slice by slice", 3, [7, 14, 12], [5.0, 0.8, 0.8], [0, 1, 2], [3.0, 0.7, 1.0], [CT], THREE),
    case("anisotropic only after resampling", 4, [10, 10, 10], [1.0, 1.0, 1.0], [0, 1, 2], [3.5, 0.9, 0.9], [CT], TWO),
    case("coarse columns first: axes turned", 5, [12, 10, 6], [0.9, 0.8, 4.0], [2, 0, 1], [3.2, 1.0, 1.0], [Z], THREE, masked=True),
    case("coarse rows first, CT and PET", 6, [11, 5, 12], [0.7, 2.9, 0.8], [1, 0, 2], [2.4, 0.8, 0.9], [CT, Z], TWO, masked=True),
    case("2-D slices of a volume", 7, [5, 14, 12], [4.0, 0.9, 0.9], [0, 1, 2], [1.1, 1.0], [Z], THREE),
    case("a picture in colours", 8, [1, 14, 17], [999.0, 1.0, 1.0], [0, 1, 2], [1.0, 1.0], ["RGBTo01Normalization"] * 3, TWO, low=0),
    case("a picture, resampled", 9, [1, 20, 17], [999.0, 1.5, 1.5], [0, 1, 2], [2.0, 1.0], ["RescaleTo01Normalization"], THREE),
    case("regions", 10, [9, 10, 11], [1.0, 1.0, 1.0], [0, 1, 2], [1.2, 0.8, 1.0], ["NoNormalization"],
         {"background": 0, "whole": [1, 2], "core": [2]}, order=[1, 2]),
    case("without a mask", 11, [9, 12, 10], [2.0, 1.0, 1.0], [0, 1, 2], [1.5, 1.1, 1.0], [Z], TWO, masked=True, with_labels=False),
    case("nothing to resample", 12, [9, 12, 10], [2.0, 1.0, 1.0], [0, 1, 2], [2.0, 1.0, 1.0], [Z], THREE),
]
golden = {
    "made with": f"nnunetv2 2.8.1, SimpleITK {SimpleITK.Version_VersionString()}, nibabel {nibabel.__version__}, "
    f"PyTorch {torch.__version__.split('+')[0]}, NumPy {np.__version__}, Python {sys.version.split()[0]}",
    "readers": readers,
    "intensities": INTENSITIES,
    "cases": cases,
}
Path(here, "nnunet-preprocess.json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
print(len(readers), "readers,", len(cases), "cases")
