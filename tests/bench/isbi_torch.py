"""The course's U-Net and training protocol in PyTorch: the peer that `npm run bench` compares with.

Writes the probabilities of the validation images after each of the last epochs as raw float32 [epochs, images, H, W].
"""

import argparse
import json
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch import nn


def convolutions(inputs, outputs, count=2):
    layers = []
    for index in range(count):
        layers += [
            nn.Conv2d(inputs if index == 0 else outputs, outputs, 3, padding=1),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


def upsample(inputs, outputs):
    return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 2, stride=2), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class BasicUNet(nn.Module):
    def __init__(self, in_channels=1, classes=1, base=64, depth=2):
        super().__init__()
        channels = [base * 2**level for level in range(depth + 1)]
        self.down = nn.ModuleList(convolutions(i, o) for i, o in zip([in_channels] + channels[:-1], channels))
        self.up = nn.ModuleList(upsample(channels[level + 1], channels[level]) for level in reversed(range(depth)))
        self.merge = nn.ModuleList(convolutions(2 * channels[level], channels[level]) for level in reversed(range(depth)))
        self.logits = nn.Conv2d(base, classes, 1)
        self.pool = nn.MaxPool2d(2)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(module.bias)

    def forward(self, x):
        skips = []
        for index, block in enumerate(self.down):
            x = block(x if index == 0 else self.pool(x))
            skips.append(x)
        skips.pop()
        for up, merge in zip(self.up, self.merge):
            x = merge(torch.cat([skips.pop(), up(x)], dim=1))
        return self.logits(x)


def pages(path, size, resample):
    with Image.open(path) as stack:
        result = []
        for page in range(stack.n_frames):
            stack.seek(page)
            result.append(np.asarray(stack.resize((size, size), resample)))
    return np.stack(result)


def train(options):
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    images = pages(f"{options.data}/train-volume.tif", options.size, Image.BILINEAR).astype(np.float32) / 255
    masks = (pages(f"{options.data}/train-labels.tif", options.size, Image.NEAREST) < 128).astype(np.float32)
    validation = [int(index) for index in options.validation.split(",")]
    training = [index for index in range(len(images)) if index not in validation]
    model = BasicUNet().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(9.0))
    held_out = torch.from_numpy(images[validation][:, None]).to(memory_format=torch.channels_last)
    probabilities = []
    started = time.perf_counter()
    for epoch in range(options.epochs):
        model.train()
        order, total = rng.permutation(training), 0.0
        for start in range(0, len(order), 8):
            batch, target = [], []
            for index in order[start : start + 8]:
                image, mask, turns = images[index], masks[index], rng.integers(4)
                for axis in (0, 1):
                    if rng.random() < 0.5:
                        image, mask = np.flip(image, axis), np.flip(mask, axis)
                batch.append(np.rot90(image, turns))
                target.append(np.rot90(mask, turns))
            x = torch.from_numpy(np.stack(batch)[:, None].copy()).to(memory_format=torch.channels_last)
            y = torch.from_numpy(np.stack(target)[:, None].copy())
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        if epoch >= options.epochs - options.keep:
            model.eval()
            with torch.no_grad():
                probabilities.append(torch.sigmoid(model(held_out))[:, 0].numpy())
        print(json.dumps({"epoch": epoch + 1, "loss": total / len(training), "seconds": time.perf_counter() - started}), file=sys.stderr)
    np.stack(probabilities).astype("<f4").tofile(options.out)
    print(json.dumps({"seconds": time.perf_counter() - started, "parameters": sum(p.numel() for p in model.parameters())}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--validation", required=True, help="indices of the validation images, comma separated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--keep", type=int, default=40)
    parser.add_argument("--size", type=int, default=128)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
