"""Goldens from MONAI and nnU-Net: BasicUNet, UNet, VNet, PlainConvUNet (outputs, loss, gradients, parameter counts).

Run with PyTorch 2.15.0, MONAI 1.6.1 and dynamic-network-architectures 0.4.4; seed 0; writes monai-unets.json beside this
file. Images (number 1000), targets (2000 and on) and parameters are hashes of their index, as hashed.py has them, in
PyTorch's order and layout: kernels √(6 / n) · hash, n being the size of one of the tensor's rows; scales and running
variances 1 + hash / 10, slopes of PReLU 0.25 + hash / 10, all others hash / 10. The loss is the sum over the outputs of
the mean squared error. Of a tensor of n values, channels last, those at floor(k · n / 61), k = 0 … 60, are stored.
MONAI's VNet has 16 base channels and no other number; `Narrow` puts MONAI's blocks together by the same rule and is
compared with MONAI's own network at 16. nnU-Net joins [up, skip], the other networks [skip, up]: its kernels get the
formula's values as if it did so too.
"""

import json
from pathlib import Path

# Importing MONAI takes this folder from Python's path: its modules come first.
from hashed import hashed_tensor
from network_samples import count, kernel_gradient, output_sample

import monai
import numpy as np
import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet
from monai.networks.nets import BasicUNet, UNet, VNet
from monai.networks.nets.vnet import DownTransition, InputTransition, OutputTransition, UpTransition
from torch import nn

class Narrow(nn.Module):
    """V-Net of any width from MONAI's blocks, without dropout."""

    def __init__(self, dims, in_channels, classes, base):
        super().__init__()
        act = ("elu", {})
        b = base
        self.in_tr = InputTransition(dims, in_channels, b, act)
        self.down_tr32 = DownTransition(dims, b, 1, act)
        self.down_tr64 = DownTransition(dims, 2 * b, 2, act)
        self.down_tr128 = DownTransition(dims, 4 * b, 3, act)
        self.down_tr256 = DownTransition(dims, 8 * b, 2, act)
        self.up_tr256 = UpTransition(dims, 16 * b, 16 * b, 2, act, dropout_prob=(None, 0.0))
        self.up_tr128 = UpTransition(dims, 16 * b, 8 * b, 2, act, dropout_prob=(None, 0.0))
        self.up_tr64 = UpTransition(dims, 8 * b, 4 * b, 1, act, dropout_prob=(None, 0.0))
        self.up_tr32 = UpTransition(dims, 4 * b, 2 * b, 1, act, dropout_prob=(None, 0.0))
        self.out_tr = OutputTransition(dims, 2 * b, classes, act)

    forward = VNet.forward


def parameters(model):
    """Parameters and running statistics without the copies under other names that nnU-Net's state has."""
    seen = set()
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked") or tensor.data_ptr() in seen:
            continue
        seen.add(tensor.data_ptr())
        yield name, tensor


def fill(model):
    slopes = {module.weight.data_ptr() for module in model.modules() if isinstance(module, nn.PReLU)}
    for number, (name, tensor) in enumerate(parameters(model)):
        is_scale = tensor.dim() == 1 and name.endswith("weight")
        offset = 0.25 if tensor.data_ptr() in slopes else 1.0 if is_scale or name.endswith("running_var") else 0.0
        scale = 0.1 if tensor.dim() == 1 else np.sqrt(6 / tensor[0].numel())
        with torch.no_grad():
            tensor.copy_(hashed_tensor(number, tensor.shape, scale) + offset)


def case(model, shape, kernels, prepare=lambda model: None):
    fill(model)
    prepare(model)
    images = hashed_tensor(1000, shape)
    listed = lambda outputs: list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    model.eval()
    with torch.no_grad():
        evaluation = [output_sample(output) for output in listed(model(images))]
    model.train()
    outputs = listed(model(images))
    loss = sum((output - hashed_tensor(2000 + head, output.shape)).square().mean() for head, output in enumerate(outputs))
    loss.backward()
    return {
        "evaluation": evaluation,
        "training": [output_sample(output) for output in outputs],
        "loss": loss.item(),
        "gradients": {name: kernel_gradient(model.get_submodule(path)) for name, path in kernels.items()},
        "parameters": count(model),
    }


def skip_first(model):
    """Changes the inputs of nnU-Net's first decoder convolutions from [skip, up] to its own [up, skip]."""
    for stage in model.decoder.stages:
        weight = stage.convs[0].conv.weight
        skip, up = weight.detach().chunk(2, dim=1)
        with torch.no_grad():
            weight.copy_(torch.cat([up, skip], dim=1))


