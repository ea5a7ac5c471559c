"""Goldens of lib/inference: sliding windows by MONAI and by nnU-Net, with mirroring and rotations at test time.

Run with PyTorch 2.15.0, MONAI 1.6.1, nnunetv2 2.8.1, NumPy 2.4.6; writes sliding-window.json beside this file. The network
is a convolution, ReLU and another convolution, 2 → 4 → 3 channels, padded with zeros, so that it knows where a window
ends; images and weights are hashes of their index (tests/goldens/hashed.py). nnU-Net adds windows up in half precision:
here it is told to do so in single. Of an output of n values, channels last, those at floor(k · n / 301) are stored.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

here = sys.path.pop(0)  # nibabel.py of this folder is not the package
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = tempfile.mkdtemp()

import monai
import numpy as np
import nnunetv2.inference.predict_from_raw_data as nnunet
import torch
from monai.inferers import SliceInferer, sliding_window_inference

sys.path.append(here)
from hashed import hashed_tensor  # noqa: E402

CHANNELS, HIDDEN, CLASSES = 2, 4, 3
STORED = 301


class Network(torch.nn.Module):
    def __init__(self, dimensions):
        super().__init__()
        convolution = (torch.nn.Conv2d, torch.nn.Conv3d)[dimensions - 2]
        self.first = convolution(CHANNELS, HIDDEN, 3, padding=1)
        self.second = convolution(HIDDEN, CLASSES, 3, padding=1)
        for number, tensor in enumerate(self.parameters()):
            with torch.no_grad():
                tensor.copy_(hashed_tensor(number, tensor.shape, 0.3))

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))


def image_of(shape):
    return hashed_tensor(100, (1, CHANNELS, *shape))


def stored(output):
    flat = np.moveaxis(output.detach().numpy(), 0, -1).reshape(-1)
    return [round(float(flat[k * flat.size // STORED]), 6) for k in range(STORED)]


def by_monai(shape, window, overlap, mode, padding="constant", value=0.0, batch=1, sigma=0.125):
    network = Network(len(shape)).eval()
    with torch.inference_mode():
        output = sliding_window_inference(image_of(shape), window, batch, network, overlap, mode, sigma, padding, value)
    return {"shape": shape, "window": window, "overlap": overlap, "weights": mode, "padding": padding, "paddingValue": value,
            "batchSize": batch, "sigma": sigma, "values": stored(output[0])}


def by_monai_slices(shape, window, overlap, mode):
    network = Network(2).eval()
    with torch.inference_mode():
        inferer = SliceInferer(roi_size=window, spatial_dim=0, sw_batch_size=4, overlap=overlap, mode=mode)
        output = inferer(image_of(shape), network)
    return {"shape": shape, "window": window, "overlap": overlap, "weights": mode, "values": stored(output[0])}


gaussian_of = nnunet.compute_gaussian


def by_nnunet(shape, window, step=0.5, gaussian=True, mirror=None):
    """nnU-Net's images are volumes: a picture is one slice."""
    predictor = nnunet.nnUNetPredictor(tile_step_size=step, use_gaussian=gaussian, use_mirroring=mirror is not None,
                                       device=torch.device("cpu"), allow_tqdm=False)
    predictor.network = Network(len(window)).eval()
    predictor.configuration_manager = SimpleNamespace(patch_size=window)
    predictor.label_manager = SimpleNamespace(num_segmentation_heads=CLASSES)
    predictor.allowed_mirroring_axes = mirror
    volume = shape if len(shape) == 3 else [1, *shape]
    half, torch.half = torch.half, torch.float32
    nnunet.compute_gaussian = lambda size, sigma_scale, value_scaling_factor, device: gaussian_of(
        size, sigma_scale, value_scaling_factor, torch.float32, device)
    try:
        output = predictor.predict_sliding_window_return_logits(image_of(volume)[0])
    finally:
        torch.half = half
    return {"shape": shape, "window": window, "overlap": 1 - step, "weights": "gaussian" if gaussian else "constant",
            "mirror": mirror, "values": stored(output)}


def by_rotation(shape, plane):
    """The mean over the quarter turns of a plane, as `torch.rot90` makes and takes them back."""
    network = Network(len(shape)).eval()
    axes = [axis + 2 for axis in plane]
    with torch.inference_mode():
        turned = [torch.rot90(network(torch.rot90(image_of(shape), k, axes)), -k, axes) for k in range(4)]
    return {"shape": shape, "plane": plane, "values": stored(torch.stack(turned).mean(0)[0])}


golden = {
    "made with": f"MONAI {monai.__version__}, nnunetv2 2.8.1, PyTorch {torch.__version__.split('+')[0]}, "
                 f"NumPy {np.__version__}, Python {sys.version.split()[0]}",
    "monai": [
        by_monai([37, 29], [16, 12], 0.25, "constant"),
        by_monai([37, 29], [16, 12], 0.5, "gaussian", batch=3),
        by_monai([37, 29], [15, 11], 0.6, "gaussian", sigma=0.05),
        by_monai([37, 29], [13, 29], [0.1, 0.7], "constant", batch=2),
        by_monai([16, 12], [16, 12], 0.5, "gaussian"),
        by_monai([9, 41], [16, 16], 0.5, "gaussian", value=0.3),
        by_monai([9, 11], [16, 15], 0.25, "constant", "reflect"),
        by_monai([9, 11], [16, 15], 0.25, "gaussian", "replicate"),
        by_monai([9, 11], [16, 15], 0.25, "gaussian", "circular"),
        by_monai([19, 23, 17], [8, 12, 10], 0.5, "gaussian", batch=4),
        by_monai([19, 23, 17], [9, 11, 7], 0.3, "constant"),
        by_monai([7, 23, 5], [8, 12, 10], 0.25, "gaussian", "replicate"),
    ],
    "monai slices": [by_monai_slices([3, 37, 29], [16, 12], 0.5, "gaussian")],
    "nnunet": [
        by_nnunet([37, 29], [16, 12]),
        by_nnunet([37, 29], [15, 11], step=0.3),
        by_nnunet([37, 29], [16, 12], gaussian=False),
        by_nnunet([9, 11], [16, 15]),
        by_nnunet([3, 37, 29], [16, 12]),
        by_nnunet([19, 23, 17], [8, 12, 10]),
        by_nnunet([21, 27, 33], [8, 12, 16], step=0.7),
        by_nnunet([7, 23, 5], [8, 12, 11]),
        by_nnunet([37, 29], [16, 12], mirror=(0, 1)),
        by_nnunet([19, 23, 17], [8, 12, 10], mirror=(0, 1, 2)),
        by_nnunet([19, 23, 17], [8, 12, 10], mirror=(0, 2)),
    ],
    "rotation": [by_rotation([12, 12], [0, 1]), by_rotation([12, 9], [0, 1]), by_rotation([6, 8, 8], [1, 2]),
                 by_rotation([6, 8, 7], [0, 2])],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
