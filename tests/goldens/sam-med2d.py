"""Goldens from SAM-Med2D: a small one of random weights with adapters, exported to ONNX as its scripts do, and what its own
predictor answers.

Run with SAM-Med2D at commit bfd2b93 (its folder and `scripts` on PYTHONPATH, which has a package segment_anything of its
own), PyTorch 2.15.0, torchvision 0.29.2, onnx 1.23.2, albumentations 1.4.24, OpenCV 4.10.0; seed 0; writes sam-med2d.json,
which holds both ONNX files as base64, beside this file. Images are hashes of their index (hashed.py), in blocks of 8
pixels; points are (x, y). Of a mask's logits, those at floor(k · n / 401), k = 0 … 400, are stored, and the area above 0.
The predictor always gives the best of its three masks, and takes the mask of the answer before as probabilities.
"""

import base64
import io
import json
from pathlib import Path

import torch
from export_onnx_encoder_model import OnnxEncoderModel
from sam_samples import SIDE, answers, small_sam
from segment_anything.predictor_sammed import SammedPredictor
from segment_anything.utils.onnx import SamOnnxModel

NAMES = [
    "one point, wide gray image",
    "points of both labels, tall RGB image made larger",
    "a box",
    "a box and a point",
    "a point and the mask of the answer before",
]


def exported(model, inputs, outputs, dynamic_axes=None):
    """The ONNX file as base64, by the arguments of the scripts."""
    file = io.BytesIO()
    torch.onnx.export(
        model, tuple(inputs.values()), file, opset_version=17, dynamo=False, do_constant_folding=True,
        input_names=list(inputs), output_names=outputs, dynamic_axes=dynamic_axes,
    )
    return base64.b64encode(file.getvalue()).decode()


def main():
    sam = small_sam(adapter_train=True)
    cases = answers(
        SammedPredictor(sam), NAMES, lambda prompts, mask: True, lambda scores, low: torch.sigmoid(torch.tensor(low)).numpy()
    )
    patches = sam.prompt_encoder.image_embedding_size
    encoder = exported(OnnxEncoderModel(sam), {"input_image": torch.randn(1, 3, SIDE, SIDE)}, ["image_embeddings"])
    inputs = {
        "image_embeddings": torch.randn(1, sam.prompt_encoder.embed_dim, *patches),
        "point_coords": torch.rand(1, 5, 2) * SIDE,
        "point_labels": torch.randint(0, 4, (1, 5)).float(),
        "mask_input": torch.randn(1, 1, *(4 * size for size in patches)),
        "has_mask_input": torch.tensor([1.0]),
        "orig_im_size": torch.tensor([150.0, 225.0]),
    }
    decoder = exported(
        SamOnnxModel(sam, return_single_mask=False), inputs, ["masks", "iou_predictions", "low_res_masks"],
        {"point_coords": {1: "num_points"}, "point_labels": {1: "num_points"}},
    )
    golden = {
        "made with": f"SAM-Med2D bfd2b93, PyTorch {torch.__version__}, seed 0",
        **{"side": SIDE, "encoder": encoder, "decoder": decoder, "cases": cases},
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
