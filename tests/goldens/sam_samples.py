"""A small SAM of random weights, and what a predictor answers to the same prompts for the same images. No golden by itself; the
scripts of segment-anything and of SAM-Med2D, whose packages have the same name, import it."""

import base64

import numpy as np
import torch
from hashed import hashed_tensor
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

STORED = 401
SIDE = 64
POINT = {"points": [[20, 30]], "labels": [1]}
# Sides and channels of an image, and its prompts.
CASES = [
    ((80, 120, 1), POINT),
    ((50, 30, 3), {"points": [[12.5, 30], [3, 4]], "labels": [1, 0]}),
    ((64, 64, 3), {"box": [10, 20, 40, 50]}),
    ((97, 61, 3), {"box": [5, 8, 50.5, 77], **POINT}),
    ((80, 120, 1), {**POINT, "again": True}),
]


def small_sam(**encoder_options):
    torch.manual_seed(0)
    dim, patches = 16, SIDE // 16
    sam = Sam(
        image_encoder=ImageEncoderViT(
            img_size=SIDE, embed_dim=24, depth=2, num_heads=2, out_chans=dim, use_rel_pos=True, window_size=3,
            global_attn_indexes=(1,), **encoder_options,
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


def picture(height, width, channels, number):
    """Bytes: a smooth picture with a bright block."""
    blocks = hashed_tensor(number, (height // 8 + 1, width // 8 + 1, channels))
    image = np.repeat(np.repeat(np.asarray(blocks), 8, 0), 8, 1)[:height, :width]
    return np.floor((image + 1) * 127.5).astype(np.uint8)


def answers(predictor, names, several, before):
    """What the predictor answers to each case: `several(prompts, mask)` says whether several masks are asked for, and
    `before(scores, low)` makes the mask of the next prompt of an answer."""
    cases = []
    for name, ((height, width, channels), prompts) in zip(names, CASES, strict=True):
        image = picture(height, width, channels, len(cases) + 1)
        predictor.set_image(np.repeat(image, 3, 2) if channels == 1 else image)

        def predict(mask=None):
            return predictor.predict(
                point_coords=np.array(prompts["points"], float) if "points" in prompts else None,
                point_labels=np.array(prompts["labels"]) if "points" in prompts else None,
                box=np.array(prompts["box"], float) if "box" in prompts else None,
                mask_input=mask,
                multimask_output=several(prompts, mask),
                return_logits=True,
            )

        masks, scores, low = predict()
        if prompts.get("again"):
            masks, scores, low = predict(before(scores, low))
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
    return cases
