#!/usr/bin/env python3
"""Networks of the model zoos, written by today's exporters, read and held against the framework that they come from.

usage: zoos.py PROGRAM FOLDER EXPORTER [NAME...]
       zoos.py --table FOLDER

EXPORTER is torch (PyTorch's exporter through torch.export), torchscript (its older one), keras (tf2onnx) or paddle
(paddle2onnx); the packages come from PyPI, into a virtual environment of one's own: torch, torchvision, timm and
onnxscript; tensorflow-cpu and tf2onnx; paddlepaddle, paddle2onnx and packaging. Weights are random, so nothing is downloaded; those
that begin as 0 or 1 (norms, last layers of a branch) are drawn, too, since a branch of zeros would hide what it computes.

Of each network: whether it is read (`cost`), whether its multiply-adds are those of the framework's layers, whether
native's output has a relative L2 error of at most 1e-4 against the framework's (`verify`), and for keras and paddle
whether its layers can be timed (`profile`). FOLDER keeps the files while they are tried, and EXPORTER.csv with what came
out, which --table prints as docs/networks.md has it. No test runs this: the frameworks are not installed there.
"""
import collections
import contextlib
import csv
import io
import json
import os
import sys
import time
import warnings
from pathlib import Path

import numpy
from verified import errors_of, run

TIMM = """resnet18 resnet26t seresnext26t_32x4d ecaresnet26t rexnet_100 res2net50_14w_8s starnet_s1 resnetv2_50 nf_regnet_b0
    densenet121 dla34 vgg11_bn inception_v3 inception_v4 xception41 mobilenetv2_050 mobilenetv3_small_100 mobilenetv4_conv_small
    fbnetc_100 efficientnet_b0 tf_efficientnet_b0 tf_efficientnet_lite0 mixnet_s lcnet_050 ghostnet_100 ghostnetv2_100
    regnetx_002 regnety_002 convnext_atto cs3darknet_focus_s edgenext_xx_small fasternet_t0 repvit_m0_9 inception_next_atto
    repvgg_a0 mobileone_s0 cspresnet50 hrnet_w18_small ese_vovnet19b_dw gernet_s""".split()
BEYOND = "convnextv2_atto resnest14d skresnet18 tresnet_m".split()  # blocks that the graph may have no nodes for
TORCHVISION = "alexnet googlenet mnasnet0_5 shufflenet_v2_x0_5 squeezenet1_0".split()
KERAS = """ConvNeXtTiny DenseNet121 EfficientNetB0 EfficientNetV2B0 InceptionResNetV2 InceptionV3 MobileNet MobileNetV2
    MobileNetV3Large MobileNetV3Small NASNetMobile ResNet50 ResNet50V2 VGG16 Xception""".split()
OWN_SIZE = ("InceptionResNetV2", "InceptionV3", "Xception")
PADDLE = """alexnet densenet121 googlenet inception_v3 LeNet mobilenet_v1 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small
    resnet18 resnet34 resnet50 resnext50_32x4d shufflenet_v2_swish shufflenet_v2_x0_25 shufflenet_v2_x0_33 shufflenet_v2_x0_5
    shufflenet_v2_x1_0 squeezenet1_0 squeezenet1_1 vgg11""".split()

Exported = collections.namedtuple("Exported", "file image output madds")


def image_of(*shape):
    return numpy.random.RandomState(1).randn(*shape).astype(numpy.float32)


def drawn(name, values):
    """What stands for a parameter or statistic of `values`; None: it may stay as it is."""
    values, numbers = numpy.asarray(values), numpy.random.RandomState(sum(map(ord, name)))
    if values.size and values.ndim > 1 and values.std() > 0:
        return None
    positive = values.size and values.mean() > 1e-8  # a scale, a variance, a factor of a branch
    drawn_values = numbers.uniform(0.6, 1.4, values.shape) if positive else 0.1 * numbers.randn(*values.shape)
    return numpy.asarray(drawn_values, dtype=numpy.float32)


# ---- PyTorch ----

def torch_network(name):
    import timm
    import torchvision
    if name in TORCHVISION:
        more = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
        return getattr(torchvision.models, name)(weights=None, **more), (1, 3, 224, 224)
    network = timm.create_model(name, pretrained=False)
    return network, (1, *network.default_cfg["input_size"])


def run_torch(network, image):
    """Its output and the multiply-adds of all its convolutions and matrices."""
    from torch.utils.flop_counter import FlopCounterMode
    with FlopCounterMode(display=False) as counter:
        output = network(image).numpy()
    return output, counter.get_total_flops() // 2


def export_torch(name, file, dynamo):
    import torch
    torch.manual_seed(1)
    network, shape = torch_network(name)
    with torch.no_grad():
        for key, tensor in [*network.named_parameters(), *network.named_buffers()]:
            values = drawn(key, tensor.numpy()) if tensor.is_floating_point() else None
            if values is not None:
                tensor.copy_(torch.from_numpy(values))
        network.eval()
        image = torch.from_numpy(image_of(*shape))
        with contextlib.redirect_stdout(io.StringIO()):
            torch.onnx.export(network, (image,), str(file), dynamo=dynamo)
        output, madds = run_torch(network, image)
    return Exported(file, image.numpy(), output, madds)


# ---- Keras ----

def count_keras(network):
    madds = 0
    for layer in network.layers:
        kind = type(layer).__name__
        if kind not in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"):
            continue
        pixels = int(numpy.prod(layer.output.shape[1:-1]))
        for weight in layer.weights:
            if len(weight.shape) > 1:
                madds += pixels * int(numpy.prod(weight.shape))
    return madds


