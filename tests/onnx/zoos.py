#!/usr/bin/env python3
"""Networks of the model zoos, written by today's exporters, read and held against the framework that they come from.

usage: zoos.py PROGRAM FOLDER EXPORTER [NAME...]
       zoos.py --table FOLDER

EXPORTER is torch (PyTorch's exporter through torch.export), torchscript (its older one), today (the same, of networks that
are built in here, too, under the names of configs/networks), keras (tf2onnx) or paddle (paddle2onnx); the packages come from PyPI, into a virtual environment of one's own: torch, torchvision, timm and
onnxscript; tensorflow-cpu and tf2onnx; paddlepaddle, paddle2onnx and packaging. Weights are random, so nothing is downloaded; those
that begin as 0 or 1 (norms, last layers of a branch) are drawn, too, since a branch of zeros would hide what it computes.

Of each network: whether it is read (`cost`), whether its multiply-adds are those of the framework's layers, whether
native's output has a relative L2 error of at most 1e-4 against the framework's (`verify`), for keras and paddle whether
its layers can be timed (`profile`), and for today whether the built-in network has as many parameters as the framework's and
convolutions and fully connected layers of the same shapes as the file. FOLDER keeps the files while they are tried, and EXPORTER.csv with what came
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
# Networks of configs/networks and what they are called by timm, or (of another maker) torchvision.
TODAY = {
    "mobilenet_v4:conv_s": "mobilenetv4_conv_small", "mobilenet_v4:conv_m": "mobilenetv4_conv_medium",
    "mobilenet_v4:conv_l": "mobilenetv4_conv_large", "mobilenet_v3:large": "mobilenetv3_large_100",
    "mobilenet_v3:small": "mobilenetv3_small_100", "efficientnet:b0": "efficientnet_b0",
    "efficientnet_lite:0": "tf_efficientnet_lite0", "mnasnet:b1": "mnasnet_100", "mnasnet:a1": "semnasnet_100",
    "ghostnet:1.0x": "ghostnet_100", "ghostnet_v2:1.0x": "ghostnetv2_100", "mobileone:s0": "mobileone_s0",
    "mobileone:s0_train": "mobileone_s0", "mobileone:s1": "mobileone_s1", "mobileone:s2": "mobileone_s2",
    "repvgg:a0": "repvgg_a0", "repvgg:a0_train": "repvgg_a0", "repvgg:b0": "repvgg_b0", "fasternet:t0": "fasternet_t0",
    "fasternet:t1": "fasternet_t1", "regnet_x:400mf": "regnetx_004", "regnet_x:800mf": "regnetx_008",
    "regnet_y:400mf": "regnety_004", "regnet_y:800mf": "regnety_008", "pp_lcnet:0.5x": "lcnet_050", "pp_lcnet:1.0x": "lcnet_100",
    "convnext:atto": "convnext_atto", "convnext:tiny": "convnext_tiny", "starnet:s1": "starnet_s1",
    "squeezenet:1.1": "squeezenet1_1", "resnet:18": "resnet18", "resnext:50_32x4d": "resnext50_32x4d",
}
DEPLOYED = ("mobileone:s0", "mobileone:s1", "mobileone:s2", "repvgg:a0", "repvgg:b0")  # what is trained has more branches
KERAS = """ConvNeXtTiny DenseNet121 EfficientNetB0 EfficientNetV2B0 InceptionResNetV2 InceptionV3 MobileNet MobileNetV2
    MobileNetV3Large MobileNetV3Small NASNetMobile ResNet50 ResNet50V2 VGG16 Xception""".split()
OWN_SIZE = ("InceptionResNetV2", "InceptionV3", "Xception")
PADDLE = """alexnet densenet121 googlenet inception_v3 LeNet mobilenet_v1 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small
    resnet18 resnet34 resnet50 resnext50_32x4d shufflenet_v2_swish shufflenet_v2_x0_25 shufflenet_v2_x0_33 shufflenet_v2_x0_5
    shufflenet_v2_x1_0 squeezenet1_0 squeezenet1_1 vgg11""".split()

Exported = collections.namedtuple("Exported", "file image output madds params", defaults=(0,))


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
    if name in TORCHVISION or name == "squeezenet1_1":
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


def export_torch(name, file, dynamo, pixels=0, deployed=False):
    import torch
    torch.manual_seed(1)
    network, shape = torch_network(name)
    shape = (*shape[:2], pixels, pixels) if pixels else shape
    with torch.no_grad():
        for key, tensor in [*network.named_parameters(), *network.named_buffers()]:
            values = drawn(key, tensor.numpy()) if tensor.is_floating_point() else None
            if values is not None:
                tensor.copy_(torch.from_numpy(values))
        network.eval()
        if deployed:
            from timm.utils import reparameterize_model
            network = reparameterize_model(network)
        image = torch.from_numpy(image_of(*shape))
        with contextlib.redirect_stdout(io.StringIO()):
            torch.onnx.export(network, (image,), str(file), dynamo=dynamo)
        output, madds = run_torch(network, image)
    return Exported(file, image.numpy(), output, madds, sum(p.numel() for p in network.parameters()))


def pixels_of(name):
    """The size at which a built-in network is counted."""
    return 256 if name == "mobilenet_v4:conv_l" else 224


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
    # what it does to the image before holds constants, of which tf2onnx makes inputs without a value
    plain = {"include_preprocessing": False} if name.startswith("EfficientNetV2") else {}
    network = getattr(keras.applications, name)(weights=None, input_shape=None if name in OWN_SIZE else (224, 224, 3), **plain)
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
    "today": (list(TODAY), lambda name, file: export_torch(TODAY[name], file, False, pixels_of(name), name in DEPLOYED)),
    "keras": (KERAS, export_keras),
    "paddle": (PADDLE, export_paddle),
}


# ---- what convgauge makes of it ----

def layers_of(cost):
    """What convolutions and fully connected layers there are, in no order: those of branches may differ."""
    return collections.Counter((str(layer["input"]), str(layer["output"]), layer["madds"]) for layer in cost["layers"]
                               if layer["madds"] > 0)


def differs(program, name, exported):
    """What the built-in network has otherwise than the file and the framework; "" when nothing."""
    own, read = (json.loads(run(program, "cost", what, "--json").stdout) for what in (f"{name}@{pixels_of(name)}", exported.file))
    if own["total"]["params"] != exported.params:
        return f"{own['total']['params']} parameters, not {exported.params}"
    other = layers_of(read) - layers_of(own) or layers_of(own) - layers_of(read)
    return f"layers that only one has: {dict(other)}" if other else ""


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
    """A row of EXPORTER.csv."""
    export = EXPORTERS[exporter][1]
    file = folder / f"{name.replace(':', '-')}.onnx"
    counted = {}
    try:
        exported = export(name, file)
        counted = {"madds": exported.madds, "params": exported.params}
        verdict, error = judged(program, exporter, exported)
        wrong = differs(program, name, exported) if exporter == "today" and verdict == "agrees" else ""
        verdict = f"wrong: {wrong}" if wrong else verdict
    except Exception as wrong:  # whatever frameworks raise  pylint: disable=broad-except
        verdict, error = f"not exported: {type(wrong).__name__}: {' '.join(str(wrong).split())[:160]}", ""
    finally:
        if "--keep" not in sys.argv:
            for left in folder.glob(f"{file.stem}.*"):
                left.unlink()
    return {"network": name, "verdict": verdict, "error": error, **counted}


def rows_of(folder, exporter):
    path = folder / f"{exporter}.csv"
    return list(csv.DictReader(path.open(encoding="utf-8"))) if path.exists() else []


def table(folder):
    """The tables of docs/networks.md: what agrees, by exporter; what does not, with the reason; the built-in networks."""
    others = []
    print("| exporter | tried | agree | largest error | networks that agree |\n|---|---|---|---|---|")
    for exporter in EXPORTERS:
        rows = rows_of(folder, exporter)
        agree = [row for row in rows if row["verdict"] == "agrees"]
        others += [(row["network"], exporter, row["verdict"]) for row in rows if row not in agree]
        if agree and exporter != "today":
            print(f"| {exporter} | {len(rows)} | {len(agree)} | {max(float(row['error']) for row in agree):.1e} | "
                  + ", ".join(sorted((row["network"] for row in agree), key=str.lower)) + " |")
    print("\n| network | exporter | what is said |\n|---|---|---|")
    for row in sorted(others):
        print("| " + " | ".join(row) + " |")
    print("\n| here | there | multiply-adds | parameters | error |\n|---|---|---|---|---|")
    for row in rows_of(folder, "today"):
        if row["verdict"] == "agrees":
            print(f"| {row['network']} | {TODAY[row['network']]} | {int(row['madds']):,} | {int(row['params']):,} | {row['error']} |")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--keep"]
    if arguments[0] == "--table":
        return table(Path(arguments[1]))
    program, folder, exporter, names = arguments[0], Path(arguments[1]), arguments[2], arguments[3:]
    warnings.filterwarnings("ignore")
    folder.mkdir(parents=True, exist_ok=True)
    path, rows = folder / f"{exporter}.csv", {row["network"]: row for row in rows_of(folder, exporter)}
    for name in names or EXPORTERS[exporter][0]:
        began = time.monotonic()
        rows[name] = row = try_one(program, folder, exporter, name)
        print(f"{name:24} {row['verdict']} {row['error']} ({time.monotonic() - began:.0f} s)", flush=True)
        with path.open("w", encoding="utf-8") as file:
            out = csv.DictWriter(file, ["network", "verdict", "error", "madds", "params"], lineterminator="\n")
            out.writeheader()
            out.writerows(rows.values())
    counts = collections.Counter(row["verdict"].split(":")[0] for row in rows.values())
    print(f"{exporter}: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
