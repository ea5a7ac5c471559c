"""Goldens from pydicom on its own test files: headers, hashes of pixels, windows; small files are stored as they are.

Run with pydicom 3.0.2, pylibjpeg 2.1.0 (-libjpeg 2.5.0, -openjpeg 2.6.0, -rle 2.2.0), SimpleITK 2.5.7, NumPy 2.4. Writes
pydicom-files.json (every file) and pydicom-bytes.json (gzip and base64) beside this file. No randomness.

JPEG extended of 12 bits is taken from SimpleITK, whose GDCM decodes it with libjpeg; pylibjpeg's own inverse DCT rounds
1.4 % of the pixels otherwise, by 1, and refuses one of the two files.
"""

import base64
import gzip
import hashlib
import json
import logging
import warnings
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.pixels import apply_color_lut, apply_windowing, pixel_array

warnings.simplefilter("ignore")
logging.disable()
HERE = Path(__file__).parent
FILES = Path(pydicom.__file__).parent / "data" / "test_files"
BY_SIMPLE_ITK = {"JPGExtended.dcm", "JPEG-lossy.dcm"}
NOT_DICOM = {".txt", ".json", ".dump", ".gz", ".icc"}
TEXTS = ("PatientID", "PatientName", "Modality", "StudyDate", "SeriesInstanceUID", "SOPInstanceUID")
STORED = """empty_charset_LEI.dcm no_meta_group_length.dcm ExplVR_BigEndNoMeta.dcm ExplVR_LitEndNoMeta.dcm priv_SQ.dcm
UN_sequence.dcm JPEGLSNearLossless_08.dcm JPEGLSNearLossless_16.dcm SC_rgb_jls_lossy_line.dcm SC_rgb_jls_lossy_sample.dcm
SC_rgb_small_odd.dcm SC_rgb_small_odd_big_endian.dcm SC_rgb_small_odd_jpeg.dcm rtdose_1frame.dcm rtdose_expb_1frame.dcm
rtdose_rle_1frame.dcm SC_rgb_rle_2frame.dcm SC_rgb_rle_16bit_2frame.dcm rtplan_truncated.dcm rtstruct.dcm reportsi.dcm
dicomdirtests/77654033/CR1/6154 SC_rgb_gdcm_KY.dcm SC_rgb_dcmtk_+eb+cy+np.dcm
SC_rgb_dcmtk_+eb+cr.dcm SC_rgb_jpeg_gdcm.dcm SC_rgb_jpeg.dcm SC_jpeg_no_color_transform.dcm image_dfl.dcm JPEG2000.dcm
JPEG-lossy.dcm MR_small_jpeg_ls_lossless.dcm""".split()


def little_endian(array):
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))


def describe(path):
    name = path.relative_to(FILES).as_posix()
    dataset = pydicom.dcmread(path, force=True)
    result = {"elements": len(dataset)}
    for keyword in TEXTS:
        value = dataset.get(keyword)
        if value not in (None, ""):
            result[keyword] = str(value)
    if name in BY_SIMPLE_ITK:
        pixels = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))[0]
    elif "PixelData" in dataset:
        try:
            pixels = pixel_array(dataset)
        except Exception:
            return result
    else:
        return result
    result["shape"] = pixels.shape
    result["dtype"] = pixels.dtype.newbyteorder("=").name
    result["sha256"] = hashlib.sha256(little_endian(pixels).tobytes()).hexdigest()[:16]
    return result


def paths():
    for path in sorted(FILES.rglob("*")):
        tiny = "TINY_ALPHA" in path.parts and path.name > "IM000001"
        if path.is_file() and path.suffix not in NOT_DICOM and not path.name.startswith(("README", "no_meta.")) and not tiny:
            yield path


def windows():
    values = np.arange(-1200, 1600, 7).astype(np.int16)
    cases = []
    for centre, width, shape in (
        (40, 400, "LINEAR"),
        (-600, 1500, "LINEAR"),
        (50.5, 1, "LINEAR"),
        (40, 80, "LINEAR_EXACT"),
        (300, 600.5, "LINEAR_EXACT"),
        (40, 400, "SIGMOID"),
    ):
        dataset = pydicom.Dataset()
        dataset.PhotometricInterpretation = "MONOCHROME2"
        dataset.BitsStored = 12
        dataset.PixelRepresentation = 1
        dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = centre, width, shape
        # pydicom stretches to the range of the bits stored: -2048 to 2047.
        out = (apply_windowing(values, dataset) + 2048) / 4095
        cases.append({"centre": centre, "width": width, "shape": shape, "values": [round(float(x), 9) for x in out[::4]]})
    return cases


def palette():
    dataset = pydicom.dcmread(FILES / "examples_palette.dcm")
    colours = apply_color_lut(dataset.pixel_array, dataset)
    return {"dtype": colours.dtype.name, "sha256": hashlib.sha256(little_endian(colours).tobytes()).hexdigest()[:16]}


made = f"pydicom {pydicom.__version__}, SimpleITK {sitk.Version.VersionString()}, NumPy {np.__version__}"
golden = {
    "made with": made,
    "files": {path.relative_to(FILES).as_posix(): describe(path) for path in paths()},
    "windows": windows(),
    "palette": palette(),
}
stored = {name: base64.b64encode(gzip.compress((FILES / name).read_bytes(), 9, mtime=0)).decode() for name in STORED}
for name, content in (("pydicom-files", golden), ("pydicom-bytes", {"made with": made, "files": stored})):
    text = json.dumps(content, separators=(",", ":")) + "\n"
    (HERE / f"{name}.json").write_text(text)
    print(name, len(text))
