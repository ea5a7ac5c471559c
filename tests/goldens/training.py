"""Goldens from PyTorch's optimizers, schedules, clipping and averaged weights on a small problem.

Run with PyTorch 2.15.0; writes training.json beside this file. Nothing is drawn at random.

The problem, in formulas that the TypeScript test repeats: x[i] = sin(0.9 i) of shape [5, 3], y[i] = cos(1.3 i) of
shape [5, 2], kernel[i] = sin(0.7 i + 1) of shape [3, 2], bias[i] = cos(i) / 2 of shape [2];
loss = 4 · mean((tanh(x · kernel + bias) − y)²), over all five rows in every step.
Each run stores kernel and bias, flat, after steps 1, 2 and 8.
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.optim import lr_scheduler as schedule
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

STEPS = 8
STORED = (1, 2, STEPS)


def wave(function, factor, offset, *shape):
    count = torch.tensor(shape).prod().item()
    return function(torch.arange(count, dtype=torch.float64) * factor + offset).float().reshape(shape)


class Problem(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(wave(torch.sin, 0.7, 1.0, 3, 2))
        self.bias = nn.Parameter(wave(torch.cos, 1.0, 0.0, 2) / 2)
        self.x = wave(torch.sin, 0.9, 0.0, 5, 3)
        self.y = wave(torch.cos, 1.3, 0.0, 5, 2)

    def forward(self):
        return 4 * ((torch.tanh(self.x @ self.kernel + self.bias) - self.y) ** 2).mean()


def flat(model):
    return [float(v) for p in (model.kernel, model.bias) for v in p.detach().reshape(-1)]


def run(make_optimizer, make_schedule=None, before_step=None, after_step=None):
    model = Problem()
    optimizer = make_optimizer(model)
    rates = make_schedule(optimizer) if make_schedule else None
    stored = {}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        model().backward()
        if before_step:
            before_step(model)
        optimizer.step()
        if rates:
            rates.step()
        if after_step:
            after_step(model)
        if step in STORED:
            stored[step] = flat(model)
    return stored


optimizers = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.3),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.99, nesterov=True, weight_decay=3e-5),
    "nesterov decay": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.2),
    "adam": lambda p: torch.optim.Adam(p, lr=0.03),
    "adam decay": lambda p: torch.optim.Adam(p, lr=0.03, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.2),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.03),
    "adamw decay": lambda p: torch.optim.AdamW(p, lr=0.03, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.5),
}
runs = {name: run(lambda model: make(model.parameters())) for name, make in optimizers.items()}
runs["adamw kernels"] = run(
    lambda model: torch.optim.AdamW(
        [{"params": [model.kernel], "weight_decay": 0.5}, {"params": [model.bias], "weight_decay": 0.0}], lr=0.03
    )
)

norms = []
runs["clip norm"] = run(
    lambda model: torch.optim.SGD(model.parameters(), lr=0.2),
    before_step=lambda model: norms.append(float(nn.utils.clip_grad_norm_(model.parameters(), 2.5))),
)
runs["clip value"] = run(
    lambda model: torch.optim.SGD(model.parameters(), lr=0.2),
    before_step=lambda model: nn.utils.clip_grad_value_(model.parameters(), 0.25),
)

# The average starts at the initial weights: PyTorch copies the weights in the first of its updates.
averages = {}
shadow = None


def average(model):
    shadow.update_parameters(model)
    averages[len(averages) + 1] = flat(shadow.module)


def averaged(model):
    global shadow
    shadow = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.7))
    shadow.update_parameters(model)
    return torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


run(averaged, after_step=average)

schedules = {
    "polynomial": lambda o: schedule.PolynomialLR(o, total_iters=6, power=0.9),
    "polynomial square": lambda o: schedule.PolynomialLR(o, total_iters=20, power=2),
    "cosine": lambda o: schedule.CosineAnnealingLR(o, T_max=12),
    "cosine to minimum": lambda o: schedule.CosineAnnealingLR(o, T_max=12, eta_min=0.01),
    "step": lambda o: schedule.StepLR(o, step_size=3, gamma=0.5),
    "warm-up": lambda o: schedule.SequentialLR(
        o,
        [
            schedule.LinearLR(o, start_factor=0.1, total_iters=4),
            schedule.PolynomialLR(o, total_iters=8, power=0.9),
        ],
        milestones=[4],
    ),
}


def rates_of(make):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    rates = make(optimizer)
    values = []
    for _ in range(12):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        rates.step()
    return values


for name in ("polynomial", "warm-up"):
    runs[f"{name} schedule"] = run(
        lambda model: torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True), schedules[name]
    )

golden = {
    "made with": f"PyTorch {torch.__version__}",
    "runs": runs,
    "clippedNorms": norms,
    "averages": {step: averages[step] for step in STORED},
    "rates": {name: rates_of(make) for name, make in schedules.items()},
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