def export_keras(name, file):
    import keras
    network = getattr(keras.applications, name)(weights=None, input_shape=None if name in OWN_SIZE else (224, 224, 3))
    for weight in network.weights:
        values = drawn(weight.path, weight.numpy())
        if values is not None:
            weight.assign(values)
    shape = network.input_shape[1:]
    image = image_of(1, *shape)
    output = network(image, training=False).numpy()
    network.export(str(file), format="onnx", verbose=False)
    return Exported(file, image.transpose(0, 3, 1, 2), output, count_keras(network))


# ---- Paddle ----

def export_paddle(name, file):
    os.environ["POLYGRAPHY_AUTOINSTALL_DEPS"] = "0"
    import paddle
    paddle.seed(1)
    network = getattr(paddle.vision.models, name)()
    shape = (1, 1, 28, 28) if name == "LeNet" else (1, 3, 224, 224)
    counted = []

    def count(layer, _, out):
        weight = layer.weight.shape
        counted.append(int(numpy.prod(out.shape)) * int(numpy.prod(weight[1:]) if len(weight) == 4 else weight[0]))

    with paddle.no_grad():
        for key, tensor in network.state_dict().items():
            values = drawn(key, tensor.numpy())
            if values is not None:
                tensor.set_value(values)
        network.eval()
        image = image_of(*shape)
        paddle.onnx.export(network, str(file.with_suffix("")), input_spec=[paddle.static.InputSpec(shape, "float32", "x")])
        for layer in network.sublayers():
            if isinstance(layer, (paddle.nn.Conv2D, paddle.nn.Linear)):
                layer.register_forward_post_hook(count)
        output = network(paddle.to_tensor(image))
    if isinstance(output, (list, tuple)):  # the classes, then those of classifiers that are for training alone
        file, output, counted = Path(f"{file}:fetch_name_0"), output[0], []
    return Exported(file, image, output.numpy(), sum(counted))


EXPORTERS = {
    "torch": (TIMM + TORCHVISION + BEYOND, lambda name, file: export_torch(name, file, True)),
    "torchscript": (TIMM + TORCHVISION + BEYOND, lambda name, file: export_torch(name, file, False)),
    "keras": (KERAS, export_keras),
    "paddle": (PADDLE, export_paddle),
}


# ---- what convgauge makes of it ----

def judged(program, exporter, exported):
    """(verdict, error): "agrees", or "refused: ...", "wrong: ..."."""
    got = run(program, "cost", exported.file, "--json")
    if got.returncode != 0:
        return "refused: " + got.stderr.strip().split(".onnx: ")[-1].removeprefix("operators that are not read: "), ""
    madds = json.loads(got.stdout)["total"]["madds"]
    try:
        errors = errors_of(program, exported.file, exported.image, exported.output, "--engine", "native", "--isa", "avx2",
                           "--threads", 1, "--fusion", "full")
    except ValueError as wrong:
        return f"wrong: {wrong}", ""
    if exported.madds and madds != exported.madds:
        return f"wrong: {madds} multiply-adds, not {exported.madds}", ""
    if exporter in ("keras", "paddle"):
        timed = run(program, "profile", exported.file, "--processes", 2, "--seconds", 0.3, "--no-roofline", "--json")
        if timed.returncode != 0:
            return f"wrong: profile: {timed.stderr.strip()[-200:]}", ""
    return "agrees", f"{max(errors.values()):.1e}"


def try_one(program, folder, exporter, name):
    export = EXPORTERS[exporter][1]
    file = folder / f"{name}.onnx"
    try:
        return judged(program, exporter, export(name, file))
    except Exception as wrong:  # whatever frameworks raise  pylint: disable=broad-except
        return f"not exported: {type(wrong).__name__}: {' '.join(str(wrong).split())[:160]}", ""
    finally:
        if "--keep" not in sys.argv:
            for left in folder.glob(f"{name}.*"):
                left.unlink()


def table(folder):
    """The two tables of docs/networks.md: what agrees, by exporter, and what does not, with the reason."""
    others = []
    print("| exporter | tried | agree | largest error | networks that agree |\n|---|---|---|---|---|")
    for exporter in EXPORTERS:
        path = folder / f"{exporter}.csv"
        rows = list(csv.DictReader(path.open(encoding="utf-8"))) if path.exists() else []
        agree = [row for row in rows if row["verdict"] == "agrees"]
        others += [(row["network"], exporter, row["verdict"]) for row in rows if row not in agree]
        if agree:
            print(f"| {exporter} | {len(rows)} | {len(agree)} | {max(float(row['error']) for row in agree):.1e} | "
                  + ", ".join(sorted((row["network"] for row in agree), key=str.lower)) + " |")
    print("\n| network | exporter | what is said |\n|---|---|---|")
    for row in sorted(others):
        print("| " + " | ".join(row) + " |")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--keep"]
    if arguments[0] == "--table":
        return table(Path(arguments[1]))
    program, folder, exporter, names = arguments[0], Path(arguments[1]), arguments[2], arguments[3:]
    warnings.filterwarnings("ignore")
    folder.mkdir(parents=True, exist_ok=True)
    path, rows = folder / f"{exporter}.csv", {}
    if path.exists():
        rows = {row["network"]: row for row in csv.DictReader(path.open(encoding="utf-8"))}
    for name in names or EXPORTERS[exporter][0]:
        began = time.monotonic()
        verdict, error = try_one(program, folder, exporter, name)
        rows[name] = {"network": name, "verdict": verdict, "error": error}
        print(f"{name:24} {verdict} {error} ({time.monotonic() - began:.0f} s)", flush=True)
        with path.open("w", encoding="utf-8") as file:
            out = csv.DictWriter(file, ["network", "verdict", "error"], lineterminator="\n")
            out.writeheader()
            out.writerows(rows.values())
    counts = collections.Counter(row["verdict"].split(":")[0] for row in rows.values())
    print(f"{exporter}: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
