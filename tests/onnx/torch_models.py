#!/usr/bin/env python3
"""Networks that PyTorch builds, runs and writes as ONNX files, through every engine.

usage: torch_models.py PROGRAM [NAME...]

torchvision's networks, with random weights and random batch statistics, and small modules of the operators that
the networks leave out. PyTorch's own output is what `convgauge verify F.onnx --input x.npy --expect y.npy` compares
with: relative L2 error at most 1e-4 for every engine, instruction set, 1 and 2 threads, fused and not; the worst of
each engine is printed. Status 77 where PyTorch is not installed.
"""
import sys
import tempfile
import time
import warnings
from pathlib import Path

try:
    import onnx
    import torch
    import torchvision
    from torch import nn
    from verified import LIMIT, check_sensitivity, closing, errors_of, run, told
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-torch, python3-torchvision, python3-onnx)")
    sys.exit(77)

FOLDED, AS_WRITTEN = torch.onnx.TrainingMode.EVAL, torch.onnx.TrainingMode.PRESERVE

# (network, operator set, BatchNormalization folded by the exporter or left as it is, batch size open)
NETWORKS = [
    ("shufflenet_v2_x0_5", 9, AS_WRITTEN, False),
    ("shufflenet_v2_x1_0", 14, FOLDED, True),
    ("mobilenet_v2", 11, FOLDED, False),
    ("densenet121", 13, AS_WRITTEN, False),
    ("resnet50", 12, FOLDED, False),
    ("mobilenet_v3_small", 14, AS_WRITTEN, True),
    ("squeezenet1_1", 10, FOLDED, False),
    ("mnasnet1_0", 16, AS_WRITTEN, False),
    ("googlenet", 13, FOLDED, False),
]


class Windows(nn.Module):
    """Rectangular, dilated, grouped, strided and unevenly padded windows."""

    def __init__(self):
        super().__init__()
        self.wide = nn.Conv2d(6, 12, (1, 7), padding=(0, 3))
        self.tall = nn.Conv2d(12, 12, (7, 1), padding=(3, 0), groups=12, bias=False)
        self.dilated = nn.Conv2d(12, 18, 3, padding=2, dilation=2, groups=3)
        self.strided = nn.Conv2d(18, 20, (3, 2), stride=(2, 1), padding=(1, 0))
        self.border = nn.ZeroPad2d((1, 0, 2, 1))
        self.even = nn.Conv2d(20, 16, 4, padding=2)
        self.largest = nn.MaxPool2d(3, 2, padding=1, ceil_mode=True)
        self.mean = nn.AvgPool2d(3, 2, padding=1, count_include_pad=True)
        self.inner_mean = nn.AvgPool2d(2, 1, padding=1, count_include_pad=False)

    def forward(self, x):
        x = torch.relu(self.tall(self.wide(x)))
        x = self.strided(self.border(torch.relu(self.dilated(x))))
        x = self.largest(torch.relu(self.even(x)))
        return self.inner_mean(self.mean(x))


class Activations(nn.Module):
    """Every activation, alone and as a gate."""

    def __init__(self):
        super().__init__()
        self.point = nn.ModuleList(nn.Conv2d(16, 16, 1) for _ in range(5))
        self.squeeze = nn.Linear(16, 16)

    def forward(self, x):
        x = nn.functional.relu6(self.point[0](x))
        x = nn.functional.hardswish(self.point[1](x))
        x = torch.clamp(self.point[2](x), 0, 6)
        x = x * torch.sigmoid(self.point[3](x))
        gate = nn.functional.hardsigmoid(self.squeeze(x.mean((2, 3))))
        return x * gate[:, :, None, None] + self.point[4](x)


