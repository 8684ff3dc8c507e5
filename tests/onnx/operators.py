#!/usr/bin/env python3
"""Each operator that the importer reads, alone: what it computes against PyTorch's and ONNX's own numbers.

usage: operators.py PROGRAM [NAME...]

A table of small graphs in ONNX's text form beside what PyTorch computes for them, then the cases that the package onnx
brings for the operators over maps. `convgauge verify F.onnx --input --expect` compares: relative L2 error at most 1e-4
for every engine and instruction set, fused and not. Status 77 where the Python packages are not installed.
"""
import importlib
import math
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    import onnx
    import onnx.parser
    import torch
    from onnx import numpy_helper
    from onnx.backend.test.case import node as onnx_cases
    from torch.nn import functional as f
    from verified import closing, errors_of, run, told
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-torch, python3-onnx)")
    sys.exit(77)

SHAPE = (1, 4, 6, 5)
CASES = []


def case(name, text, want, opset=13, **constants):
    """`text` makes y of x and the constants; want(x, constants...) is what PyTorch makes of them."""
    CASES.append((name, text, want, opset, constants))


def floats(*dims):
    generator = torch.Generator().manual_seed(sum(dims) + len(dims))
    return torch.randn(dims, generator=generator)


def ints(*values):
    return torch.tensor(values, dtype=torch.int64)


def number(value):
    return torch.tensor(value)


def nchw_conv(pads, **options):
    """A convolution of x padded by (left, right, top, bottom)."""
    return lambda x, w, *b: f.conv2d(f.pad(x, pads), w, *b, **options)


W = {"w": floats(8, 4, 3, 3)}

case("conv", "y = Conv<pads=[1,1,1,1]>(x, w, b)", nchw_conv((1, 1, 1, 1)), **W, b=floats(8))
case("conv, groups", "y = Conv<group=2>(x, w)", nchw_conv((0, 0, 0, 0), groups=2), w=floats(6, 2, 3, 3))
case("conv, depthwise", "y = Conv<group=4, strides=[2,1]>(x, w)", nchw_conv((0, 0, 0, 0), groups=4, stride=(2, 1)),
     w=floats(4, 1, 3, 3))
case("conv, dilations", "y = Conv<dilations=[2,2], pads=[2,2,2,2]>(x, w)", nchw_conv((2, 2, 2, 2), dilation=2), **W)
case("conv, 1x7", "y = Conv<kernel_shape=[1,7], pads=[0,3,0,3]>(x, w)", nchw_conv((3, 3, 0, 0)), w=floats(5, 4, 1, 7))
case("conv, 7x1", "y = Conv<kernel_shape=[7,1], pads=[3,0,3,0]>(x, w)", nchw_conv((0, 0, 3, 3)), w=floats(5, 4, 7, 1))
case("conv, SAME_UPPER", 'y = Conv<auto_pad="SAME_UPPER", strides=[2,2]>(x, w)', nchw_conv((1, 1, 0, 1), stride=2), **W)
case("conv, SAME_LOWER", 'y = Conv<auto_pad="SAME_LOWER", strides=[2,2]>(x, w)', nchw_conv((1, 1, 1, 0), stride=2), **W)
case("conv, VALID", 'y = Conv<auto_pad="VALID", strides=[2,2]>(x, w)', nchw_conv((0, 0, 0, 0), stride=2), **W)

NORM = {"g": floats(4), "h": floats(1, 4)[0], "m": floats(2, 4)[1], "v": floats(3, 4)[2].abs() + 0.5}


def norm(x, g, h, m, v):
    return f.batch_norm(x, m, v, g, h, eps=1e-3)


case("norm folded", "c = Conv(x, w) y = BatchNormalization<epsilon=0.001>(c, g, h, m, v)",
     lambda x, w, *n: norm(f.conv2d(x, w), *n), w=floats(4, 4, 1, 1), **NORM)
case("norm as affine", "r = Relu(x) y = BatchNormalization<epsilon=0.001>(r, g, h, m, v)",
     lambda x, *n: norm(x.relu(), *n), **NORM)
