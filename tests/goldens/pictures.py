"""Goldens of PNG and JPEG files: written and read by Pillow, 16-bit RGB(A) by imagecodecs (libpng).

Run with Pillow 13.0, imagecodecs 2026.3.6, NumPy 2.4.6; writes pictures.json beside this file. Seed 3.
"""

import base64
import hashlib
import io
import json
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image

rng = np.random.default_rng(3)
HEIGHT, WIDTH = 23, 29
rows, columns = np.indices((HEIGHT, WIDTH))
smooth = np.round(127 + 60 * np.sin(rows / 4) + 60 * np.cos(columns / 6))


def encode(data):
    return base64.b64encode(data).decode()


def png(name, image, samples, palette="colours", **options):
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return case(name, file.getvalue(), samples, palette)


def case(name, file, samples, palette="colours"):
    samples = np.ascontiguousarray(samples)
    return {
        "name": name,
        "file": encode(file),
        "palette": palette,
        "shape": list(samples.shape),
        "dtype": str(samples.dtype),
        "first": samples.ravel()[:6].tolist(),
        "sha256": hashlib.sha256(samples.tobytes()).hexdigest(),
    }


def channels(count, dtype=np.uint8):
    planes = [np.roll(smooth, 3 * k, axis=k % 2) + k for k in range(count)]
    noise = rng.integers(0, 3, (HEIGHT, WIDTH, count))
    unit = np.stack(planes, -1) + noise
    return (unit if dtype == np.uint8 else unit * 257 + noise).astype(dtype)


labels = (smooth // 30).astype(np.uint8)
voc = labels.copy()
voc[rows % 7 == 0] = 255
colours = rng.integers(0, 256, 768).astype(np.uint8)
masks = Image.fromarray(voc)
masks.putpalette(colours.tobytes())

pictures = []
grey = channels(1)[..., 0]
pictures.append(png("gray", Image.fromarray(grey), grey))
bits = grey > 127
pictures.append(png("gray of 1 bit", Image.fromarray(bits), bits.astype(np.uint8) * 255))
wide = channels(1, np.uint16)[..., 0]
pictures.append(png("gray of 16 bits", Image.fromarray(wide), wide))
for mode, count in (("LA", 2), ("RGB", 3), ("RGBA", 4)):
    data = channels(count)
    pictures.append(png(mode, Image.fromarray(data, mode), data))
for name, count in (("RGB of 16 bits", 3), ("RGBA of 16 bits", 4)):
    data = channels(count, np.uint16)
    file = imagecodecs.png_encode(data)
    assert np.array_equal(imagecodecs.png_decode(file), data)
    pictures.append(case(name, file, data))
pictures.append(png("palette, indices", masks, voc, "indices"))
pictures.append(png("palette, colours", masks, np.asarray(masks.convert("RGB"))))
pictures.append(png("palette with transparency", masks, np.asarray(
    (lambda file: (masks.save(file, "PNG", transparency=bytes([0, 90, 200])), Image.open(file).convert("RGBA"))[1])(io.BytesIO())
), transparency=bytes([0, 90, 200])))
for depth in (1, 2, 4):
    few = (labels % 2**depth).astype(np.uint8)
    image = Image.fromarray(few)
    image.putpalette(colours[: 3 * 2**depth].tobytes())
    pictures.append(png(f"palette of {depth} bits, indices", image, few, "indices", bits=depth))
noise = rng.integers(0, 256, (20, 20, 3)).astype(np.uint8)
pictures.append(png("noise", Image.fromarray(noise), noise))

jpegs = []
for name, data, options in (
    ("gray", grey, {}),
    ("RGB, full colour", channels(3), {"subsampling": 0}),
    ("RGB, 4:2:0, progressive", channels(3), {"subsampling": 2, "progressive": True}),
    ("turned by EXIF", channels(3)[:12], {"subsampling": 0, "turn": True}),
):
    file = io.BytesIO()
    if options.pop("turn", False):
        exif = Image.Exif()
        exif[0x0112] = 6
        options["exif"] = exif
    Image.fromarray(data).save(file, "JPEG", quality=90, **options)
    samples = np.asarray(Image.open(file))
    jpegs.append({"name": name, "file": encode(file.getvalue()), "shape": list(samples.shape), "samples": encode(samples.tobytes())})

target = Path(__file__).with_suffix(".json")
target.write_text(json.dumps({"pictures": pictures, "jpegs": jpegs}, separators=(",", ":")) + "\n")
print(len(pictures), target.stat().st_size)
