#!/usr/bin/env python3
"""The node tests that the package onnx brings for every runtime, as far as a classification network can hold them.

usage: node_tests.py PROGRAM [--write] [NAME...]

A test is taken when its operator occurs in such networks (OPERATORS), or stands beside those (UNUSED), and its first input
and only output are 32-bit floats of 1 to 4 dimensions. Its other inputs become constants, its first an image: [1, ..., dimensions], brought to its
own dimensions by a Reshape. node_tests.csv beside this file says what is right for each: the output that the test has
(relative L2 error at most 1e-4), or a refusal with that in it, and why that does no harm where it does none. --write writes that list anew. Status 77 where the Python
packages are not installed; tests that another version of the package lacks are left out.
"""
import collections
import csv
import importlib
import pkgutil
import sys
import tempfile
import warnings
from pathlib import Path

try:
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from onnx.backend.test.case import node as tests
    from verified import errors_of, run
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-onnx)")
    sys.exit(77)

LIST = Path(__file__).with_name("node_tests.csv")
MOST_REFUSED = 15  # of operators that such networks have
OPERATORS = set("""
    Add AveragePool BatchNormalization Clip Concat Conv DepthToSpace Div Dropout Elu Erf Flatten Gather Gelu Gemm
    GlobalAveragePool GlobalMaxPool GroupNormalization HardSigmoid HardSwish Identity InstanceNormalization
    LayerNormalization LeakyRelu LogSoftmax LRN MatMul Max MaxPool Mean Min Mish Mul Neg PRelu Pad ReduceMax ReduceMean
    ReduceSum Relu Reshape Resize Sigmoid Slice Softmax Softplus SpaceToDepth Split Squeeze Sub Sum Swish Tanh Transpose Unsqueeze
    Upsample
""".split())

# Operators that classification networks have of constants and shapes alone, or not at all.
UNUSED = set("""
    Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu ConvTranspose Cos Cosh CumSum Exp Expand Floor Hardmax Log
    MeanVarianceNormalization Pow Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMin ReduceProd
    ReduceSumSquare Round Selu Shrink Sign Sin Sinh Softsign Sqrt Tan ThresholdedRelu Tile Trilu
""".split())

# Of these operators, what no classification network holds, by how its name begins.
ELSEWHERE = {
    "concat_": "a constant that is another for each pixel, beside a map",
    "matmul_": "a matrix for each image",
    "resize_": "a map resized otherwise than by repeating pixels",
    "transpose_": "an output with its axes in another order",
}
ELEMENTWISE = set("Add Sub Mul Div Sum Mean Max Min PRelu".split())
VIEWS = set("Clip Dropout Flatten Identity Max Min Mean ReduceSum Reshape Squeeze Sum Transpose Unsqueeze".split())


def floats(array):
    return isinstance(array, numpy.ndarray) and array.dtype == numpy.float32 and array.size > 0


def shape_of_image(operator, image):
    """[images, features] stays so; between constants of all its elements a value is features alone."""
    if image.ndim == 2:
        return [*image.shape, 1, 1]
    if (operator in ELEMENTWISE and image.ndim < 4) or image.ndim == 1:
        return [1, image.size, 1, 1]
    return [1] * (4 - image.ndim) + list(image.shape)


