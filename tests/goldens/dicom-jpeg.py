"""Goldens for JPEG lossless (every predictor, precision and restart) and 12-bit JPEG from imagecodecs (libjpeg-turbo 3).

Run with imagecodecs and NumPy 2.4; writes dicom-jpeg.json beside this file. Samples are a formula of row, column and
channel, (37 r + 11 c² + 101 k + r c) mod 2^bits; lossy results are stored.
"""

import base64
import json
from pathlib import Path

import imagecodecs
import numpy as np


def samples(rows, columns, channels, bits):
    r, c, k = np.mgrid[:rows, :columns, :channels].astype(np.int64)
    values = (37 * r + 11 * c * c + 101 * k + r * c) % (1 << bits)
    values = values.astype(np.uint8 if bits == 8 else np.uint16)
    return values[..., 0] if channels == 1 else values


def text(data):
    return base64.b64encode(bytes(data)).decode()


lossless = []
for bits, channels, predictors in ((8, 1, range(1, 8)), (12, 1, (1, 4, 7)), (16, 1, range(1, 8)), (8, 3, (1, 6))):
    for predictor in predictors:
        image = samples(13, 19, channels, bits)
        stream = imagecodecs.jpeg_encode(
            image,
            lossless=True,
            predictor=predictor,
            bitspersample=bits,
            colorspace="rgb" if channels == 3 else None,
            outcolorspace="rgb" if channels == 3 else None,
        )
        case = {"rows": 13, "columns": 19, "channels": channels, "bits": bits, "predictor": predictor}
        lossless.append({**case, "base64": text(stream)})

rows, columns = np.mgrid[:21, :30]
smooth = np.round(2048 + 1500 * np.sin(rows / 5) * np.cos(columns / 7)).astype(np.uint16)
stream = imagecodecs.jpeg_encode(smooth, level=90, bitspersample=12)
decoded = imagecodecs.jpeg_decode(stream).astype("<u2")
golden = {
    "made with": f"imagecodecs {imagecodecs.__version__}, {imagecodecs.jpeg_version()}",
    "lossless": lossless,
    "extended": {"rows": 21, "columns": 30, "base64": text(stream), "pixels": text(decoded.tobytes())},
}
content = json.dumps(golden, separators=(",", ":")) + "\n"
Path(__file__).with_suffix(".json").write_text(content)
print(len(content))
