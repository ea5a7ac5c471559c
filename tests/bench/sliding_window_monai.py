"""The peer of `npm run bench -- sliding-window`: seconds of each pass and the peak memory, as one JSON line."""

import argparse
import json
import resource
import time

import monai
import torch
from monai.inferers import sliding_window_inference
from networks_torch import UNet3D


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("size", 256), ("window", 96), ("base", 16), ("depth", 3), ("batch", 1), ("runs", 2)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--overlap", type=float, default=0.25)
    parser.add_argument("--channels-last", action="store_true")
    o = parser.parse_args()

    torch.manual_seed(0)
    layout = {"memory_format": torch.channels_last_3d if o.channels_last else torch.contiguous_format}
    model = UNet3D(1, 1, o.base, o.depth).eval().to(**layout)
    volume = torch.sin(torch.arange(o.size**3, dtype=torch.float32)).reshape(1, 1, o.size, o.size, o.size)
    windows = 0

    def predict(images):
        nonlocal windows
        windows += len(images)
        return model(images.to(**layout))

    seconds = []
    for _ in range(o.runs):
        windows = 0
        started = time.perf_counter()
        with torch.inference_mode():
            sliding_window_inference(volume, (o.window,) * 3, o.batch, predict, o.overlap, "gaussian")
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    version = f"MONAI {monai.__version__}, PyTorch {torch.__version__}"
    print(json.dumps({"seconds": seconds, "peakMiB": peak, "windows": windows, "version": version}))


if __name__ == "__main__":
    main()
