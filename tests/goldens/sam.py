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
from hashed import hashed_tensor
from segment_anything import SamPredictor
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from segment_anything.utils.onnx import SamOnnxModel

sys.path.insert(0, str(Path(__file__).parents[2] / "lib" / "prompt"))
from export_sam import export  # noqa: E402

STORED = 401
SIDE = 64


def small_sam():
    torch.manual_seed(0)
    dim, patches = 16, SIDE // 16
    sam = Sam(
        image_encoder=ImageEncoderViT(
            img_size=SIDE, embed_dim=24, depth=2, num_heads=2, out_chans=dim, use_rel_pos=True, window_size=3,
            global_attn_indexes=(1,),
        ),
        prompt_encoder=PromptEncoder(dim, (patches, patches), (SIDE, SIDE), mask_in_chans=16),
        mask_decoder=MaskDecoder(
            transformer_dim=dim, transformer=TwoWayTransformer(2, dim, 2, 32), iou_head_depth=2, iou_head_hidden_dim=16
        ),
    )
    # Untrained scores and logits would all be near 0: weights that are larger make answers that differ.
    with torch.no_grad():
        for parameter in sam.parameters():
            if parameter.ndim > 1:
                parameter.mul_(2.5)
    return sam.eval()


def picture(height, width, channels, number):
    """Bytes: a smooth picture with a bright block."""
    blocks = hashed_tensor(number, (height // 8 + 1, width // 8 + 1, channels))
    image = np.repeat(np.repeat(np.asarray(blocks), 8, 0), 8, 1)[:height, :width]
    return np.floor((image + 1) * 127.5).astype(np.uint8)


def main():
    sam = small_sam()
    predictor = SamPredictor(sam)
    cases = []
    point = {"points": [[20, 30]], "labels": [1]}
    for name, (height, width, channels), prompts in [
        ("one point, wide gray image made smaller", (80, 120, 1), point),
        ("points of both labels, tall RGB image made larger", (50, 30, 3), {"points": [[12.5, 30], [3, 4]], "labels": [1, 0]}),
        ("a box", (64, 64, 3), {"box": [10, 20, 40, 50]}),
        ("a box and a point", (97, 61, 3), {"box": [5, 8, 50.5, 77], **point}),
        ("a point and the logits of the answer before", (80, 120, 1), {**point, "again": True}),
    ]:
        image = picture(height, width, channels, len(cases) + 1)
        predictor.set_image(np.repeat(image, 3, 2) if channels == 1 else image)

        def predict(mask=None):
            return predictor.predict(
                point_coords=np.array(prompts["points"], float) if "points" in prompts else None,
                point_labels=np.array(prompts["labels"]) if "points" in prompts else None,
                box=np.array(prompts["box"], float) if "box" in prompts else None,
                mask_input=mask,
                multimask_output=len(prompts.get("points", [])) == 1 and "box" not in prompts and mask is None,
                return_logits=True,
            )

        masks, scores, low = predict()
        if prompts.get("again"):
            best = int(np.argmax(scores))
            masks, scores, low = predict(low[best : best + 1])
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
    with TemporaryDirectory() as folder:
        export(sam, Path(folder), SamOnnxModel)
        files = {
            part: base64.b64encode((Path(folder) / f"{part}.onnx").read_bytes()).decode()
            for part in ("encoder", "decoder")
        }
    golden = {"made with": f"segment-anything 1.0, PyTorch {torch.__version__}, seed 0", "side": SIDE, **files, "cases": cases}
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
