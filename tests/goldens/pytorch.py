"""Goldens from PyTorch: BasicUNet (outputs, loss, gradient) and BCEWithLogitsLoss.

Run with PyTorch 2.15.0; writes pytorch.json beside this file. The network is the bench's, with parameters set by a
formula that the TypeScript test repeats: value i of parameter p is sin(0.7·i + p) / 5, plus 1 for batch-norm scales
and variances, in PyTorch's order and layout.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from isbi_torch import BasicUNet  # noqa: E402


def fill(tensor, number, offset):
    values = np.sin(0.7 * np.arange(tensor.numel()) + number) / 5 + offset
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))


torch.manual_seed(0)
model = BasicUNet(in_channels=2, classes=3, base=4, depth=2)
names = [name for name in model.state_dict() if not name.endswith("num_batches_tracked")]
for number, name in enumerate(names):
    tensor = model.state_dict()[name]
    is_scale = tensor.dim() == 1 and name.endswith("weight")
    fill(tensor, number, 1.0 if is_scale or name.endswith("running_var") else 0.0)

image = torch.from_numpy(np.cos(0.3 * np.arange(2 * 2 * 8 * 12)).astype(np.float32)).reshape(2, 2, 8, 12)
target = (torch.arange(2 * 3 * 8 * 12) % 5 == 0).float().reshape(2, 3, 8, 12)
model.eval()
evaluation = model(image).detach()
model.train()
logits = model(image)
loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(9.0))(logits, target)
loss.backward()


def flat(tensor):
    """NHWC, rounded."""
    return [round(float(v), 6) for v in tensor.detach().permute(0, 2, 3, 1).reshape(-1)]


edge = torch.tensor([-1e4, -50.0, -1.5, 0.0, 0.25, 3.0, 60.0, 1e4])
edge_target = torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0, 0.5, 0.0, 1.0])
golden = {
    "made with": f"PyTorch {torch.__version__}, seed 0",
    "parameters": sum(p.numel() for p in BasicUNet().parameters()),
    "shapes": [[name, list(model.state_dict()[name].shape)] for name in names],
    "evaluation": flat(evaluation),
    "training": flat(logits),
    "loss": loss.item(),
    "firstKernelGradient": [round(float(v), 7) for v in model.down[0][0].weight.grad.permute(2, 3, 1, 0).reshape(-1)],
    "upKernelGradient": [round(float(v), 7) for v in model.up[0][0].weight.grad.permute(2, 3, 1, 0).reshape(-1)],
    "bce": {
        "logits": edge.tolist(),
        "target": edge_target.tolist(),
        "positiveWeight9": nn.functional.binary_cross_entropy_with_logits(edge, edge_target, pos_weight=torch.tensor(9.0)).item(),
        "unweighted": nn.functional.binary_cross_entropy_with_logits(edge[1:-1], edge_target[1:-1]).item(),
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
