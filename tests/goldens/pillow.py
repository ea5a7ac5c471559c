"""Writes pillow.json: what Pillow makes of small seeded images and of the ISBI 2012 stacks. Run: python pillow.py [DATA]

DATA is the folder that holds isbi2012/; without it, the hashes of the real stacks that the file already holds are kept.
"""

import base64
import hashlib
import io
import json
import pathlib
import sys

import numpy as np
import PIL
from PIL import Image

SEED = 20120502
SIZES = [((23, 31), (10, 9)), ((13, 17), (24, 30)), ((16, 16), (4, 4)), ((12, 19), (12, 7)), ((12, 19), (25, 19)), ((1, 7), (3, 2))]
DTYPES = {"uint8": 256, "uint16": 65536, "float32": None}

target = pathlib.Path(__file__).with_suffix(".json")
rng = np.random.default_rng(SEED)


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def resizes():
    for (height, width), (new_height, new_width) in SIZES:
        for dtype, top in DTYPES.items():
            image = rng.random((height, width), dtype=np.float32) if top is None else rng.integers(0, top, (height, width)).astype(dtype)
            case = {"dtype": dtype, "from": [height, width], "to": [new_height, new_width], "image": encode(image)}
            for name in ("BILINEAR", "NEAREST"):
                out = np.asarray(Image.fromarray(image).resize((new_width, new_height), getattr(Image, name)))
                assert out.dtype == image.dtype, (out.dtype, dtype)
                case[name.lower()] = encode(out)
            yield case


def stacks():
    for dtype, compression in (("uint8", None), ("uint16", None), ("uint8", "packbits")):
        pages = rng.integers(0, DTYPES[dtype], (3, 5, 7)).astype(dtype)
        pages[1] = pages[1, 0, 0]
        file = io.BytesIO()
        first, *rest = [Image.fromarray(page) for page in pages]
        first.save(file, "TIFF", save_all=True, append_images=rest, compression=compression)
        yield {"dtype": dtype, "compression": compression, "shape": pages.shape, "file": encode(np.frombuffer(file.getvalue(), np.uint8)), "pixels": encode(pages)}


def pages(path, size, resample):
    with Image.open(path) as stack:
        for page in range(stack.n_frames):
            stack.seek(page)
            yield np.asarray(stack if size is None else stack.resize((size, size), resample))


def isbi(folder):
    for name, resample in (("train-volume", "BILINEAR"), ("train-labels", "NEAREST")):
        for size in (None, 128, 200, 256, 600):
            digest = hashlib.sha256(np.stack(list(pages(folder / f"{name}.tif", size, getattr(Image, resample)))).tobytes())
            yield {"file": f"{name}.tif", "resample": resample.lower(), "size": size or 512, "sha256": digest.hexdigest()}


golden = {"pillow": PIL.__version__, "numpy": np.__version__, "seed": SEED, "resizes": list(resizes()), "stacks": list(stacks())}
if len(sys.argv) > 1:
    golden["isbi2012"] = list(isbi(pathlib.Path(sys.argv[1]) / "isbi2012"))
else:
    golden["isbi2012"] = json.loads(target.read_text())["isbi2012"]
target.write_text(json.dumps(golden, indent=1) + "\n")
