#!/usr/bin/env python3
"""The files that `convgauge export` writes, in the eyes of others.

usage: exported_files.py PROGRAM [NETWORK...]

Every network (or those named), plain and with --fold: Python's ONNX checker with shape inference; the same costs when
the file is read back. Once a family, at 64x64 pixels: the files of --tensors read by NumPy and by onnx.numpy_helper
agree, and a small interpreter over PyTorch's operators computes output_0 from input_0 and the file alone: relative L2
error at most 1e-4, for both forms. Python's ONNX checks no files in a newer operator set than it knows.
Status 77 where the Python packages are not installed.
"""
import json
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    import onnx
    import torch
    from onnx import numpy_helper
    from torch.nn import functional
    from verified import LIMIT, closing, run
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-torch, python3-onnx)")
    sys.exit(77)

FORMS = ((), ("--fold",))


def window(a, rank=2):
    """(begin, end) paddings as functional.pad wants them: last axis first."""
    pads = a.get("pads", [0] * 2 * rank)
    return [pads[i + rank * end] for i in reversed(range(rank)) for end in (0, 1)]


def conv(a, x, w, b=None):
    x = functional.pad(x, window(a))
    return functional.conv2d(x, w, b, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))


def max_pool(a, x):
    x = functional.pad(x, window(a), value=-torch.inf)
    return functional.max_pool2d(x, a["kernel_shape"], a.get("strides", 1), 0, a.get("dilations", 1), bool(a.get("ceil_mode")))


def average_pool(a, x):
    def sums(y):
        return functional.avg_pool2d(functional.pad(y, window(a)), a["kernel_shape"], a.get("strides", 1),
                                     divisor_override=1)
    count = numpy.prod(a["kernel_shape"]) if a.get("count_include_pad", 0) else sums(torch.ones_like(x))
    return sums(x) / count


def gemm(a, x, w, b=None):
    x, w = (x.T if a.get("transA") else x), (w.T if a.get("transB") else w)
    y = a.get("alpha", 1.0) * (x @ w)
    return y if b is None else y + a.get("beta", 1.0) * b


def reshape(_, x, shape):
    return x.reshape([old if new == 0 else new for new, old in zip(shape.tolist(), (*x.shape, *(1,) * len(shape)))])


def resize(a, x, size):
    if (a["mode"], a["coordinate_transformation_mode"], a["nearest_mode"]) != (b"nearest", b"asymmetric", b"floor"):
        raise ValueError("Resize is not PyTorch's by nearest pixels")
    return functional.interpolate(x, size=size.tolist(), mode="nearest")


def slices(_, x, starts, ends, axes, steps):
    for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes.tolist(), steps.tolist()):
        x = x.index_select(axis, torch.arange(x.shape[axis])[start:end:step])
    return x


OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": average_pool,
    "BatchNormalization": lambda a, x, g, b, m, v: functional.batch_norm(x, m, v, g, b, eps=a["epsilon"]),
    "Clip": lambda a, x, low, high: x.clamp(low, high),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "Conv": conv,
    "Flatten": lambda a, x: x.flatten(1),
    "Gather": lambda a, x, index: x[(slice(None),) * a["axis"] + (index,)],
    "Gelu": lambda a, x: functional.gelu(x, approximate=a.get("approximate", b"none").decode()),
    "Gemm": gemm,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "HardSigmoid": lambda a, x: (a["alpha"] * x + a["beta"]).clamp(0, 1),
    "HardSwish": lambda a, x: functional.hardswish(x),
    "LRN": lambda a, x: functional.local_response_norm(x, a["size"], a["alpha"], a["beta"], a["bias"]),
    "LayerNormalization": lambda a, x, g, b: functional.layer_norm(x, x.shape[-1:], g, b, a["epsilon"]),
    "MaxPool": max_pool,
    "Mul": lambda a, x, y: x * y,
    "Pad": lambda a, x, pads: functional.pad(x, window({"pads": pads.tolist()}, x.dim())),
    "Relu": lambda a, x: functional.relu(x),
    "Reshape": reshape,
    "Resize": resize,
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Slice": slices,
    "Split": lambda a, x, sizes: x.split(sizes.tolist(), a["axis"]),
    "Sum": lambda a, *x: sum(x),
    "Swish": lambda a, x: x * torch.sigmoid(a.get("alpha", 1.0) * x),
    "Transpose": lambda a, x: x.permute(a["perm"]),
}


