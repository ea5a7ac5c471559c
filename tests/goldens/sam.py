"""Goldens from segment-anything: a small SAM of random weights, exported to ONNX, and what its predictor answers.

Run with segment-anything 1.0, PyTorch 2.15.0, torchvision 0.29.2, onnx 1.23.2; seed 0; writes sam.json, which holds both
ONNX files as base64, beside this file. Images are hashes of their index (hashed.py), blurred into blocks of 8 pixels so
that resizing them matters; points are (x, y) as SamPredictor takes them. Of a mask's logits, those at
floor(k · n / 401), k = 0 … 400, are stored, and the area above 0. Several masks are asked for where a point is alone.
"""

import base64
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from sam_samples import SIDE, answers, small_sam
from segment_anything import SamPredictor
from segment_anything.utils.onnx import SamOnnxModel

sys.path.insert(0, str(Path(__file__).parents[2] / "lib" / "prompt"))
from export_sam import export  # noqa: E402

NAMES = [
    "one point, wide gray image made smaller",
    "points of both labels, tall RGB image made larger",
    "a box",
    "a box and a point",
    "a point and the logits of the answer before",
]


def several(prompts, mask):
    return len(prompts.get("points", [])) == 1 and "box" not in prompts and mask is None


def best_logits(scores, low):
    best = int(np.argmax(scores))
    return low[best : best + 1]


def main():
    sam = small_sam()
    cases = answers(SamPredictor(sam), NAMES, several, best_logits)
    with TemporaryDirectory() as folder:
        export(sam, Path(folder), SamOnnxModel)
        files = {
            part: base64.b64encode((Path(folder) / f"{part}.onnx").read_bytes()).decode()
            for part in ("encoder", "decoder")
        }
    golden = {"made with": f"segment-anything 1.0, PyTorch {torch.__version__}, seed 0", "side": SIDE, **files, "cases": cases}
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