class Channels(nn.Module):
    """Splits, slices, shuffles, joins, and affine transformations of channels."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(24)
        self.left = nn.Conv2d(12, 12, 1)
        self.scale = nn.Parameter(torch.linspace(0.5, 1.5, 24).reshape(1, 24, 1, 1))

    def forward(self, x):
        a, b = self.norm(x).chunk(2, dim=1)
        x = torch.cat((self.left(a), b), 1)
        n, c, h, w = x.shape
        x = x.view(n, 3, c // 3, h, w).transpose(1, 2).reshape(n, c, h, w)
        a, b, c = x.split((5, 12, 7), dim=1)
        x = torch.cat((b, a, c * c), 1)
        x = x * self.scale - 0.25
        return torch.cat((x[:, 3:21], x[:, :6]), 1)


class Heads(nn.Module):
    """Ways from a map to classes."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(10, 14)
        self.map = nn.Conv2d(14, 9, 1)
        self.last = nn.Linear(9 * 2 * 2, 11, bias=False)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.first(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = self.drop(self.map(x))
        x = nn.functional.adaptive_avg_pool2d(x[:, :, :6, 1:7], 1) * nn.functional.max_pool2d(x, 3)[:, :, :2, :2]
        return self.last(torch.flatten(x, 1))


MODULES = [(Windows, 6, 17), (Activations, 16, 9), (Channels, 24, 7), (Heads, 10, 8)]
MODULE_OPSETS = (9, 11, 13, 16)


def disturb(module):
    """Statistics and parameters of normalisation as training would leave them, other than the initial 0 and 1."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.uniform_(part.weight, 0.6, 1.4)
            nn.init.normal_(part.bias, std=0.1)
            nn.init.normal_(part.running_mean, std=0.1)
            nn.init.uniform_(part.running_var, 0.6, 1.4)
        elif isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_uniform_(part.weight, nonlinearity="relu")
            if part.bias is not None:
                nn.init.normal_(part.bias, std=0.1)


def cases(names):
    for name, opset, training, open_batch in NETWORKS:
        if names and name not in names:
            continue
        more = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
        network = getattr(torchvision.models, name)(weights=None, **more)
        yield name, network, (1, 3, 224, 224), opset, training, open_batch
    for make, channels, size in MODULES:
        for opset in MODULE_OPSETS:
            name = f"{make.__name__.lower()}_{opset}"
            if names and name not in names:
                continue
            yield name, make(), (1, channels, size, size), opset, AS_WRITTEN, opset == 13


def check(program, folder, name, network, shape, opset, training, open_batch):
    """The worst error of each engine as text; raises ValueError with what is wrong."""
    torch.manual_seed(sum(map(ord, name)))
    disturb(network)
    network.eval()
    image = torch.randn(shape)
    file = folder / f"{name}.onnx"
    axes = {"image": {0: "batch"}} if open_batch else None
    torch.onnx.export(network, image, str(file), opset_version=opset, training=training, input_names=["image"],
                      dynamic_axes=axes)
    with torch.no_grad():
        want = network(image).numpy()
    errors = errors_of(program, file, image.numpy(), want)
    check_sensitivity(program, file, image.numpy(), want)
    operators = {node.op_type for node in onnx.load(str(file)).graph.node}
    file.unlink()
    return errors, operators


def main():
    program, names = sys.argv[1], sys.argv[2:]
    if run(program, "export", "--help").returncode != 0:
        print("skipped: this build has no ONNX")
        return 77
    warnings.filterwarnings("ignore")
    passed = failed = 0
    seen = set()
    print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}; relative L2 error, at most {LIMIT:g}")
    with tempfile.TemporaryDirectory() as folder:
        for name, network, shape, opset, training, open_batch in cases(names):
            began = time.monotonic()
            try:
                errors, operators = check(program, Path(folder), name, network, shape, opset, training, open_batch)
                seen |= operators
                passed += 1
                text = told(errors)
            except ValueError as wrong:
                failed += 1
                text = f"FAILED: {wrong}"
            print(f"{name:20} opset {opset:2}: {text} ({time.monotonic() - began:.0f} s)", flush=True)
    print("operators:", ", ".join(sorted(seen)))
    return closing("PyTorch's networks", passed, failed)


if __name__ == "__main__":
    sys.exit(main())
