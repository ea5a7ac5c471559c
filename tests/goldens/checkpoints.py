"""Goldens from PyTorch: small checkpoint files in base64 with the values that torch.load reads from them.

Run with PyTorch 2.15.0 (seed 0); writes checkpoints.json beside this file. The big-endian, the deflated and the
uint16 file are made from what torch.save wrote and checked with torch.load.
"""

import base64
import io
import json
import pickle
import zipfile
from collections import OrderedDict, defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

SIGNED = [torch.int8, torch.int16, torch.int32, torch.int64]
FLOATS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
EDGES = [0.0, -0.0, 1.0, -1.5, 0.1, 65504.0, 6e-8, 1e-5, float("inf"), float("-inf"), float("nan")]


def types():
    result = OrderedDict()
    for dtype in FLOATS:
        result[str(dtype)[6:]] = torch.tensor(EDGES, dtype=torch.float64).to(dtype)
    for dtype in SIGNED:
        info = torch.iinfo(dtype)
        result[str(dtype)[6:]] = torch.tensor([info.min, -1, 0, 7, info.max], dtype=dtype)
    result["uint8"] = torch.tensor([[0, 1], [128, 255]], dtype=torch.uint8)
    result["bool"] = torch.tensor([True, False, True])
    return result


def views():
    base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    half = torch.arange(12, dtype=torch.float16).reshape(3, 4)
    tied = nn.Parameter(torch.tensor([1.0, -2.0]))
    return OrderedDict(
        base=base,
        transposed=base.permute(2, 0, 1),
        sliced=base[1:, 1:3, 2],
        every_second=base[:, ::2, 1::2],
        half_transposed=half.t(),
        channels_last=torch.arange(16, dtype=torch.int16).reshape(1, 2, 2, 4).permute(0, 3, 1, 2),
        expanded=torch.tensor([[5.0], [6.0]]).expand(2, 3),
        number=torch.tensor(42, dtype=torch.int64),
        empty=torch.empty(0, 3),
        encoder=tied,
        decoder=tied,
    )


def nested():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    model(torch.ones(2, 1, 2, 2)).sum().backward()
    optimizer.step()
    attributed = torch.arange(3.0)
    attributed.note = "kept by PyTorch"
    return {
        "epoch": 7,
        "arch": "vgg",
        "best_acc1": torch.tensor(0.5),
        "state_dict": nn.DataParallel(model).state_dict(),
        "optimizer": optimizer.state_dict(),
        "scores": [np.float64(0.25), np.float32(0.5), np.int64(-3), np.bool_(True)],
        "array": np.arange(6, dtype=np.int16).reshape(2, 3),
        "shape": torch.Size([2, 3]),
        "device": torch.device("cuda", 1),
        "dtype": torch.float16,
        "attributed": attributed,
        "plain": {"set": {1, 2}, "bytes": b"\x00\xff", "long": 2**70, "negative": -(2**40), "none": None, "pair": (1.5, "é")},
        "missing": defaultdict(list, {"a": [1]}),
    }


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def rezipped(data, method, change=lambda name, content: content):
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return result.getvalue()


def big_endian(data, sizes):
    def change(name, content):
        if name.endswith("byteorder"):
            return b"big"
        if "/data/" not in name:
            return content
        size = sizes[name.split("/")[-1]]
        return np.frombuffer(content, dtype=f"u{size}").byteswap().tobytes()

    return rezipped(data, zipfile.ZIP_STORED, change)


def number(value):
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return repr(value) if value != value or value in (float("inf"), float("-inf")) or str(value) == "-0.0" else value


def expected(tensors):
    return {
        name: {"shape": list(tensor.shape), "values": [number(v) for v in tensor.detach().flatten().tolist()]}
        for name, tensor in tensors.items()
        if isinstance(tensor, torch.Tensor)
    }


def same(data, tensors):
    for name, tensor in torch.load(io.BytesIO(data), weights_only=False).items():
        assert torch.equal(torch.nan_to_num(tensor.double()), torch.nan_to_num(tensors[name].double())), name


LEGACY = {"_use_new_zipfile_serialization": False}
all_types, all_views, checkpoint = types(), views(), nested()
wide = OrderedDict((f"uint{bits}", torch.tensor([0, 1, 2**bits - 1], dtype=getattr(torch, f"uint{bits}"))) for bits in (16, 32, 64))
swapped = big_endian(saved(all_types), {str(i): t.element_size() for i, t in enumerate(all_types.values())})
deflated = rezipped(saved(all_views), zipfile.ZIP_DEFLATED)
same(swapped, all_types)
same(rezipped(saved(all_views), zipfile.ZIP_STORED), all_views)

files = {
    "types, zip": (saved(all_types), expected(all_types)),
    "types, legacy": (saved(all_types, **LEGACY), expected(all_types)),
    "types, protocol 4": (saved(all_types, pickle_protocol=4), expected(all_types)),
    "types, big endian": (swapped, expected(all_types)),
    "unsigned types": (saved(wide), expected(wide)),
    "views, zip": (saved(all_views), expected(all_views)),
    "views, legacy": (saved(all_views, **LEGACY), expected(all_views)),
    "views, deflated": (deflated, expected(all_views)),
    "checkpoint, zip": (saved(checkpoint), expected({k[7:]: v for k, v in checkpoint["state_dict"].items()})),
    "checkpoint, legacy": (
        saved(checkpoint, **LEGACY),
        expected({k[7:]: v for k, v in checkpoint["state_dict"].items()}),
    ),
}
golden = {
    "made with": f"PyTorch {torch.__version__}, seed 0",
    "files": {
        name: {"base64": base64.b64encode(data).decode(), "tensors": tensors} for name, (data, tensors) in files.items()
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
for name, (data, _) in files.items():
    print(name, len(data))
