"""Loads the series of a folder some times with pydicom 3 and NumPy; the last line of output is the result.

python dicom_series.py FOLDER RUNS
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pydicom


def load(folder):
    slices = [pydicom.dcmread(path) for path in Path(folder).iterdir()]
    slices.sort(key=lambda one: float(one.ImagePositionPatient[2]))
    shape = (len(slices), slices[0].Rows, slices[0].Columns)
    volume = np.empty(shape, np.int16)
    for index, one in enumerate(slices):
        volume[index] = one.pixel_array
        volume[index] *= np.int16(one.RescaleSlope)
        volume[index] += np.int16(one.RescaleIntercept)
    return volume


seconds = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    volume = load(sys.argv[1])
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "median": float(np.median(seconds)), "sum": int(volume.sum(dtype=np.int64))}))
