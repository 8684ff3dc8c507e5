#!/usr/bin/env python3
"""Computes results/published/findings.csv once more from the tables alone, by other code than scripts/atlas.py: every row has
to agree to its last printed digit, every figure of sentences.csv has to stand in findings.csv, and every sentence in docs/atlas.md.

usage: findings.py ROOT
"""
import csv
import math
import re
import statistics
import sys
from itertools import groupby
from pathlib import Path

FOLDER = Path(sys.argv[1]) / "results/published"


def table(name):
    with open(FOLDER / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def splitmix64():
    state = 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
        yield mixed ^ mixed >> 31


def bootstrap(groups, figure):
    """The 2.5 % and 97.5 % points of `figure` over 1000 resamples of `groups`."""
    numbers = splitmix64()
    values = sorted(figure([groups[next(numbers) % len(groups)] for _ in groups]) for _ in range(1000))
    cut = []
    for share in (0.025, 0.975):
        whole, part = divmod(share * 999, 1)
        cut.append(values[int(whole)] * (1 - part) + values[int(whole) + 1] * part)
    return cut


def rank(values):
    """Mean places of equal values, by counting."""
    places = {}
    below = 0
    for value, equal in groupby(sorted(values)):
        count = len(list(equal))
        places[value] = below + (count + 1) / 2
        below += count
    return [places[value] for value in values]


def correlation(x, y):
    return statistics.correlation(rank(x), rank(y))


# ---- ncnn's page: a flat list of (setting, network, time) ----

devices = {row["device"]: row for row in table("ncnn/devices.csv")}
networks = {row["network"]: row for row in table("ncnn/networks.csv")}
bad = {row["line"] for row in table("ncnn/flags.csv")}
every = [dict(row, line=str(number)) for number, row in enumerate(table("ncnn/times.csv"), 2)]
last_year = {}
for row in every:
    key = row["device"], row["run"]
    last_year[key] = max(last_year.get(key, ""), row["since"][:4])
by_setting = {}
for row in every:
    by_setting.setdefault((row["device"], row["run"]), (row, {}))
    if row["line"] not in bad:
        by_setting[row["device"], row["run"]][1][row["network"]] = float(row["min_ms"])


def on_gpu(row):
    return row["gpu_device"] in ("0", "1")


def belongs(key, row, group):
    if (group == "GPU") != on_gpu(row):
        return False
    facts = devices[row["device"]]
    if group in ("CPU, 1 thread", "CPU, more threads"):
        return (row["threads"] == "1") == (group == "CPU, 1 thread")
    if group.endswith(", CPU"):
        return facts["class"] == group[:-5]
    entered = re.fullmatch(r"CPU, entered (\d+) to (\d+)", group)
    if entered:
        return entered[1] <= last_year[key] <= entered[2]
    return group in ("CPU", "GPU") or facts["isa"] == group


def madds(network):
    return int(networks[network]["madds"])


def name_of(title):
    return next(name for name, row in networks.items() if row["title"] == title)


def rate(times, network):
    return madds(network) / times[network] if network in times else math.nan


def one_thread(row, network):
    for other, times in by_setting.values():
        if other["device"] == row["device"] and other["powersave"] == row["powersave"] and other["note"] == row["note"] and \
                not on_gpu(other) and other["threads"] == "1" and network in times:
            return times[network]
    return math.nan


def figure_of(finding, what, row, times):
    if finding == "a":
        light = ("efficientnet_b0", "mnasnet", "mobilenet", "mobilenet_v2", "mobilenet_v3", "proxylessnasnet", "regnety_400m",
                 "shufflenet", "shufflenet_v2", "squeezenet")
        if set(light) - set(times):
            return math.nan
        return correlation([madds(name) for name in light], [times[name] for name in light])
    if finding == "b":
        return rate(times, "mobilenet") / rate(times, name_of(what))
    if finding == "c":
        return rate(times, "shufflenet_v2") / rate(times, "shufflenet")
    if finding == "d":
        name = name_of(what)
        return one_thread(row, name) / times[name] if row["threads"] == "4" and name in times else math.nan
    if what.startswith("MobileNet V1's gain"):
        return figure_of("e", "MobileNet V1", row, times) / figure_of("e", "ResNet-18", row, times)
    name = name_of(what)
    return times.get(name, math.nan) / times.get(name + "_int8", math.nan)


def ncnn_row(finding, group, what):
    socs, count = {}, 0
    for key, (row, times) in by_setting.items():
        if belongs(key, row, group):
            value = figure_of(finding, what, row, times)
            if not math.isnan(value):
                socs.setdefault(devices[row["device"]]["soc"], []).append(value)
                count += 1
    medians = [statistics.median(values) for _, values in sorted(socs.items())]
    return len(medians), count, statistics.median(medians), *bootstrap(medians, statistics.median)


# ---- timm's tables: a list of rows for each model ----

COLUMNS = {"Core i9-10940X": "i9_10940x", "Core i7-12700H": "i7_12700h", "RTX 3090, NHWC": "rtx3090_nhwc", "RTX 3090, NCHW": "rtx3090_nchw",
           "RTX 4090, NHWC": "rtx4090_nhwc", "RTX 5090, NCHW": "rtx5090_nchw"}
timm = table("timm/speed.csv")


def timm_rows(group):
    """Rows of what -> (n, rows, value, low, high); all three figures come from one pass over the resamples."""
    device, low, high = re.fullmatch(r"(.*); ([\d.]+) to (\d+) G", group).groups()
    column = COLUMNS[device] + "_images_s"
    rows = [(row["model"], 1 / float(row[column]), float(row["gmacs"]), float(row["macts"])) for row in timm
            if row[column] and row["macts"] and float(low) <= float(row["gmacs"]) < float(high)]
    models = [list(of) for _, of in groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0])]

    def figures(chosen):
        flat = [row for of in chosen for row in of]
        time, by_madds, by_activations = (rank([row[at] for row in flat]) for at in (1, 2, 3))
        return statistics.correlation(by_madds, time), statistics.correlation(by_activations, time)

    sampled = []
    bootstrap(models, lambda chosen: sampled.append(figures(chosen)) or 0)
    value = figures(models)
    made = {}
    for what, pick in (("multiply-adds", lambda v: v[0]), ("activations", lambda v: v[1]), ("difference", lambda v: v[1] - v[0])):
        drawn = iter([pick(one) for one in sampled])
        made[what] = (len(models), len(rows), pick(value), *bootstrap([0], lambda _: next(drawn)))
    return made


