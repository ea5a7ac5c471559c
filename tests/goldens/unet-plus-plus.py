"""Goldens from MONAI: BasicUNetPlusPlus (outputs of all heads, loss, gradients), and its rule at another depth.

Run with PyTorch 2.15.0 and MONAI 1.6.1; seed 0; writes unet-plus-plus.json beside this file. Parameters are set by a
formula that the TypeScript test repeats: value i of parameter p is sin(0.7·i + p) / 5, plus 1 for scales and running
variances, in PyTorch's order and layout. MONAI has four poolings and no other number; `Nested` puts MONAI's blocks
together by the same rule at any depth and is compared with MONAI's own network at four. Images and the targets of the
loss, the sum over the heads of the mean squared error, are cosines of the channels-last index. Of a tensor of n values,
channels last, those at floor(k · n / 61), k = 0 … 60, are stored.
"""

import json
from pathlib import Path

# Importing MONAI takes this folder from Python's path: its modules come first.
from network_samples import count, kernel_gradient, output_sample, sine_fill, waves

import monai
import torch
from monai.networks.nets import BasicUNetPlusPlus
from monai.networks.nets.basic_unet import Down, TwoConv, UpCat
from torch import nn


class Nested(nn.Module):
    """UNet++ of any depth from MONAI's blocks; the same names and order of parameters as BasicUNetPlusPlus."""

    def __init__(self, dims, in_channels, classes, features, last, act, norm):
        super().__init__()
        depth = self.depth = len(features) - 1
        common = (act, norm, True, 0.0)
        self.conv_0_0 = TwoConv(dims, in_channels, features[0], *common)
        for i in range(1, depth + 1):
            setattr(self, f"conv_{i}_0", Down(dims, features[i - 1], features[i], *common))
        for j in range(1, depth + 1):
            for i in range(depth - j + 1):
                out = last if j == depth else features[i]
                setattr(self, f"upcat_{i}_{j}", UpCat(dims, features[i + 1], features[i] * j, out, *common, halves=i > 0))
        for j in range(1, depth + 1):
            convolution = nn.Conv2d if dims == 2 else nn.Conv3d
            setattr(self, f"final_conv_0_{j}", convolution(last if j == depth else features[0], classes, 1))

    def forward(self, x):
        nodes = {(0, 0): self.conv_0_0(x)}
        for i in range(1, self.depth + 1):
            nodes[i, 0] = getattr(self, f"conv_{i}_0")(nodes[i - 1, 0])
        for j in range(1, self.depth + 1):
            for i in range(self.depth - j + 1):
                across = torch.cat([nodes[i, k] for k in range(j)], dim=1)
                nodes[i, j] = getattr(self, f"upcat_{i}_{j}")(nodes[i + 1, j - 1], across)
        return [getattr(self, f"final_conv_0_{j}")(nodes[0, j]) for j in range(1, self.depth + 1)]


def case(model, shape):
    sine_fill(model)
    images = waves(shape, 0.3)
    model.eval()
    evaluation = [output_sample(output) for output in model(images)]
    model.train()
    outputs = model(images)
    loss = sum((output - waves(output.shape, 0.1, head)).square().mean() for head, output in enumerate(outputs))
    loss.backward()
    return {
        "evaluation": evaluation,
        "training": [output_sample(output) for output in outputs],
        "loss": loss.item(),
        "firstKernelGradient": kernel_gradient(model.conv_0_0.conv_0.conv),
        "upKernelGradient": kernel_gradient(model.upcat_0_1.upsample.deconv),
        "middleKernelGradient": kernel_gradient(model.upcat_1_1.convs.conv_1.conv),
        "parameters": count(model),
    }


LEAKY = ("LeakyReLU", {"negative_slope": 0.1})
INSTANCE = ("instance", {"affine": True})
torch.manual_seed(0)
features = (3, 4, 6, 8, 10, 5)
monai_network = BasicUNetPlusPlus(2, 2, 3, features, deep_supervision=True)
twin = Nested(2, 2, 3, features[:5], features[5], LEAKY, INSTANCE)
twin.load_state_dict(monai_network.state_dict())
probe = waves((1, 2, 32, 32), 0.3)
assert all(torch.equal(a, b) for a, b in zip(monai_network(probe), twin(probe)))
assert list(twin.state_dict()) == list(monai_network.state_dict())

standard = {dims: BasicUNetPlusPlus(dims, deep_supervision=True) for dims in (2, 3)}
golden = {
    "made with": f"PyTorch {torch.__version__}, MONAI {monai.__version__}, seed 0",
    "instance": case(monai_network, (2, 2, 32, 48)),
    "batch": case(
        BasicUNetPlusPlus(2, 2, 3, features, deep_supervision=True, act="relu", norm="batch"), (2, 2, 32, 48)
    ),
    "volumes": case(BasicUNetPlusPlus(3, 1, 2, (2, 2, 4, 4, 4, 3), deep_supervision=True), (1, 1, 32, 16, 32)),
    "shallow": case(Nested(3, 2, 2, (3, 4, 6), 5, "relu", "batch"), (2, 2, 8, 12, 4)),
    "standardParameters": {f"{dims}d": count(net) for dims, net in standard.items()},
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