def nnunet():
    norm = nn.InstanceNorm3d
    return PlainConvUNet(
        input_channels=2,
        n_stages=3,
        features_per_stage=(3, 5, 6),
        conv_op=nn.Conv3d,
        kernel_sizes=((1, 3, 3), (3, 3, 3), (3, 3, 3)),
        strides=((1, 1, 1), (1, 2, 2), (2, 2, 2)),
        n_conv_per_stage=2,
        num_classes=3,
        n_conv_per_stage_decoder=2,
        conv_bias=True,
        norm_op=norm,
        norm_op_kwargs={"eps": 1e-5, "affine": True},
        nonlin=nn.LeakyReLU,
        nonlin_kwargs={"inplace": True},
        deep_supervision=True,
    )


def unet(dims, units, **options):
    return UNet(dims, 2, 3, channels=(3, 4, 6, 5), num_res_units=units, **options)


torch.manual_seed(0)
wide, probe = VNet(2, 1, 2, dropout_prob_down=None, dropout_prob_up=(None, 0.0)).eval(), hashed_tensor(1000, (1, 1, 32, 32))
twin = Narrow(2, 1, 2, 16).eval()
twin.load_state_dict(wide.state_dict())
assert list(twin.state_dict()) == list(wide.state_dict())
assert torch.equal(wide(probe), twin(probe))

BASIC = {"first": "conv_0.conv_0.conv", "up": "upcat_1.upsample.deconv", "middle": "down_2.convs.conv_1.conv"}
LAST = {"first": "model.0.conv", "up": "model.2.conv", "middle": "model.1.submodule.0.conv"}
UNITS = {"first": "model.0.conv.unit0.conv", "up": "model.2.0.conv", "middle": "model.1.submodule.0.residual"}
VNETS = {"first": "in_tr.conv_block.conv", "up": "up_tr32.up_conv", "middle": "down_tr128.ops.2.conv_block.conv"}
NNUNET = {
    "first": "encoder.stages.0.0.convs.0.conv",
    "up": "decoder.transpconvs.1",
    "middle": "decoder.stages.0.convs.1.conv",
}
features = (3, 4, 6, 8, 10, 5)
golden = {
    "made with": f"PyTorch {torch.__version__}, MONAI {monai.__version__}, dynamic-network-architectures 0.4.4, seed 0",
    "BasicUNet": {
        "images": case(BasicUNet(2, 2, 3, features), (2, 2, 32, 48), BASIC),
        "batch": case(BasicUNet(2, 2, 3, features, act="relu", norm="batch"), (2, 2, 32, 48), BASIC),
        "volumes": case(BasicUNet(3, 1, 2, (2, 2, 4, 4, 4, 3), act="gelu"), (1, 1, 32, 16, 32), BASIC),
    },
    "UNet": {
        "plain images": case(unet(2, 0, strides=(2, 2, 2)), (2, 2, 16, 24), LAST),
        "plain volumes": case(
            unet(3, 0, strides=((1, 2, 2), 2, 1), norm="batch", act="elu"), (1, 2, 4, 8, 12), LAST
        ),
        "units, images": case(unet(2, 2, strides=(2, 2, 2)), (2, 2, 16, 24), UNITS),
        "units, volumes": case(
            unet(3, 2, strides=(2, 1, 2), kernel_size=(1, 3, 3), up_kernel_size=(3, 3, 5)), (1, 2, 8, 8, 12), UNITS
        ),
    },
    "VNet": {
        "images": case(Narrow(2, 2, 3, 4), (2, 2, 32, 48), VNETS),
        "volumes": case(Narrow(3, 1, 2, 2), (2, 1, 16, 32, 16), VNETS),
    },
    "PlainConvUNet": case(nnunet(), (2, 2, 4, 8, 12), NNUNET, skip_first),
    "standardParameters": {
        "BasicUNet": {f"{dims}d": count(BasicUNet(dims)) for dims in (2, 3)},
        "BasicUNet wide": count(BasicUNet(2, features=(64, 128, 256, 512, 1024, 128))),
        "UNet": {
            str(units): count(UNet(2, 1, 2, (16, 32, 64, 128, 256), (2, 2, 2, 2), num_res_units=units)) for units in (0, 2)
        },
        "VNet 2d": count(VNet(2)),
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