case("norm, Identity on initialisers", "g2 = Identity(g) v2 = Identity(v) c = Conv(x, w) "
     "y = BatchNormalization<epsilon=0.001>(c, g2, h, m, v2)",
     lambda x, w, *n: norm(f.conv2d(x, w), *n), w=floats(4, 4, 1, 1), **NORM)

case("relu", "y = Relu(x)", torch.relu)
case("clip by attributes", "y = Clip<min=0.0, max=6.0>(x)", lambda x: x.clamp(0, 6), opset=6)
case("clip by inputs", "y = Clip(x, low, high)", lambda x, *_: x.clamp(0, 6), low=number(0.0), high=number(6.0))
case("clip by Constant", "low = Constant<value=float {0.0}>() high = Constant<value=float {6.0}>() y = Clip(x, low, high)",
     lambda x: x.clamp(0, 6))
case("clip from below", "y = Clip(x, low)", lambda x, _: x.clamp(min=0), low=number(0.0))
case("sigmoid", "y = Sigmoid(x)", torch.sigmoid)
case("hard sigmoid", "y = HardSigmoid<alpha=0.16666667, beta=0.5>(x)", f.hardsigmoid)
case("hard swish", "y = HardSwish(x)", f.hardswish, opset=14)
case("hard swish, HardSigmoid and Mul", "h = HardSigmoid<alpha=0.16666667>(x) y = Mul(x, h)", f.hardswish)
case("hard swish, Add, Clip, Mul, Div", "a = Add(x, three) c = Clip(a, low, high) m = Mul(x, c) y = Div(m, high)",
     lambda x, *_: f.hardswish(x), three=number(3.0), low=number(0.0), high=number(6.0))
case("swish", "s = Sigmoid(x) y = Mul(x, s)", f.silu)

case("add of maps", "r = Relu(x) y = Add(x, r)", lambda x: x + x.relu())
case("sum of three", "r = Relu(x) y = Sum(x, r, x)", lambda x: x + x.relu() + x)
case("add of a channel's constant", "y = Add(x, k)", lambda x, k: x + k, k=floats(4, 1, 1))
case("sub, div of constants", "s = Sub(x, k) y = Div(s, d)", lambda x, k, d: (x - k) / d, k=floats(1, 4, 1, 1),
     d=number(3.0))
case("mul of maps", "r = Relu(x) y = Mul(x, r)", lambda x: x * x.relu())
case("mul by a channel's gate", "p = GlobalAveragePool(x) s = Sigmoid(p) y = Mul(x, s)",
     lambda x: x * x.mean((2, 3), keepdim=True).sigmoid())
case("mul by a channel's constant", "y = Mul(x, k)", lambda x, k: x * k, k=floats(1, 4, 1, 1))

case("concat", "r = Relu(x) y = Concat<axis=-3>(x, r, x)", lambda x: torch.cat((x, x.relu(), x), 1))
case("split by attribute", "a, b = Split<axis=1, split=[1,3]>(x) y = Concat<axis=1>(b, a)",
     lambda x: torch.cat((x[:, 1:], x[:, :1]), 1), opset=11)
case("split by input", "a, b = Split<axis=1>(x, s) y = Concat<axis=1>(b, a)",
     lambda x, _: torch.cat((x[:, 1:], x[:, :1]), 1), s=ints(1, 3))
case("split in equal parts", "a, b = Split<axis=1>(x) y = Concat<axis=1>(b, a)", lambda x: x.roll(2, 1))
case("slice by attributes", "y = Slice<axes=[1], starts=[1], ends=[3]>(x)", lambda x: x[:, 1:3], opset=9)
case("slice by inputs", "y = Slice(x, a, b, c, d)", lambda x, *_: x[:, 0::2], a=ints(0), b=ints(2**63 - 1), c=ints(1),
     d=ints(2))
case("slice of rows and columns", "y = Slice(x, a, b, c)", lambda x, *_: x[:, :, 1:-1, :3], a=ints(1, 0), b=ints(-1, 3),
     c=ints(2, 3))
case("slice backwards", "y = Slice(x, a, b, c, d)", lambda x, *_: x.flip(1), a=ints(-1), b=ints(-2**63), c=ints(1),
     d=ints(-1))
