#!/usr/bin/env python3
"""Small random graphs of the operators that the importer reads, against ONNX Runtime (PyPI: onnxruntime, onnx, numpy).

usage: random_graphs.py PROGRAM FIRST LAST [FOLDER]

For each seed from FIRST to LAST: a graph of operator set 6 to 28 with strides, pads, dilations, groups, rounding up,
automatic padding, constants in every form. Half of the files declare another height and width and are read at the
right one (NET.onnx@SIZE), some have their nodes in another order, some their data in a second file. `convgauge verify`
compares. Prints how many agree, are refused, are wrong (status 1 where any is). With FOLDER the graphs that agree are
kept there with cases.csv, as tests/test_onnx_cases.c reads them.
"""
import collections
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

onnxruntime.set_default_logger_severity(4)
OPERATOR_SETS = range(6, 29)
RUN_AS = range(7, 27)  # what ONNX Runtime 1.32 takes: a graph of another set runs as one of the nearest of these


def broadcast_before_7(node, constants):
    """What a constant is repeated over is said by attributes; it comes second."""
    at = 2 if node.op_type == "Gemm" else 1
    if node.op_type in ("Add", "Mul") and node.input[0] in constants:
        node.input.append(node.input.pop(0))
    if node.input[0] in constants:
        raise ValueError("a constant before a map")
    if node.input[at] not in constants:
        return
    values = constants[node.input[at]]
    node.attribute.append(helper.make_attribute("broadcast", 1))
    if values.ndim > 2 and values.size > 1:  # channels
        node.attribute.append(helper.make_attribute("axis", 1))
    constants[node.input[at]] = values.reshape(() if values.size == 1 else -1)