def interpret(model, image):
    graph = model.graph
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    inputs = [i.name for i in graph.input if i.name not in values]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise ValueError(f"{len(inputs)} inputs, {len(graph.output)} outputs")
    values[inputs[0]] = torch.from_numpy(image)
    for node in graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type not in OPERATORS:
            raise ValueError(f"operator {node.op_type} is new: add it to this test")
        got = OPERATORS[node.op_type](attributes, *(values[i] for i in node.input if i))
        values.update(zip(node.output, got if isinstance(got, tuple) else (got,)))
    return values[graph.output[0].name].numpy()


def convgauge(program, *arguments):
    got = run(program, *arguments)
    if got.returncode != 0:
        raise ValueError(f"convgauge {' '.join(map(str, arguments))}: {got.stderr.strip()}")
    return got.stdout


def totals(program, network):
    return json.loads(convgauge(program, "cost", network, "--json"))["total"]


def is_known(model):
    """Whether this Python package is as new as the file's operator set."""
    return model.ir_version <= onnx.IR_VERSION and model.opset_import[0].version <= onnx.defs.onnx_opset_version()


def check_forms(program, folder, network):
    """Returns the plain and the folded model."""
    models = []
    for form in FORMS:
        path = folder / "network.onnx"
        convgauge(program, "export", network, "-o", path, *form)
        models.append(onnx.load(str(path)))
        if is_known(models[-1]):
            onnx.checker.check_model(str(path), full_check=True)
        own, read = totals(program, network), totals(program, path)
        for what, value in own.items():
            folded_away = form and what == "params"  # the norm's two a channel became one bias
            if read[what] > value or (read[what] < value and not folded_away):
                raise ValueError(f"{what} {value} became {read[what]} ({' '.join(form) or 'plain'})")
    return models


def same(a, b, what):
    if a.dtype != numpy.float32 or a.shape != b.shape or a.tobytes() != b.tobytes():
        raise ValueError(f"{what}: the .npy and the .pb differ")
    return a


def check_tensors(program, folder, network):
    worst = 0.0
    for form in FORMS:
        path = folder / "small.onnx"
        convgauge(program, "export", network, "-o", path, "--tensors", folder, *form)
        tensors = []
        for name in ("input_0", "output_0"):
            proto = onnx.TensorProto()
            proto.ParseFromString((folder / "test_data_set_0" / f"{name}.pb").read_bytes())
            tensors.append(same(numpy.load(folder / f"{name}.npy"), numpy_helper.to_array(proto), name))
        with torch.no_grad():
            got = interpret(onnx.load(str(path)), tensors[0]).astype(numpy.float64)
        if got.shape != tensors[1].shape:
            raise ValueError(f"output {tensors[1].shape}, PyTorch's {got.shape}")
        worst = max(worst, numpy.linalg.norm(got - tensors[1]) / numpy.linalg.norm(tensors[1]))
    if not worst <= LIMIT:
        raise ValueError(f"relative L2 error {worst:.2g} against PyTorch's operators")
    return worst


def main():
    program, names = sys.argv[1], sys.argv[2:]
    try:
        convgauge(program, "export", "--help")
    except ValueError:
        print("skipped: this build has no ONNX")
        return 77
    passed = failed = 0
    families, operators = set(), set()
    names = names or [row["name"] for row in json.loads(convgauge(program, "list", "networks", "--json"))]
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            family = name.split(":")[0]
            try:
                models = check_forms(program, Path(folder), name)
                for model in models:
                    operators |= {node.op_type for node in model.graph.node}
                text = "checked" if all(map(is_known, models)) else "newer than this Python package"
                if family not in families:
                    families.add(family)
                    error = check_tensors(program, Path(folder), f"{name.split('@')[0]}@64")
                    text += f", relative L2 error {error:.1e} at 64x64"
                passed += 1
            except (ValueError, onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as wrong:
                failed += 1
                text = f"FAILED: {wrong}"
            print(f"{name:32} {text}", flush=True)
    print("operators:", ", ".join(sorted(operators)))
    return closing("exported files", passed, failed)


if __name__ == "__main__":
    sys.exit(main())