case("gather of channels", "y = Gather<axis=1>(x, i)", lambda x, i: x[:, i], i=ints(3, 0, 0, 2))
case("shuffle", "a = Reshape(x, p) t = Transpose<perm=[0,2,1,3,4]>(a) y = Reshape(t, q)",
     lambda x, *_: x.reshape(1, 2, 2, 6, 5).transpose(1, 2).reshape(x.shape), p=ints(1, 2, 2, 6, 5), q=ints(1, -1, 6, 5))
case("shuffle, shape computed", "s = Shape(x) n = Gather(s, zero) c = Gather(s, one) h = Gather(s, two) "
     "w = Gather(s, three) d = Div(c, two) nn = Unsqueeze(n, axis) g = Unsqueeze(two, axis) dd = Unsqueeze(d, axis) "
     "hh = Unsqueeze(h, axis) ww = Unsqueeze(w, axis) p = Concat<axis=0>(nn, g, dd, hh, ww) a = Reshape(x, p) "
     "t = Transpose<perm=[0,2,1,3,4]>(a) y = Reshape(t, s)",
     lambda x, *_: x.reshape(1, 2, 2, 6, 5).transpose(1, 2).reshape(x.shape), zero=number(0), one=number(1),
     two=number(2), three=number(3), axis=ints(0))

case("max pool", "y = MaxPool<kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]>(x)", lambda x: f.max_pool2d(x, 3, 2, 1))
case("max pool, ceil", "y = MaxPool<kernel_shape=[3,3], strides=[2,2], ceil_mode=1>(x)",
     lambda x: f.max_pool2d(x, 3, 2, ceil_mode=True))
case("average pool", "y = AveragePool<kernel_shape=[3,3], pads=[1,1,1,1]>(x)",
     lambda x: f.avg_pool2d(x, 3, 1, 1, count_include_pad=False))
case("average pool, padding counted", "y = AveragePool<kernel_shape=[3,3], pads=[1,1,1,1], count_include_pad=1>(x)",
     lambda x: f.avg_pool2d(x, 3, 1, 1))
case("global average pool", "y = GlobalAveragePool(x)", lambda x: x.mean((2, 3), keepdim=True))
case("global max pool", "y = GlobalMaxPool(x)", lambda x: x.amax((2, 3), keepdim=True))
case("mean over space", "y = ReduceMean<axes=[2,3], keepdims=1>(x)", lambda x: x.mean((2, 3), keepdim=True))
case("mean over space, dimensions dropped", "m = ReduceMean<axes=[-1,-2], keepdims=0>(x) y = Gemm(m, w)",
     lambda x, w: x.mean((2, 3)) @ w, w=floats(4, 7))
case("mean over space, axes by input", "y = ReduceMean(x, a)", lambda x, _: x.mean((2, 3), keepdim=True), opset=18,
     a=ints(2, 3))

case("flatten, gemm", "p = Flatten(x) y = Gemm<transB=1>(p, w, b)", lambda x, w, b: f.linear(x.flatten(1), w, b),
     w=floats(7, 120), b=floats(7))
case("gemm, alpha and beta", "p = Flatten(x) y = Gemm<alpha=0.5, beta=2.0>(p, w, b)",
     lambda x, w, b: 0.5 * (x.flatten(1) @ w) + 2 * b, w=floats(120, 7), b=floats(7))
case("matmul, add", "p = Flatten(x) m = MatMul(p, w) y = Add(m, b)", lambda x, w, b: x.flatten(1) @ w + b,
     w=floats(120, 7), b=floats(7))
case("reshape, gemm", "p = Reshape(x, s) y = Gemm(p, w)", lambda x, _, w: x.flatten(1) @ w, s=ints(0, -1),
     w=floats(120, 7))
case("squeeze by attribute", "p = GlobalAveragePool(x) s = Squeeze<axes=[2,3]>(p) y = Gemm(s, w)",
     lambda x, w: x.mean((2, 3)) @ w, opset=11, w=floats(4, 7))
case("squeeze by input", "p = GlobalAveragePool(x) s = Squeeze(p, a) y = Gemm(s, w)",
     lambda x, _, w: x.mean((2, 3)) @ w, a=ints(2, 3), w=floats(4, 7))