class Graph:
    """A graph that grows operator by operator; `value` is a map of `shape`."""

    def __init__(self, seed):
        self.draw, self.numbers = random.Random(seed), numpy.random.RandomState(seed)
        self.opset = self.draw.choice(OPERATOR_SETS)
        self.nodes, self.constants, self.names = [], [], 0
        size = self.draw.randint(5, 11), self.draw.randint(5, 11)
        self.input_shape = [self.draw.choice((1, 1, 1, 2)), self.draw.choice((2, 3, 4, 6)), *size]
        self.value, self.shape = "x", self.input_shape
        self.image = self.numbers.randn(*self.input_shape).astype(numpy.float32)

    def needs(self, opset):
        if self.opset < opset:
            raise ValueError(f"not of set {self.opset}")

    def likely(self, share):
        return self.draw.random() < share

    def pick(self, *choices):
        return self.draw.choice(choices)

    def name(self):
        self.names += 1
        return f"v{self.names}"

    def constant(self, values):
        self.constants.append(numpy_helper.from_array(numpy.asarray(values), self.name()))
        return self.constants[-1].name

    def floats(self, *dims):
        return self.constant(numpy.asarray(0.5 * self.numbers.randn(*dims), dtype=numpy.float32))

    def ints(self, *values):
        return self.constant(numpy.array(values, dtype=numpy.int64))

    def add(self, operator, inputs, outputs=1, **attributes):
        names = [self.name() for _ in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def model(self, output, declared=None):
        nodes, constants = self.of_set_6() if self.opset == 6 else (self.nodes, self.constants)
        return self.made_of(nodes, constants, output, self.opset, declared)

    def made_of(self, nodes, constants, output, opset, declared=None):
        given = helper.make_tensor_value_info("x", TensorProto.FLOAT, declared or self.input_shape)
        made = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
        graph = helper.make_graph(nodes, "g", [given], [made], constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)

    def of_set_6(self):
        """Nodes and constants as they are written in set 6, where they can be: those of set 7 mean the same."""
        constants, nodes = {c.name: numpy_helper.to_array(c) for c in self.constants}, []
        for given in self.nodes:
            node = onnx.NodeProto()
            node.CopyFrom(given)
            if node.op_type in ("BatchNormalization", "Dropout"):
                node.attribute.append(helper.make_attribute("is_test", 1))
            if node.op_type in ("Max", "Min", "Mean", "Sum") and any(name in constants for name in node.input):
                raise ValueError("constants that are repeated")
            if node.op_type in ("Add", "Sub", "Mul", "Div", "Gemm"):
                broadcast_before_7(node, constants)
            nodes.append(node)
        return nodes, [numpy_helper.from_array(values, name) for name, values in constants.items()]

    def as_run(self, output):
        """The model that ONNX Runtime is given: newer sets change nothing of these operators."""
        opset = min(max(self.opset, RUN_AS[0]), RUN_AS[-1])
        if self.opset == 6:
            self.of_set_6()
        for node in self.nodes:
            if self.opset > RUN_AS[-1] and onnx.defs.get_schema(node.op_type, self.opset).since_version > RUN_AS[-1]:
                raise ValueError(f"{node.op_type} of set {self.opset} is another than that of {RUN_AS[-1]}")
        return self.made_of(self.nodes, self.constants, output, opset)

    def run(self, output):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(self.as_run(output).SerializeToString(), options,
                                               providers=["CPUExecutionProvider"])
        return session.run(None, {"x": self.image})[0]

    # ---- operators: each returns the name of a map made of x ----

    def padding(self, most):
        if self.likely(0.45):
            return {"pads": [self.draw.randint(0, m) for m in (*most, *most)]}
        return {"auto_pad": self.pick("SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET")} if self.likely(0.5) else {}

    def conv(self, x):
        channels = self.shape[1]
        group = self.pick(1, 1, 1, channels, 2)
        group = group if channels % group == 0 else 1
        kernel = self.pick(1, 2, 3, 3, 5), self.pick(1, 3, 3)
        attributes = {"group": group, **self.padding((2, 2))}
        if self.likely(0.5):
            attributes["strides"] = [self.pick(1, 2, 3), self.pick(1, 2)]
        if self.likely(0.3):
            attributes["dilations"] = [self.pick(1, 2), self.pick(1, 2)]
        out = group * self.pick(1, 2, 3)
        bias = [self.floats(out)] if self.likely(0.5) else []
        return self.add("Conv", [x, self.floats(out, channels // group, *kernel), *bias], **attributes)

    def pool(self, x):
        operator, kernel = self.pick("MaxPool", "AveragePool"), (self.pick(2, 3, 3, 4), self.pick(1, 2, 3))
        attributes = {"kernel_shape": kernel, **self.padding((kernel[0] - 1, kernel[1] - 1))}
        if self.likely(0.8):
            attributes["strides"] = [self.pick(1, 2, 3), self.pick(1, 2, 3)]
        if self.opset >= (10 if operator == "MaxPool" else 19) and self.likely(0.25):
            attributes["dilations"] = [self.pick(1, 2), self.pick(1, 2)]
        if self.opset >= 10 and self.likely(0.5):
            attributes["ceil_mode"] = self.pick(0, 1, 1)
        if operator == "AveragePool" and self.opset >= 7 and self.likely(0.6):
            attributes["count_include_pad"] = self.pick(0, 1)
        return self.add(operator, [x], **attributes)

    def norm(self, x):
        channels = self.shape[1]
        variance = self.constant((self.numbers.rand(channels) + 0.3).astype(numpy.float32))
        attributes = {"epsilon": self.pick(1e-3, 0.1, 0.0)} if self.likely(0.5) else {}
        return self.add("BatchNormalization", [x, *(self.floats(channels) for _ in range(3)), variance], **attributes)

    def clip(self, x):
        least, most = self.pick((0.0, 6.0), (-1.0, 1.0), (0.25, 3.0), (-2.0, 6.0), (1.0, -1.0))
        if self.opset < 11:
            return self.add("Clip", [x], min=least, max=most)
        bounds = [self.constant(numpy.float32(bound)) if self.likely(0.8) else "" for bound in (least, most)]
        return self.add("Clip", [x, *bounds])

    def act(self, x):
        kind = self.pick("Relu", "Sigmoid", "HardSigmoid", "HardSwish", "Clip", "Max", "product", "LeakyRelu", "Elu", "Mish")
        if kind == "Mish" and self.opset < 18:
            kind = "Neg"
        if kind == "Clip":
            return self.clip(x)
        if kind == "Max" and self.opset >= 8:
            return self.add("Max", [x, self.constant(numpy.float32(0))])
        if kind == "product":
            gate = self.add("HardSigmoid", [x], alpha=1 / 6) if self.likely(0.5) else self.add("Sigmoid", [x])
            return self.add("Mul", self.draw.sample([x, gate], 2))
        if kind in ("Max", "HardSwish") and self.opset < 14:
            kind = "Relu"
        return self.add(kind, [x], **({"alpha": self.pick(1 / 6, 0.2)} if kind == "HardSigmoid" else {}))

    def arithmetic(self, x):
        operator, channels = self.pick("Add", "Sub", "Mul", "Div"), self.shape[1]
        dims = self.pick((), (1,), (channels, 1, 1), (1, channels, 1, 1), (1, 1, 1))
        number = self.constant(numpy.asarray(self.numbers.rand(*dims) + 0.5, dtype=numpy.float32))
        return self.add(operator, [x, number] if operator == "Div" or self.likely(0.6) else [number, x])

    def extremes(self, x):
        """Max, Min, Mean or Sum of the map, another and a constant."""
        inputs = [x, self.act(x), self.floats(*self.pick((), (1,), (self.shape[1], 1, 1), (1, self.shape[1], 1, 1)))]
        return self.add(self.pick("Max", "Min", "Mean", "Sum"), self.draw.sample(inputs, self.pick(1, 2, 3)))

    def reduced(self, x):
        """A sum, mean or maximum over some axes."""
        operator = self.pick("ReduceSum", "ReduceMean", "ReduceMax")
        axes = self.pick((1,), (2,), (3,), (2, 3), (1, 2, 3), (1, 3))
        if self.opset >= (13 if operator == "ReduceSum" else 18):
            return self.add(operator, [x, self.ints(*axes)], keepdims=1)
        return self.add(operator, [x], axes=axes, keepdims=1)

    def broadcast(self, x):
        """The map and what is left of it over some axes."""
        self.needs(7)
        return self.add(self.pick("Add", "Mul", "Sub"), [x, self.reduced(x)])

    def space_to_depth(self, x):
        n, c, h, w = self.shape
        block = self.pick(2, 3)
        if self.likely(0.4):
            return self.add("SpaceToDepth", [x], blocksize=block)
        apart = self.add("Reshape", [x, self.ints(n, c, h // block, block, w // block, block)])
        turned = self.add("Transpose", [apart], perm=self.pick((0, 3, 5, 1, 2, 4), (0, 1, 3, 5, 2, 4), (0, 5, 1, 3, 2, 4)))
        return self.add("Reshape", [turned, self.ints(n, c * block * block, h // block, w // block)])

    def depth_to_space(self, x):
        """Blocks of pixels made of channels, by the operator or as a view of them."""
        n, c, h, w = self.shape
        out, (rows, columns) = self.pick(1, 2, 3), self.pick((2, 2), (3, 3), (1, 2), (2, 1), (2, 3))
        x = self.add("Conv", [x, self.floats(out * rows * columns, c, 1, 1)])
        by_pixels = self.likely(0.5)
        if rows == columns and self.likely(0.5):
            mode = {"mode": "DCR" if by_pixels else "CRD"} if self.opset >= 11 else {}
            return self.add("DepthToSpace", [x], blocksize=rows, **mode)
        apart = self.ints(*((n, rows, columns, out, h, w) if by_pixels else (n, out, rows, columns, h, w)))
        turned = self.add("Transpose", [self.add("Reshape", [x, apart])],
                          perm=(0, 3, 4, 1, 5, 2) if by_pixels else (0, 1, 4, 2, 5, 3))
        return self.add("Reshape", [turned, self.ints(n, out, h * rows, w * columns)])

    def channels_last(self, x):
        """Operators on [n, h, w, c]."""
        last, channels = self.add("Transpose", [x], perm=[0, 2, 3, 1]), self.shape[1]
        for _ in range(self.pick(1, 2)):
            kind = self.pick("Concat", "Mul", "Slice", "MatMul")
            if kind == "Concat":
                last, channels = self.add("Concat", [last, self.add("Relu", [last])], axis=3), 2 * channels
            elif kind == "Mul":
                last = self.add("Mul", [last, self.floats(channels)])
            elif kind == "Slice" and self.opset >= 10:
                last = self.add("Slice", [last, *map(self.ints, (1, 1 << 31, self.pick(1, 2)))])
            else:
                out = self.pick(2, 5)
                last, channels = self.add("MatMul", [last, self.floats(channels, out)]), out
        return self.add("Transpose", [last], perm=[0, 3, 1, 2])

    def outside(self, x):
        """Padding by the map's own rows and columns."""
        mode, pads = self.pick("reflect", "edge"), [0, 0] + [self.draw.randint(0, 2) for _ in range(2)]
        pads += [0, 0] + [self.draw.randint(0, 2) for _ in range(2)]
        if self.opset < 11:
            return self.add("Pad", [x], pads=pads, mode=mode)
        return self.add("Pad", [x, self.ints(*pads)], mode=mode)

    def picked_pixels(self, x):
        if self.opset < 10:
            return self.cut(x)
        return self.add("Slice", [x, *(self.ints(*pair) for pair in ((0, 1), (1 << 31, 1 << 31), (2, 3), (2, self.pick(1, 2))))])

    def pad(self, x):
        pads = [0, 0, self.draw.randint(-1, 2), self.draw.randint(-1, 2)] + [0, 0, 1, self.draw.randint(-1, 2)]
        if self.opset < 11:
            return self.add("Pad", [x], pads=pads, mode="constant")
        if self.opset >= 18 and self.likely(0.5):
            return self.add("Pad", [x, self.ints(pads[3], pads[2], pads[7], pads[6]), "", self.ints(-1, 2)])
        return self.add("Pad", [x, self.ints(*pads)])

    def cut(self, x):
        axis = self.pick(1, 2, 3)
        extent = self.shape[axis]
        start, end = self.pick(0, 1, -2, -extent), self.pick(extent, extent - 1, -1, 1 << 31)
        if self.opset < 10:
            return self.add("Slice", [x], starts=[start], ends=[end], axes=[axis])
        step = self.pick(1, 2, -1) if axis == 1 else 1
        if step < 0:
            start, end = self.pick((-1, -(1 << 40)), (extent - 1, 0))
        return self.add("Slice", [x, *map(self.ints, (start, end, self.pick(axis, axis - 4), step))])

    def split(self, x):
        channels, parts = self.shape[1], self.pick(2, 3)
        axis = self.pick(1, -3) if self.opset >= 11 else 1
        if channels % parts == 0 or (self.opset >= 18 and channels > (channels + parts - 1) // parts * (parts - 1)):
            number = {"num_outputs": parts} if self.opset >= 18 else {}
            made = self.add("Split", [x], parts, axis=axis, **number)
        elif self.opset < 13:
            made = self.add("Split", [x], 2, axis=axis, split=[1, channels - 1])
        else:
            made = self.add("Split", [x, self.ints(1, channels - 1)], 2, axis=axis)
        return made[0] if self.likely(0.4) else self.add("Concat", self.draw.sample(made, len(made)), axis=axis)

    def gather(self, x):
        channels = self.shape[1]
        least = -channels if self.opset >= 11 else 0
        index = [self.draw.randrange(least, channels) for _ in range(self.draw.randint(1, channels + 1))]
        return self.add("Gather", [x, self.ints(*index)], axis=1)

    def shuffle(self, x):
        n, c, h, w = self.shape
        groups = self.pick(*(g for g in range(1, c + 1) if c % g == 0))
        apart = self.add("Reshape", [x, self.ints(self.pick(0, n), groups, c // groups, self.pick(h, -1), w)])
        turned = self.add("Transpose", [apart], perm=[0, 2, 1, 3, 4])
        return self.add("Reshape", [turned, self.ints(n, self.pick(c, -1), h, w)])

    def residual(self, x):
        other = self.act(x) if self.likely(0.5) else self.norm(x)
        operator = self.pick("Add", "Sum", "Concat")
        return self.add(operator, [x, other], **({"axis": 1} if operator == "Concat" else {}))

    def mean(self, x, keep):
        axes = self.pick((2, 3), (-1, -2), (3, 2)) if self.opset >= 11 else (2, 3)
        if self.opset < 18:
            return self.add("ReduceMean", [x], axes=axes, keepdims=keep)
        return self.add("ReduceMean", [x, self.ints(*axes)], keepdims=keep)

    def gate(self, x):
        self.needs(7)
        channels = self.shape[1]
        pooled = self.add("GlobalAveragePool", [x]) if self.likely(0.5) else self.mean(x, 1)
        made = self.add("Conv", [pooled, self.floats(channels, channels, 1, 1), self.floats(channels)])
        return self.add("Mul", self.draw.sample([x, self.add(self.pick("Sigmoid", "Relu"), [made])], 2))

    def same(self, x):
        kind = self.pick("Identity", "Dropout", "Cast", "turned", "shape")
        if kind == "turned":
            last = self.add("Relu", [self.add("Transpose", [x], perm=[0, 2, 3, 1])])
            return self.add("Transpose", [last], perm=[0, 3, 1, 2])
        if kind == "shape":
            return self.add("Reshape", [x, self.add("Shape", [x])])
        return self.add(kind, [x], **({"to": TensorProto.FLOAT} if kind == "Cast" else {}))

    # ---- the end ----

    def flat(self, x):
        """The value as [images, features], and how many features."""
        n, c, h, w = self.shape
        kind = self.pick("Flatten", "Reshape", "last", "mean", "squeezed")
        if kind == "mean":
            return self.mean(x, 0), c
        if kind == "squeezed":
            pooled = self.add(self.pick("GlobalAveragePool", "GlobalMaxPool"), [x])
            if self.opset < 13:
                return self.add("Squeeze", [pooled], axes=[2, 3]), c
            return self.add("Squeeze", [pooled, self.ints(2, 3)]), c
        if kind == "last":
            x = self.add("Transpose", [x], perm=[0, 2, 3, 1])
        if kind == "Flatten":
            return self.add("Flatten", [x]), c * h * w
        return self.add("Reshape", [x, self.ints(n, -1)]), c * h * w

    def layer(self, x):
        (x, features), out = self.flat(x), self.pick(3, 5)
        if self.likely(0.4):
            made = self.add("MatMul", [x, self.floats(features, out)])
            return self.add("Add", self.draw.sample([made, self.floats(out)], 2))
        turned = self.pick(0, 1)
        attributes = {"transB": turned, "alpha": self.pick(1.0, 0.5), "beta": self.pick(1.0, 2.0)}
        bias = self.floats(*self.pick((out,), (1, out), (1,), (1, 1), ()))
        return self.add("Gemm", [x, self.floats(*((out, features) if turned else (features, out))), bias], **attributes)

    def grow(self):
        """Operators one after the other; those that ONNX Runtime does not take are dropped. The output's values."""
        kinds = (self.conv, self.conv, self.pool, self.pool, self.norm, self.act, self.act, self.arithmetic, self.pad,
                 self.cut, self.split, self.gather, self.shuffle, self.residual, self.gate, self.same, self.extremes,
                 self.broadcast, self.space_to_depth, self.depth_to_space, self.channels_last, self.outside,
                 self.picked_pixels, self.reduced)
        for _ in range(self.draw.randint(2, 6)):
            kept = len(self.nodes), len(self.constants)
            try:
                made = self.pick(*kinds)(self.value)
                shape = list(self.run(made).shape)
                if len(shape) != 4 or 0 in shape:
                    raise ValueError("an empty map")
                self.value, self.shape = made, shape
            except Exception:  # pylint: disable=broad-except
                del self.nodes[kept[0]:], self.constants[kept[1]:]
        self.value = self.value if self.likely(0.3) else self.layer(self.value)
        return self.run(self.value)


def write(graph, seed, folder):
    """Writes net.onnx and input.npy; what is to be asked of the file."""
    declared, request = list(graph.input_shape), ""
    if graph.likely(0.5):
        declared[2:] = graph.draw.randint(1, 40), graph.pick("width", 17)
        request = f"@{graph.input_shape[3]}x{graph.input_shape[2]}"
    if graph.likely(0.4):
        graph.draw.shuffle(graph.nodes)
    model = graph.model(graph.value, declared)
    if seed % 4 == 0:
        onnx.save(model, str(folder / "net.onnx"), save_as_external_data=True, location="net.onnx.data",
                  size_threshold=0)
    else:
        onnx.save(model, str(folder / "net.onnx"))
    numpy.save(folder / "input.npy", graph.image)
    return request


def check(program, seed, folder):
    """What becomes of the seed's graph, and what was asked of it."""
    graph = Graph(seed)
    try:
        want = graph.grow()
    except Exception:  # pylint: disable=broad-except
        return "not taken by ONNX Runtime", ""
    if not numpy.isfinite(want).all():
        return "not finite", ""
    request = write(graph, seed, folder)
    numpy.save(folder / "output.npy", numpy.ascontiguousarray(want))
    got = subprocess.run([program, "verify", f"{folder}/net.onnx{request}", "--input", folder / "input.npy", "--expect",
                          folder / "output.npy", "--engine", "native", "--threads", "1"],
                         capture_output=True, text=True, check=False)
    text = (got.stdout + got.stderr).strip().split("\n")[-1]
    if got.returncode == 0:
        return "agrees", request
    wrong = got.returncode == 3 or "the graph has" in text
    print(f"seed {seed}: {text}", file=sys.stderr)
    return "WRONG" if wrong else "refused", request


def main():
    program, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    kept = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    found, rows = collections.Counter(), ["model,request,tensors,right\n"]
    for seed in range(first, last + 1):
        with tempfile.TemporaryDirectory() as folder:
            verdict, request = check(program, seed, Path(folder))
            found[verdict] += 1
            if kept and verdict == "agrees":
                shutil.copytree(folder, kept / f"seed_{seed}", dirs_exist_ok=True)
                rows.append(f"seed_{seed},{request},seed_{seed},same\n")
    if kept:
        (kept / "cases.csv").write_text("".join(rows))
    print(", ".join(f"{count} {verdict}" for verdict, count in found.most_common()))
    return 1 if found["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())
