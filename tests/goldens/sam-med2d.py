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

import numpy as np
import torch
from export_onnx_encoder_model import OnnxEncoderModel
from hashed import hashed_tensor
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from segment_anything.predictor_sammed import SammedPredictor
from segment_anything.utils.onnx import SamOnnxModel

STORED = 401
SIDE = 64


def small_sam():
    torch.manual_seed(0)
    dim, patches = 16, SIDE // 16
    sam = Sam(
        image_encoder=ImageEncoderViT(
            img_size=SIDE, embed_dim=24, depth=2, num_heads=2, out_chans=dim, use_rel_pos=True, window_size=3,
            global_attn_indexes=(1,), adapter_train=True,
        ),
        prompt_encoder=PromptEncoder(dim, (patches, patches), (SIDE, SIDE), mask_in_chans=16),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=3, transformer_dim=dim, transformer=TwoWayTransformer(2, dim, 2, 32), iou_head_depth=2,
            iou_head_hidden_dim=16,
        ),
        pixel_mean=[123.675, 116.28, 103.53],
        pixel_std=[58.395, 57.12, 57.375],
    )
    # Untrained scores and logits would all be near 0: weights that are larger make answers that differ.
    with torch.no_grad():
        for name, parameter in sam.named_parameters():
            if parameter.ndim > 1 and "Adapter" not in name:
                parameter.mul_(2.5)
    return sam.eval()


def exported(model, inputs, outputs, dynamic_axes=None):
    """The ONNX file as base64, by the arguments of the scripts."""
    file = io.BytesIO()
    torch.onnx.export(
        model, tuple(inputs.values()), file, opset_version=17, dynamo=False, do_constant_folding=True,
        input_names=list(inputs), output_names=outputs, dynamic_axes=dynamic_axes,
    )
    return base64.b64encode(file.getvalue()).decode()


def picture(height, width, channels, number):
    """Bytes: a smooth picture with a bright block."""
    blocks = hashed_tensor(number, (height // 8 + 1, width // 8 + 1, channels))
    image = np.repeat(np.repeat(np.asarray(blocks), 8, 0), 8, 1)[:height, :width]
    return np.floor((image + 1) * 127.5).astype(np.uint8)


def main():
    sam = small_sam()
    predictor = SammedPredictor(sam)
    cases = []
    point = {"points": [[20, 30]], "labels": [1]}
    for name, (height, width, channels), prompts in [
        ("one point, wide gray image", (80, 120, 1), point),
        ("points of both labels, tall RGB image made larger", (50, 30, 3), {"points": [[12.5, 30], [3, 4]], "labels": [1, 0]}),
        ("a box", (64, 64, 3), {"box": [10, 20, 40, 50]}),
        ("a box and a point", (97, 61, 3), {"box": [5, 8, 50.5, 77], **point}),
        ("a point and the mask of the answer before", (80, 120, 1), {**point, "again": True}),
    ]:
        image = picture(height, width, channels, len(cases) + 1)
        predictor.set_image(np.repeat(image, 3, 2) if channels == 1 else image)

        def predict(mask=None):
            return predictor.predict(
                point_coords=np.array(prompts["points"], float) if "points" in prompts else None,
                point_labels=np.array(prompts["labels"]) if "points" in prompts else None,
                box=np.array(prompts["box"], float) if "box" in prompts else None,
                mask_input=mask,
                multimask_output=True,
                return_logits=True,
            )

        masks, scores, low = predict()
        if prompts.get("again"):
            masks, scores, low = predict(torch.sigmoid(torch.tensor(low)).numpy())
        at = [k * masks[0].size // STORED for k in range(STORED)]
        cases.append(
            {
                "name": name,
                "shape": [height, width],
                "channels": channels,
                "image": base64.b64encode(image.tobytes()).decode(),
                "prompts": prompts,
                "scores": [float(score) for score in scores],
                "masks": [[round(float(v), 5) for v in mask.ravel()[at]] for mask in masks],
                "areas": [int((mask > 0).sum()) for mask in masks],
            }
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