case("squeeze, unsqueeze", "p = GlobalAveragePool(x) s = Squeeze(p, a) u = Unsqueeze(s, a) y = Mul(x, u)",
     lambda x, _: x * x.mean((2, 3), keepdim=True), a=ints(2, 3))
case("transpose, channels last into gemm", "t = Transpose<perm=[0,2,3,1]>(x) p = Flatten(t) y = Gemm(p, w)",
     lambda x, w: x.permute(0, 2, 3, 1).flatten(1) @ w, w=floats(120, 7))
case("transpose there and back", "t = Transpose<perm=[0,2,3,1]>(x) m = MatMul(t, w) y = Transpose<perm=[0,3,1,2]>(m)",
     lambda x, w: (x.permute(0, 2, 3, 1) @ w).permute(0, 3, 1, 2), w=floats(4, 7))

case("pad by attribute", "p = Pad<pads=[0,0,1,2,0,0,3,0]>(x) y = Conv(p, w)", nchw_conv((2, 0, 1, 3)), opset=10, **W)
case("pad by input", "p = Pad(x, q) y = MaxPool<kernel_shape=[2,2]>(p)",
     lambda x, _: f.max_pool2d(f.pad(x, (2, 0, 1, 3)), 2, 1), q=ints(0, 0, 1, 2, 0, 0, 3, 0))
case("dropout", "d = Dropout(x) y = Relu(d)", torch.relu)
case("dropout with its mask", "d, mask = Dropout<ratio=0.5>(x) y = Relu(d)", torch.relu, opset=10)
case("identity", "i = Identity(x) y = Relu(i)", torch.relu)
case("constant", "k = Constant<value=float[4,1,1] {1.0, -2.0, 0.5, 0.0}>() y = Mul(x, k)",
     lambda x: x * torch.tensor([1.0, -2.0, 0.5, 0.0]).reshape(4, 1, 1))


def own_cases():
    for number_, (name, text, want, opset, constants) in enumerate(CASES):
        image = torch.randn(SHAPE, generator=torch.Generator().manual_seed(number_)) * math.sqrt(6)
        expected = want(image, *constants.values())
        dims = ",".join(map(str, expected.shape))
        model = onnx.parser.parse_model(
            f'<ir_version: 8, opset_import: ["" : {opset}]> g (float[1,4,6,5] x) => (float[{dims}] y) {{ {text} }}')
        for key, value in constants.items():
            model.graph.initializer.append(numpy_helper.from_array(value.numpy(), key))
        yield name, model, image.numpy(), expected.numpy()


def cases_of_onnx():
    """Those over one map of floats, their other inputs made constants."""
    for module in ("averagepool", "batchnorm", "conv", "globalaveragepool", "globalmaxpool", "maxpool"):
        importlib.import_module(f"onnx.backend.test.case.node.{module}")
    for given in onnx_cases._NodeTestCases:  # pylint: disable=protected-access
        inputs, outputs = given.data_sets[0]
        if len(outputs) != 1 or inputs[0].ndim != 4 or inputs[0].dtype != numpy.float32:
            continue
        model = onnx.ModelProto()
        model.CopyFrom(given.model)
        model.opset_import[0].version = max(model.opset_import[0].version, 7)  # some name version 1, still in force
        while len(model.graph.input) > 1:
            value = inputs[len(model.graph.input) - 1]
            model.graph.initializer.append(numpy_helper.from_array(value, model.graph.input.pop().name))
        yield f"onnx {given.name[5:]}", model, inputs[0], outputs[0]


def main():
    program, names = sys.argv[1], sys.argv[2:]
    if run(program, "export", "--help").returncode != 0:
        print("skipped: this build has no ONNX")
        return 77
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, model, image, want in (*own_cases(), *cases_of_onnx()):
            if names and name not in names:
                continue
            file = Path(folder) / "operator.onnx"
            onnx.save(model, str(file))
            try:
                text = told(errors_of(program, file, image, want, "--threads", 1))
                passed += 1
            except ValueError as wrong:
                failed += 1
                text = f"FAILED: {wrong}"
            print(f"{name:45} {text}", flush=True)
    return closing("operators", passed, failed)


if __name__ == "__main__":
    sys.exit(main())
