"""Checks with tifffile that what lib/io/tiff-write.ts writes is read as what it was made of; stores each file's hash.

Run with tifffile 2026.3.3, NumPy 2.4.6, and Node with this project built or ts-node: the files are written here, by
`writeTiff`, then read by tifffile. Writes tiff-written.json beside this file.
"""

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import tifffile

CASES = [
    *[(f"{t}, {c}", t, 1, (9, 14, 1), {"compression": c})
      for t in ("Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "Float32Array", "Float64Array")
      for c in ("none", "deflate")],
    ("RGB", "Uint8Array", 1, (9, 14, 3), {}),
    ("RGBA, tiles", "Uint16Array", 1, (20, 40, 4), {"tile": 16}),
    ("two channels", "Uint8Array", 1, (9, 14, 2), {"compression": "none"}),
    ("five channels", "Float32Array", 1, (9, 14, 5), {}),
    ("tiles, uncompressed", "Uint8Array", 1, (33, 40, 1), {"tile": 16, "compression": "none"}),
    ("pages", "Int16Array", 5, (9, 14, 1), {}),
    ("pages in tiles", "Float32Array", 3, (17, 31, 1), {"tile": 32}),
    ("strips", "Uint8Array", 1, (700, 400, 1), {"compression": "none"}),
]
SCRIPT = """
require('ts-node/register');
const { writeTiff } = require('./lib/io/tiff-write.ts');
const { cases, folder } = JSON.parse(process.argv[1]);
(async () => {
  for (const [index, [, type, pages, [height, width, channels], options]] of cases.entries()) {
    const data = new globalThis[type](height * width * channels);
    for (let i = 0; i < data.length; i++) data[i] = (i * i * 7 + i) % 120;
    const image = { data, shape: [height, width], channels };
    await writeTiff(`${folder}/${index}.tif`, Array(pages).fill(image), options);
  }
})();
"""
root = Path(__file__).parents[2]
files = []
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["node", "-e", SCRIPT, json.dumps({"cases": CASES, "folder": folder})], cwd=root, check=True)
    for index, (name, kind, pages, shape, options) in enumerate(CASES):
        path = Path(folder, f"{index}.tif")
        count = np.arange(np.prod(shape), dtype=np.int64)
        expected = ((count * count * 7 + count) % 120).reshape(shape).astype(kind.removesuffix("Array").lower())
        with tifffile.TiffFile(path) as file:
            assert len(file.pages) == pages, name
            for page in file.pages:
                read = page.asarray()
                assert read.dtype == expected.dtype and np.array_equal(read.reshape(shape), expected), name
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"name": name, "type": kind, "pages": pages, "shape": shape, "options": options, "sha256": digest})
Path(__file__).with_suffix(".json").write_text(json.dumps({"files": files}, indent=1) + "\n")
print(len(files), "files equal")