def disagrees(row, computed):
    printed = [float(row[key]) for key in ("value", "low", "high")]
    return (int(row["n"]), int(row["rows"])) != computed[:2] or any(
        abs(a - b) > 0.000501 for a, b in zip(printed, computed[2:]))


def main():
    findings, wrong, cache = table("findings.csv"), [], {}
    for row in findings:
        if row["finding"] == "f":
            if row["group"] not in cache:
                cache[row["group"]] = timm_rows(row["group"])
            computed = cache[row["group"]][row["what"]]
        else:
            computed = ncnn_row(row["finding"], row["group"], row["what"])
        if disagrees(row, computed):
            wrong.append(f"{row}: {computed}")
    said = {f"{float(r['value']):.2f} [{float(r['low']):.2f}, {float(r['high']):.2f}]" for r in findings}
    near = {tuple(float(r[key]) for key in ("value", "low", "high")) for r in findings}
    for sentence in table("sentences.csv"):
        for text in re.findall(r"-?\d+\.\d\d \[-?\d+\.\d\d, -?\d+\.\d\d\]", sentence["sentence"]):
            figures = [float(part) for part in re.findall(r"-?\d+\.\d\d", text)]
            if text not in said and not any(all(abs(a - b) <= 0.0056 for a, b in zip(figures, one)) for one in near):
                wrong.append(f"{text} stands in no finding: {sentence['sentence']}")
    guide = " ".join((FOLDER.parents[1] / "docs/atlas.md").read_text(encoding="utf-8").split())
    wrong += [f"docs/atlas.md lacks: {row['sentence']}" for row in table("sentences.csv") if row["sentence"] not in guide]
    if len(findings) < 150 or len(wrong) > 0:
        sys.exit(f"{len(findings)} findings\n" + "\n".join(wrong[:20]))


if __name__ == "__main__":
    main()
