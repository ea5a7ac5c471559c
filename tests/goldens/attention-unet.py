"""Goldens from MONAI: AttentionUnet (outputs, gate maps, loss, gradients).

Run with PyTorch 2.15.0 and MONAI 1.6.1; seed 0; writes attention-unet.json beside this file. Parameters are set by a
formula that the TypeScript test repeats: value i of parameter p is sin(0.7·i + p) / 5, plus 1 for scales and running
variances, 0.25 for the slopes of PReLU, in PyTorch's order and layout. Images and the target of the loss, the mean
squared error, are cosines of the channels-last index. Of a tensor of n values, channels last, those at
floor(k · n / 61), k = 0 … 60, are stored. The gates are the maps psi in evaluation, the one at the image's size first.
"""

import json
from pathlib import Path

# Importing MONAI takes this folder from Python's path: its modules come first.
from network_samples import count, kernel_gradient, output_sample, sine_fill, waves

import monai
import torch
from monai.networks.nets import AttentionUnet
from monai.networks.nets.attentionunet import AttentionBlock, AttentionLayer


def evaluate(model, images):
    """The output and the gate maps, largest first (they are computed smallest first)."""
    maps = []
    blocks = [module for module in model.modules() if isinstance(module, AttentionBlock)]
    hooks = [block.psi.register_forward_hook(lambda _, __, psi: maps.append(psi)) for block in blocks]
    model.eval()
    output = model(images)
    for hook in hooks:
        hook.remove()
    return output, sorted(maps, key=lambda psi: -psi.numel())


def case(model, shape):
    sine_fill(model, is_slope=lambda name: name.endswith("adn.A.weight"))
    images = waves(shape, 0.3)
    evaluation, gates = evaluate(model, images)
    model.train()
    output = model(images)
    loss = (output - waves(output.shape, 0.1)).square().mean()
    loss.backward()
    outermost = next(module for module in model.modules() if isinstance(module, AttentionLayer))
    return {
        "parameters": count(model),
        "evaluation": output_sample(evaluation),
        "gates": [{"shape": [len(psi), *psi.shape[2:], 1], "values": output_sample(psi)} for psi in gates],
        "training": output_sample(output),
        "loss": loss.item(),
        "firstKernelGradient": kernel_gradient(model.model[0].conv[0].conv),
        "downKernelGradient": kernel_gradient(outermost.submodule[0].conv[0].conv),
        "upKernelGradient": kernel_gradient(outermost.upconv.up.conv),
        "gateKernelGradient": kernel_gradient(outermost.attention.W_x[0].conv),
        "psiKernelGradient": kernel_gradient(outermost.attention.psi[0].conv),
    }


torch.manual_seed(0)
standard = AttentionUnet(2, 1, 1, (64, 128, 256, 512, 1024), (2, 2, 2, 2))
golden = {
    "made with": f"PyTorch {torch.__version__}, MONAI {monai.__version__}, seed 0",
    "images": case(AttentionUnet(2, 2, 3, (4, 8, 16), (2, 2)), (2, 2, 16, 24)),
    "deep": case(AttentionUnet(2, 1, 1, (2, 4, 6, 8, 10), (2, 2, 2, 2)), (2, 1, 32, 48)),
    "volumes": case(AttentionUnet(3, 1, 2, (4, 6, 8), (2, 2)), (1, 1, 16, 8, 12)),
    "flat": case(AttentionUnet(3, 1, 1, (4, 6, 8), ((1, 2, 2), (2, 2, 2))), (1, 1, 6, 16, 12)),
    "standardParameters": count(standard),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
