"""Golden from safetensors: one file with a tensor of each number type, in base64.

Run with safetensors 0.8.0 and PyTorch 2.15.0 (no randomness); writes checkpoints-safetensors.json beside this file.
"""

import base64
import json
from pathlib import Path

import torch
from safetensors.torch import save

TYPES = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()
tensors = {name: torch.tensor([[1, 0, 1]]).to(getattr(torch, name)) for name in TYPES}
tensors["half"] = torch.tensor([0.1, -65504.0, 6e-8], dtype=torch.float16)
golden = {
    "base64": base64.b64encode(save(tensors, {"format": "pt"})).decode(),
    "half": tensors["half"].tolist(),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
