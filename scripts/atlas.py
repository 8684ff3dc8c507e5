#!/usr/bin/env python3
"""Makes results/published/findings.csv and sentences.csv: what ncnn's and timm's tables say on the paper's question.

usage: atlas.py [--check] [FOLDER]

FOLDER is results/published. --check: exits with 1 where the files there are others.

A value of ncnn's page is the median over systems on chip (SoCs) of the median over a SoC's settings; its 95 % interval is
the percentile bootstrap over SoCs. Rows that flags.csv names are left out. Times are those of fastest runs. A value of timm's
tables is Spearman's correlation over rows of model and input size; its interval is the bootstrap over models. 1000 resamples,
drawn by splitmix64 from seed 1 anew for each value (index: next % n); quantiles by linear interpolation.
"""
import argparse
import csv
import io
import statistics
import sys
from collections import defaultdict
from pathlib import Path

RESAMPLES = 1000
LIGHT = ["squeezenet", "mobilenet", "mobilenet_v2", "mobilenet_v3", "shufflenet", "shufflenet_v2", "mnasnet", "proxylessnasnet",
         "efficientnet_b0", "regnety_400m"]
DEPTHWISE = "MobileNet V1's gain to ResNet-18's"
INT8 = ["mobilenet", "squeezenet", "googlenet", "resnet18", "resnet50", "vgg16"]
TIMM = {"i9_10940x_images_s": "Core i9-10940X", "i7_12700h_images_s": "Core i7-12700H", "rtx3090_nhwc_images_s": "RTX 3090, NHWC",
        "rtx3090_nchw_images_s": "RTX 3090, NCHW", "rtx4090_nhwc_images_s": "RTX 4090, NHWC",
        "rtx5090_nchw_images_s": "RTX 5090, NCHW"}
BANDS = [(0.1, 1), (1, 5), (5, 20)]
MASK = (1 << 64) - 1


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def draws(n):
    """RESAMPLES lists of n indices below n."""
    state = 1
    for _ in range(RESAMPLES):
        drawn = []
        for _ in range(n):
            state = (state + 0x9E3779B97F4A7C15) & MASK
            z = state
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            drawn.append((z ^ (z >> 31)) % n)
        yield drawn


def quantile(ordered, p):
    at = p * (len(ordered) - 1)
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def interval(values):
    ordered = sorted(values)
    return quantile(ordered, 0.025), quantile(ordered, 0.975)


