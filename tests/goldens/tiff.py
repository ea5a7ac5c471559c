"""Goldens of TIFF files as tifffile writes and reads them.

Run with tifffile 2026.3.3, imagecodecs 2026.3.6, NumPy 2.4.6, Pillow 13.0; writes tiff.json beside this file. Seed 1.
Each case holds the file, gzipped (base64), and the samples that tifffile reads from it, as hash and first values: sums
would hide an exchange of two samples.
"""

import base64
import gzip
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import tifffile

rng = np.random.default_rng(1)
HEIGHT, WIDTH = 37, 45


def samples(shape, dtype):
    """Few different values, in all bytes: the golden stays small, and packers and predictors have something to do."""
    rows, columns = np.indices(shape[:2])
    base = np.round((np.sin(rows / 7) + np.cos(columns / 5)) * 6) / 6
    for _ in shape[2:]:
        base = base[..., None] * np.ones(shape[2])
    noise = np.arange(shape[-1]) % 3 * 0.03
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return ((base + noise) * 100).astype(dtype)
    info = np.iinfo(dtype)
    unit = (base + noise + 2.1) / 4.3
    return (info.min + unit * (info.max - info.min)).astype(dtype)


def case(name, data, note="", **options):
    file = io.BytesIO()
    with tifffile.TiffWriter(file, byteorder=options.pop("byteorder", "<"), bigtiff=options.pop("bigtiff", False)) as writer:
        pages = data if options.pop("pages", False) else [data]
        for page in pages:
            writer.write(page, metadata=None, **options)
    read = [page.asarray() for page in tifffile.TiffFile(io.BytesIO(file.getvalue())).pages]
    for page, written in zip(read, pages):
        assert np.array_equal(page, np.asarray(written)), name
    if options.get("planarconfig") == "separate":
        read = [np.moveaxis(page, 0, -1) for page in read]
    if read[0].dtype == np.float16:
        read = [page.astype(np.float32) for page in read]
    first = read[0]
    return {
        "name": name,
        "file": base64.b64encode(gzip.compress(file.getvalue(), 9, mtime=0)).decode(),
        "shape": list(first.shape),
        "dtype": str(first.dtype),
        "pages": len(read),
        "first": [float(v) for v in first.ravel()[:4]],
        "sha256": hashlib.sha256(b"".join(page.astype(page.dtype.newbyteorder("<")).tobytes() for page in read)).hexdigest(),
    }


def grey(dtype, shape=(HEIGHT, WIDTH)):
    return samples(shape, dtype)


def rgb(dtype, channels=3):
    return samples((HEIGHT, WIDTH, channels), dtype)


small = (10, 13)
cases = []
for dtype in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float16", "float32", "float64"):
    for order in "<>":
        cases.append(case(f"{dtype} {order}", grey(dtype, small), byteorder=order))
for compression in ("lzw", "deflate", "packbits", "adobe_deflate"):
    cases.append(case(f"{compression}", grey("uint8"), compression=compression, rowsperstrip=10))
for dtype in ("uint8", "uint16", "int32"):
    for order in "<>":
        cases.append(case(f"lzw, predictor 2, {dtype} {order}", grey(dtype, small), compression="lzw", predictor=2, byteorder=order))
for dtype in ("float16", "float32", "float64"):
    for order in "<>":
        cases.append(case(f"deflate, predictor 3, {dtype} {order}", grey(dtype, small), compression="deflate", predictor=3, byteorder=order))
cases += [
    case("RGB", rgb("uint8"), photometric="rgb", compression="deflate"),
    case("RGB, predictor 2, tiles", rgb("uint8"), photometric="rgb", compression="lzw", predictor=2, tile=(16, 32)),
    case("RGBA, 16 bits, big endian, predictor 2", rgb("uint16", 4)[:16, :20], photometric="rgb", extrasamples=["unassalpha"], compression="deflate", predictor=2, byteorder=">"),
    case("RGB of floats, predictor 3", rgb("float32")[:12, :14], photometric="rgb", compression="deflate", predictor=3),
    case("planes", np.moveaxis(rgb("uint8"), -1, 0), photometric="rgb", planarconfig="separate", rowsperstrip=16, compression="deflate"),
    case("planes in tiles, 16 bits, big endian", np.moveaxis(rgb("uint16")[:20, :30], -1, 0), photometric="rgb", planarconfig="separate", tile=(16, 16), byteorder=">", compression="lzw"),
    case("tiles", grey("uint16"), tile=(16, 16)),
    case("tiles, predictor 3", grey("float32", (20, 33)), tile=(16, 32), compression="deflate", predictor=3),
    case("pages", np.stack([grey("uint8", small) for _ in range(3)]), pages=True, compression="lzw"),
    case("BigTIFF pages, big endian", np.stack([grey("uint16", small) for _ in range(3)]), pages=True, bigtiff=True, byteorder=">", rowsperstrip=5),
    case("masks of 1 bit", grey("uint8", (9, 21)) > 128),
    case("masks of 1 bit, PackBits", grey("uint8", (9, 21)) > 128, compression="packbits"),
    case("many equal bytes, LZW", np.zeros((300, 400), np.uint8), compression="lzw"),
    case("noise that LZW cannot pack", rng.integers(0, 256, (60, 60), dtype=np.uint8), compression="lzw"),
    case("noise that PackBits cannot pack", rng.integers(0, 256, (20, 20), dtype=np.uint8), compression="packbits"),
]
stack = np.stack([grey("uint16", small) + page for page in range(4)])
file = io.BytesIO()
tifffile.imwrite(file, stack, imagej=True, truncate=True)
with tifffile.TiffFile(io.BytesIO(file.getvalue())) as written:
    assert len(written.pages) == 1 and np.array_equal(written.asarray(), stack)
cases.append(
    {
        "name": "ImageJ's stack of one directory",
        "file": base64.b64encode(gzip.compress(file.getvalue(), 9, mtime=0)).decode(),
        "shape": list(small),
        "dtype": "uint16",
        "pages": 4,
        "first": [float(v) for v in stack.ravel()[:4]],
        "sha256": hashlib.sha256(stack.astype("<u2").tobytes()).hexdigest(),
    }
)
target = Path(__file__).with_suffix(".json")
target.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), target.stat().st_size)