def adapted(test):
    """The test's model with an image as its only input, the image and the output; None where it cannot be."""
    inputs, outputs = test.data_sets[0]
    model, node = onnx.ModelProto(), test.model.graph.node[0]
    model.CopyFrom(test.model)
    graph = model.graph
    if (len(graph.node) != 1 or node.op_type not in OPERATORS | UNUSED or node.domain or len(outputs) != 1 or not inputs
            or not floats(inputs[0]) or not floats(outputs[0]) or not 1 <= inputs[0].ndim <= 4 or outputs[0].ndim > 4
            or not all(isinstance(value, numpy.ndarray) for value in inputs)):
        return None
    for value, given in zip(inputs[1:], list(graph.input)[1:]):
        graph.initializer.append(numpy_helper.from_array(value, given.name))
    image, name = inputs[0], graph.input[0].name
    del graph.input[:]
    shape = shape_of_image(node.op_type, image)
    graph.input.append(helper.make_tensor_value_info("image" if image.ndim < 4 else name, TensorProto.FLOAT, shape))
    if image.ndim < 4:
        graph.initializer.append(numpy_helper.from_array(numpy.array(image.shape, dtype=numpy.int64), "own dimensions"))
        graph.node.insert(0, helper.make_node("Reshape", ["image", "own dimensions"], [name]))
    want = outputs[0]
    if node.op_type in VIEWS:  # some give their input: what is to be computed, then, is one more
        graph.initializer.append(numpy_helper.from_array(numpy.float32(1), "one"))
        graph.node.append(helper.make_node("Add", [graph.output[0].name, "one"], ["one more"]))
        graph.output[0].name, want = "one more", want + numpy.float32(1)
        if want.size == image.size and node.op_type != "Transpose":
            want = want.reshape(shape)  # the same elements in the same order
    model.opset_import[0].version = max(model.opset_import[0].version, 7)  # some name version 1, still in force
    return node.op_type, model, image.reshape(shape), want


def verdict(program, folder, name, test):
    """"agrees", "WRONG: ..." or why it is refused."""
    _, model, image, want = test
    file = Path(folder) / f"{name}.onnx"
    onnx.save(model, str(file))
    got = run(program, "cost", file)
    if got.returncode != 0:
        return got.stderr.strip().split(f"{name}.onnx: ")[-1].removeprefix("operators that are not read: ")
    try:
        errors_of(program, file, image, want, "--engine", "native", "--isa", "scalar", "--threads", 1, "--fusion", "full")
        return "agrees"
    except ValueError as wrong:
        return f"WRONG: {wrong}"


def elsewhere(name, operator, text):
    """Why it does no harm that the test is refused; "" where it does, or is not."""
    if text == "agrees":
        return ""
    if operator in UNUSED:
        return "an operator that no classification network has over maps"
    return next((why for start, why in ELSEWHERE.items() if name.startswith(start)), "")


def all_tests():
    """By name: what adapted() gives. Modules that this version of NumPy is too new for are left out."""
    warnings.simplefilter("ignore")
    for module in pkgutil.iter_modules(tests.__path__):
        try:
            importlib.import_module(f"{tests.__name__}.{module.name}")
        except Exception:  # pylint: disable=broad-except
            pass
    found = {test.name.removeprefix("test_"): adapted(test) for test in tests._NodeTestCases}  # pylint: disable=protected-access
    return {name: test for name, test in sorted(found.items()) if test}


def main():
    program, write, names = sys.argv[1], "--write" in sys.argv, [a for a in sys.argv[2:] if a != "--write"]
    if run(program, "export", "--help").returncode != 0:
        print("skipped: this build has no ONNX")
        return 77
    right = {} if write else {row[0]: row[1] for row in csv.reader(LIST.open(encoding="utf-8"))}
    found, failed, why = {}, 0, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, test in all_tests().items():
            if (names and name not in names) or not (write or name in right):
                continue
            found[name] = verdict(program, folder, name, test)
            why[name] = elsewhere(name, test[0], found[name])
            if found[name] != "agrees" and (write or found[name].startswith("WRONG") or right[name] == "agrees"
                                            or right[name] not in found[name]):
                failed += found[name].startswith("WRONG") or not write
                print(f"{name}: {found[name]}", flush=True)
            elif not write and found[name] != right[name] and found[name] == "agrees":
                print(f"{name} agrees now: write the list anew", flush=True)
    if write:
        with LIST.open("w", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("test", "right", "elsewhere"))
            rows.writerows((name, text.split(" ('")[0], why[name]) for name, text in found.items())
    count = collections.Counter("agree" if text == "agrees" else "are refused, of no classification network" if
                                why[name] else "are refused" for name, text in found.items())
    print(f"node tests of onnx {onnx.__version__}: " + ", ".join(f"{n} {what}" for what, n in count.items()))
    if count["are refused"] > MOST_REFUSED:
        print(f"more than {MOST_REFUSED} of operators that classification networks have are refused")
        failed += 1
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
