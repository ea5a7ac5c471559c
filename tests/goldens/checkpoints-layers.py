"""Goldens from PyTorch for weights in another layout: small networks, their state_dict files and outputs.

Run with PyTorch 2.15.0 and torchvision (seed 0); writes checkpoints-layers.json, -unet, -vgg16 and -fcn beside this file.
Input value i is cos(0.3·i), in PyTorch's order; outputs are stored with channels last. Weights are rounded to half
precision, in which the networks' files store them.
"""

import base64
import io
import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn
from torchvision.models import VGG

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from isbi_torch import BasicUNet  # noqa: E402

torch.manual_seed(0)


def randomised(model):
    """Statistics and scales that are not 0 and 1; numbers that half precision holds exactly."""
    for name, tensor in model.state_dict().items():
        if tensor.dtype == torch.float32:
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif tensor.dim() == 1:
                tensor.uniform_(-1, 1)
            tensor.copy_(tensor.half())
    return model.eval()


def network(model, *shape, half=False):
    randomised(model)
    count = torch.tensor(shape).prod().item()
    x = torch.cos(0.3 * torch.arange(count, dtype=torch.float64)).float().reshape(shape)
    with torch.no_grad():
        y = model(x)
    if y.dim() > 2:
        y = y.movedim(1, -1)
    file = io.BytesIO()
    torch.save((model.half() if half else model).state_dict(), file, _use_new_zipfile_serialization=False)
    return {
        "file": base64.b64encode(file.getvalue()).decode(),
        "input": list(shape),
        "shape": list(y.shape),
        "output": [float(f"{v:.7g}") for v in y.flatten().tolist()],
    }


def named(**modules):
    return nn.Sequential(OrderedDict(modules))


def write(name, networks):
    golden = {"made with": f"PyTorch {torch.__version__}, seed 0", **networks}
    path = Path(__file__).with_name(f"{name}.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size)


write(
    "checkpoints-layers",
    {
        "conv1d": network(named(a=nn.Conv1d(2, 3, 3, padding=1)), 1, 2, 5),
        "conv2d": network(named(a=nn.Conv2d(2, 3, (3, 5), padding=(1, 2))), 1, 2, 5, 6),
        "conv3d": network(named(a=nn.Conv3d(2, 3, (1, 3, 5), padding=(0, 1, 2))), 1, 2, 3, 4, 5),
        "depthwise": network(named(a=nn.Conv2d(3, 6, 3, padding=1, groups=3)), 1, 3, 4, 5),
        "transposed2d": network(named(a=nn.ConvTranspose2d(2, 3, 2, stride=2)), 1, 2, 3, 4),
        "transposed2d overlapping": network(named(a=nn.ConvTranspose2d(2, 3, 4, stride=2, padding=1)), 1, 2, 3, 4),
        "transposed2d uncropped": network(named(a=nn.ConvTranspose2d(3, 2, (5, 3), stride=2, bias=False)), 1, 3, 3, 4),
        "transposed3d": network(named(a=nn.ConvTranspose3d(2, 3, 2, stride=2)), 1, 2, 2, 3, 2),
        "batch norm": network(named(a=nn.Conv2d(2, 3, 1), b=nn.BatchNorm2d(3)), 2, 2, 2, 3),
        "linear": network(named(a=nn.Linear(4, 3)), 2, 4),
        "flattened": network(named(a=nn.Conv2d(2, 3, 3, padding=1), b=nn.Flatten(), c=nn.Linear(3 * 4 * 5, 6)), 1, 2, 4, 5),
        "flattened volume": network(named(a=nn.Conv3d(1, 2, 1), b=nn.Flatten(), c=nn.Linear(2 * 2 * 3 * 4, 3)), 1, 1, 2, 3, 4),
    },
)


def vgg_features(widths):
    layers, channels = [], 3
    for width, count in zip(widths, (2, 2, 3, 3, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
        layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers)


def thin_vgg16():
    model = VGG(vgg_features([1, 2, 4, 8, 8]), num_classes=5, init_weights=False)
    model.classifier = nn.Sequential(
        nn.Linear(8 * 7 * 7, 6), nn.ReLU(True), nn.Dropout(), nn.Linear(6, 6), nn.ReLU(True), nn.Dropout(), nn.Linear(6, 5)
    )
    return model


class ThinFCN8s(nn.Module):
    """FCN8s of pytorch-fcn (Kentaro Wada, torchfcn/models/fcn8s.py) with 1/64 of its channels."""

    def __init__(self, classes=2):
        super().__init__()
        channels = 3
        for block, (width, count) in enumerate(zip((1, 2, 4, 8, 8), (2, 2, 3, 3, 3)), 1):
            for step in range(1, count + 1):
                padding = 100 if (block, step) == (1, 1) else 1
                setattr(self, f"conv{block}_{step}", nn.Conv2d(channels, width, 3, padding=padding))
                channels = width
        self.pool = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.fc6 = nn.Conv2d(8, 6, 7)
        self.fc7 = nn.Conv2d(6, 6, 1)
        self.score_fr = nn.Conv2d(6, classes, 1)
        self.score_pool3 = nn.Conv2d(4, classes, 1)
        self.score_pool4 = nn.Conv2d(8, classes, 1)
        self.upscore2 = nn.ConvTranspose2d(classes, classes, 4, stride=2, bias=False)
        self.upscore8 = nn.ConvTranspose2d(classes, classes, 16, stride=8, bias=False)
        self.upscore_pool4 = nn.ConvTranspose2d(classes, classes, 4, stride=2, bias=False)

    def forward(self, x):
        h, pools = x, {}
        for block, count in enumerate((2, 2, 3, 3, 3), 1):
            for step in range(1, count + 1):
                h = torch.relu(getattr(self, f"conv{block}_{step}")(h))
            h = pools[block] = self.pool(h)
        h = torch.relu(self.fc7(torch.relu(self.fc6(h))))
        upscore2 = self.upscore2(self.score_fr(h))
        score_pool4 = self.score_pool4(pools[4])
        height, width = upscore2.shape[2:]
        upscore_pool4 = self.upscore_pool4(upscore2 + score_pool4[:, :, 5 : 5 + height, 5 : 5 + width])
        score_pool3 = self.score_pool3(pools[3])
        height, width = upscore_pool4.shape[2:]
        h = self.upscore8(upscore_pool4 + score_pool3[:, :, 9 : 9 + height, 9 : 9 + width])
        return h[:, :, 31 : 31 + x.shape[2], 31 : 31 + x.shape[3]]


write("checkpoints-unet", {"unet": network(BasicUNet(in_channels=2, classes=3, base=2, depth=3), 1, 2, 16, 8, half=True)})
write("checkpoints-vgg16", {"vgg16": network(thin_vgg16(), 1, 3, 64, 96, half=True)})
write("checkpoints-fcn", {"fcn8s": network(ThinFCN8s(), 1, 3, 10, 12, half=True)})
