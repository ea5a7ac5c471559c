"""The peers of `npm run bench -- networks` in PyTorch: seconds of each run and the peak memory, as one JSON line."""

import argparse
import json
import os
import resource
import subprocess
import time

import torch
from isbi_torch import BasicUNet
from torch import nn


class UNet3D(nn.Module):
    """UNet of the library, three-dimensional: pooling, two convolutions a level, transposed convolutions 2 × 2 × 2."""

    def __init__(self, in_channels, classes, base, depth):
        super().__init__()
        channels = [base * 2**level for level in range(depth + 1)]
        self.down = nn.ModuleList(self.pair(i, o) for i, o in zip([in_channels] + channels[:-1], channels))
        self.up = nn.ModuleList(nn.ConvTranspose3d(channels[level + 1], channels[level], 2, 2) for level in range(depth))
        self.merge = nn.ModuleList(self.pair(2 * channels[level], channels[level]) for level in range(depth))
        self.logits = nn.Conv3d(base, classes, 1)
        self.pool = nn.MaxPool3d(2)

    @staticmethod
    def pair(inputs, outputs):
        layers = []
        for count in (inputs, outputs):
            layers += [nn.Conv3d(count, outputs, 3, padding=1), nn.BatchNorm3d(outputs), nn.ReLU(inplace=True)]
        return nn.Sequential(*layers)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else self.pool(x))
            skips.append(x)
        skips.pop()
        for up, merge in zip(reversed(self.up), reversed(self.merge)):
            x = merge(torch.cat([skips.pop(), up(x)], dim=1))
        return self.logits(x)


def vnet(options):
    from monai.networks.nets import VNet

    model = VNet(spatial_dims=3, in_channels=options.channels, out_channels=1)
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout3d):
                setattr(module, name, nn.Identity())
    return model


def gpu_memory():
    """MiB in use; PyTorch keeps what it frees."""
    gpu = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    query = ["nvidia-smi", f"--id={gpu}", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    return int(subprocess.check_output(query))


NETWORKS = {
    "unet2d": lambda o: BasicUNet(o.channels, base=o.base, depth=o.depth),
    "unet3d": lambda o: UNet3D(o.channels, 1, o.base, o.depth),
    "vnet": vnet,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=NETWORKS, default="unet2d")
    parser.add_argument("--mode", choices=["training", "inference"], default="training")
    for name, value in (("base", 64), ("depth", 2), ("batch", 8), ("size", 128), ("channels", 1), ("runs", 8)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--device", default="cpu")
    o = parser.parse_args()

    torch.manual_seed(0)
    dimensions = 2 if o.network == "unet2d" else 3
    last = torch.channels_last if dimensions == 2 else torch.channels_last_3d
    layout = {"memory_format": last if o.channels_last else torch.contiguous_format}
    model = NETWORKS[o.network](o).to(o.device, **layout)
    x = torch.rand(o.batch, o.channels, *[o.size] * dimensions).to(o.device, **layout)
    y = (torch.rand(o.batch, 1, *[o.size] * dimensions) < 0.22).float().to(o.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(9.0, device=o.device))

    def train():
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    def infer():
        with torch.inference_mode():
            return model(x).sum().item()

    model.train(o.mode == "training")
    seconds = []
    for _ in range(o.runs):
        started = time.perf_counter()
        train() if o.mode == "training" else infer()
        seconds.append(time.perf_counter() - started)
    peak = gpu_memory() if o.device == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps({"seconds": seconds, "peakMiB": peak, "parameters": parameters, "version": torch.__version__}))


if __name__ == "__main__":
    main()