def ranks(values):
    """Ranks from 1, equal values share their mean."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for at in range(first, last + 1):
            out[order[at]] = (first + last) / 2 + 1
        first = last + 1
    return out


def pearson(x, y, weights):
    total = sum(weights)
    mean_x = sum(map(float.__mul__, x, weights)) / total
    mean_y = sum(map(float.__mul__, y, weights)) / total
    dx = [a - mean_x for a in x]
    dy = [b - mean_y for b in y]
    sxy = sum(w * a * b for w, a, b in zip(weights, dx, dy))
    sxx = sum(w * a * a for w, a in zip(weights, dx))
    syy = sum(w * b * b for w, b in zip(weights, dy))
    return sxy / (sxx * syy) ** 0.5


def spearman(x, y):
    return pearson(ranks(x), ranks(y), [1.0] * len(x))


class Weighted:
    """Ranks of values that stand there several times each."""

    def __init__(self, values):
        self.order = sorted(range(len(values)), key=values.__getitem__)
        self.values = values

    def ranks(self, weights):
        out = [0.0] * len(weights)
        below, first = 0.0, 0
        while first < len(self.order):
            last, here = first, 0.0
            while last < len(self.order) and self.values[self.order[last]] == self.values[self.order[first]]:
                here += weights[self.order[last]]
                last += 1
            for at in range(first, last):
                out[self.order[at]] = below + (here + 1) / 2
            below += here
            first = last
        return out


class Ncnn:
    """The page: settings with their times."""

    def __init__(self, folder):
        devices = {row["device"]: row for row in read(folder / "devices.csv")}
        flagged = {int(row["line"]) for row in read(folder / "flags.csv")}
        networks = read(folder / "networks.csv")
        self.madds = {row["network"]: float(row["madds"]) for row in networks if row["madds"]}
        self.titles = {row["network"]: row["title"] for row in networks if row["title"]}
        self.settings = {}
        for line, row in enumerate(read(folder / "times.csv"), start=2):
            device = devices[row["device"]]
            setting = self.settings.setdefault((row["device"], row["run"]), {
                "device": row["device"], "soc": device["soc"], "class": device["class"], "isa": device["isa"],
                "threads": int(row["threads"]), "cores": (row["powersave"], row["note"]),
                "gpu": row["gpu_device"] not in ("", "-1"), "year": int(row["since"][:4]), "times": {}})
            setting["year"] = max(setting["year"], int(row["since"][:4]))
            if line not in flagged:
                setting["times"][row["network"]] = float(row["min_ms"])

    def where(self, gpu, **wanted):
        """Settings of a kind: threads "1" or "more", year (from, to), others as they are."""
        for setting in self.settings.values():
            if setting["gpu"] == gpu and all(self.fits(setting, key, value) for key, value in wanted.items()):
                yield setting

    @staticmethod
    def fits(setting, key, value):
        if key == "threads":
            return (setting["threads"] == 1) == (value == "1")
        if key == "year":
            return value[0] <= setting["year"] <= value[1]
        return setting[key] == value

    def per_madd(self, setting, network, other):
        times = setting["times"]
        if network not in times or other not in times:
            return None
        return times[network] / self.madds[network] / (times[other] / self.madds[other])

    def order(self, setting):
        if not all(network in setting["times"] for network in LIGHT):
            return None
        return spearman([self.madds[n] for n in LIGHT], [setting["times"][n] for n in LIGHT])

    def scaling(self, setting, network):
        """How much faster four threads are than one on the same cores."""
        if setting["threads"] != 4 or network not in setting["times"]:
            return None
        for other in self.settings.values():
            if (other["device"], other["cores"], other["gpu"], other["threads"]) == (
                    setting["device"], setting["cores"], False, 1) and network in other["times"]:
                return other["times"][network] / setting["times"][network]
        return None

    @staticmethod
    def gain(setting, network):
        times = setting["times"]
        int8 = network + "_int8"
        return times[network] / times[int8] if network in times and int8 in times else None

    def gain_of_depthwise(self, setting):
        """What the network with depthwise convolutions gains, in units of what the one without does."""
        gains = self.gain(setting, "mobilenet"), self.gain(setting, "resnet18")
        return gains[0] / gains[1] if None not in gains else None


def over_socs(settings, value):
    """{n, settings, value, low, high} of value(setting), None: it has none; less than three SoCs: no interval."""
    by_soc, count = defaultdict(list), 0
    for setting in settings:
        one = value(setting)
        if one is not None:
            by_soc[setting["soc"]].append(one)
            count += 1
    medians = [statistics.median(by_soc[soc]) for soc in sorted(by_soc)]
    if len(medians) < 3:
        return None
    low, high = interval([statistics.median([medians[i] for i in drawn]) for drawn in draws(len(medians))])
    return {"n": len(medians), "settings": count, "value": statistics.median(medians), "low": low, "high": high}


def over_models(rows, column):
    """Spearman of time with multiply-adds, with activations, and the difference of both."""
    models = defaultdict(list)
    for at, row in enumerate(rows):
        models[row["model"]].append(at)
    members = [models[model] for model in sorted(models)]
    columns = [[1 / float(row[column]) for row in rows], [float(row["gmacs"]) for row in rows], [float(row["macts"]) for row in rows]]
    ordered = [Weighted(values) for values in columns]

    def both(weights):
        time, madds, activations = (one.ranks(weights) for one in ordered)
        return pearson(madds, time, weights), pearson(activations, time, weights)

    sampled = []
    for drawn in draws(len(members)):
        weights = [0.0] * len(rows)
        for model in drawn:
            for at in members[model]:
                weights[at] += 1
        sampled.append(both(weights))
    value = both([1.0] * len(rows))
    for name, pick in (("multiply-adds", lambda v: v[0]), ("activations", lambda v: v[1]), ("difference", lambda v: v[1] - v[0])):
        low, high = interval([pick(one) for one in sampled])
        yield name, {"n": len(members), "settings": len(rows), "value": pick(value), "low": low, "high": high}


CPU_KINDS = {"CPU": {}, "CPU, 1 thread": {"threads": "1"}, "CPU, more threads": {"threads": "more"}}
KINDS = {**CPU_KINDS, **{f"{name}, CPU": {"class": name} for name in ("phone", "board", "laptop", "desktop", "server")},
         **{f"CPU, entered {first} to {last}": {"year": (first, last)} for first, last in ((2018, 2021), (2022, 2023), (2024, 2026))}}


def ncnn_findings(page):
    """(finding, group, what, figures)."""
    for kind, wanted in CPU_KINDS.items():
        yield "a", kind, "Spearman of multiply-adds and time", over_socs(page.where(False, **wanted), page.order)
    yield "a", "GPU", "Spearman of multiply-adds and time", over_socs(page.where(True), page.order)
    for network, title in page.titles.items():
        for kind, gpu in (("CPU", False), ("GPU", True)):
            if network != "mobilenet":
                yield "b", kind, title, over_socs(page.where(gpu), lambda s: page.per_madd(s, network, "mobilenet"))
    for kind, wanted in KINDS.items():
        yield "c", kind, "ShuffleNet V1 to V2", over_socs(page.where(False, **wanted),
                                                          lambda s: page.per_madd(s, "shufflenet", "shufflenet_v2"))
    yield "c", "GPU", "ShuffleNet V1 to V2", over_socs(page.where(True), lambda s: page.per_madd(s, "shufflenet", "shufflenet_v2"))
    for network, title in page.titles.items():
        yield "d", "CPU", title, over_socs(page.where(False), lambda s: page.scaling(s, network))
    for isa in ("ARMv7", "ARMv8.0", "ARMv8.2+", "x86", "LoongArch", "MIPS", "RISC-V"):
        for network in INT8:
            yield "e", isa, page.titles[network], over_socs(page.where(False, isa=isa), lambda s: page.gain(s, network))
        yield "e", isa, DEPTHWISE, over_socs(page.where(False, isa=isa), page.gain_of_depthwise)


def timm_findings(rows):
    for low, high in BANDS:
        for column, device in TIMM.items():
            those = [row for row in rows if row[column] and row["macts"] and low <= float(row["gmacs"]) < high]
            for what, figures in over_models(those, column):
                yield "f", f"{device}; {low} to {high} G", what, figures


def shown(figures):
    return f"{figures['value']:.2f} [{figures['low']:.2f}, {figures['high']:.2f}]"


def sentences(table):
    """What is said: a sentence or two for each finding."""
    def of(finding, group, what):
        return table[finding, group, what]

    def text(*key):
        return shown(of(*key))

    what = "Spearman of multiply-adds and time"
    yield "a", (f"Over ten light networks multiply-adds order a CPU's times with Spearman {text('a', 'CPU, 1 thread', what)} on one thread "
                f"and {text('a', 'CPU, more threads', what)} on more ({of('a', 'CPU', what)['n']} SoCs), a GPU's with "
                f"{text('a', 'GPU', what)} ({of('a', 'GPU', what)['n']}).")
    rows = {key[2]: value for key, value in table.items() if key[0] == "b" and key[1] == "CPU"}
    dear, cheap = max(rows, key=lambda k: rows[k]["value"]), min(rows, key=lambda k: rows[k]["value"])
    yield "b", (f"A multiply-add of {dear} costs {shown(rows[dear])} times one of MobileNet V1 on CPUs and {text('b', 'GPU', dear)} times on GPUs; "
                f"one of {cheap} {shown(rows[cheap])} and {text('b', 'GPU', cheap)} times.")
    yield "c", (f"A multiply-add of ShuffleNet V1, with its grouped convolutions and additions, costs {text('c', 'CPU', 'ShuffleNet V1 to V2')} "
                f"times one of V2 on CPUs ({of('c', 'CPU', 'ShuffleNet V1 to V2')['n']} SoCs), and {text('c', 'GPU', 'ShuffleNet V1 to V2')} times on GPUs "
                f"({of('c', 'GPU', 'ShuffleNet V1 to V2')['n']}): as G2 and G4 have it, on CPUs.")
    rows = {key[2]: value for key, value in table.items() if key[0] == "d"}
    most, least = max(rows, key=lambda k: rows[k]["value"]), min(rows, key=lambda k: rows[k]["value"])
    yield "d", (f"Four threads make {most} {shown(rows[most])} times as fast as one on the same cores, {least} {shown(rows[least])} times "
                f"({rows[least]['n']} SoCs).")
    isas = ("ARMv8.0", "ARMv8.2+", "x86")
    than = {isas[0]: " as fast as the default precision"}
    parts = [f"{text('e', isa, 'MobileNet V1')} times{than.get(isa, '')} on {isa}" for isa in isas]
    gains = [text("e", isa, DEPTHWISE) for isa in isas]
    yield "e", ("int8 makes MobileNet V1, with its depthwise convolutions, " + ", ".join(parts) + "; that is "
                + ", ".join(gains) + " times what ResNet-18 gains there.")
    for low, high in BANDS:
        parts = [f"{device} {text('f', f'{device}; {low} to {high} G', 'difference')}" for device in TIMM.values()]
        yield "f", (f"By how much activations order timm's models of {low} to {high} G multiply-adds better than multiply-adds do (difference of "
                    f"Spearman's correlations with time): " + "; ".join(parts) + ".")


def table_of(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent / "results/published")
    args = parser.parse_args()
    table = {}
    found = [*ncnn_findings(Ncnn(args.folder / "ncnn")), *timm_findings(read(args.folder / "timm/speed.csv"))]
    for finding, group, what, figures in found:
        table[finding, group, what] = figures
    rows = [["finding", "group", "what", "n", "rows", "value", "low", "high"]]
    rows += [[*key, v["n"], v["settings"], f"{v['value']:.3f}", f"{v['low']:.3f}", f"{v['high']:.3f}"] for key, v in table.items() if v]
    made = {"findings.csv": table_of(rows), "sentences.csv": table_of([["finding", "sentence"], *sentences(table)])}
    for name, text in made.items():
        path = args.folder / name
        if not args.check:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is not what scripts/atlas.py makes: run it")


if __name__ == "__main__":
    main()
