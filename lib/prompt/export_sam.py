"""Exports a model of segment-anything to ONNX, as `openSam` takes it: encoder.onnx and decoder.onnx.

    python -m pip install torch torchvision onnx segment-anything==1.0
    python lib/prompt/export_sam.py sam_vit_b_01ec64.pth --type vit_b --out weights/sam

Checkpoints of SAM (types vit_b, vit_l, vit_h) and of MedSAM (vit_b). With --package mobile_sam, after
`python -m pip install git+https://github.com/ChaoningZhang/MobileSAM.git`, those of MobileSAM (vit_t).

The decoder is the reference's own export (SamOnnxModel, all masks); the encoder is what it lacks: an image that is
normalised and padded, [1, 3, S, S], to its embedding.
"""

import argparse
import importlib
from pathlib import Path

import torch


def export(sam, folder, onnx_model):
    """Writes encoder.onnx and decoder.onnx; `onnx_model` is the package's SamOnnxModel."""
    side = sam.image_encoder.img_size
    embedding = sam.prompt_encoder.image_embedding_size
    folder.mkdir(parents=True, exist_ok=True)
    common = {"opset_version": 17, "dynamo": False}
    torch.onnx.export(
        sam.image_encoder,
        torch.randn(1, 3, side, side),
        folder / "encoder.onnx",
        input_names=["image"],
        output_names=["image_embeddings"],
        **common,
    )
    inputs = {
        "image_embeddings": torch.randn(1, sam.prompt_encoder.embed_dim, *embedding),
        "point_coords": torch.rand(1, 5, 2) * side,
        "point_labels": torch.tensor([[0, 1, 2, 3, -1]], dtype=torch.float),
        "mask_input": torch.randn(1, 1, *(4 * size for size in embedding)),
        "has_mask_input": torch.tensor([1], dtype=torch.float),
        "orig_im_size": torch.tensor([side, side], dtype=torch.float),
    }
    torch.onnx.export(
        onnx_model(sam, return_single_mask=False),
        tuple(inputs.values()),
        folder / "decoder.onnx",
        input_names=list(inputs),
        output_names=["masks", "iou_predictions", "low_res_masks"],
        dynamic_axes={"point_coords": {1: "points"}, "point_labels": {1: "points"}},
        **common,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint")
    parser.add_argument("--type", required=True, help="vit_b, vit_l, vit_h; MobileSAM: vit_t")
    parser.add_argument("--out", required=True, type=Path, help="folder for encoder.onnx and decoder.onnx")
    parser.add_argument("--package", default="segment_anything", choices=["segment_anything", "mobile_sam"])
    options = parser.parse_args()
    package = importlib.import_module(options.package)
    sam = package.sam_model_registry[options.type](checkpoint=options.checkpoint).eval()
    export(sam, options.out, importlib.import_module(f"{options.package}.utils.onnx").SamOnnxModel)


if __name__ == "__main__":
    main()
