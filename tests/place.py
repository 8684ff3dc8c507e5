#!/usr/bin/env python3
"""Holds the place that the program gives a log of benchncnn against one that is counted here from the tables.

usage: place.py PROGRAM ROOT LOG
"""
import csv
import json
import math
import re
import statistics
import subprocess
import sys
from pathlib import Path

program, root, log = sys.argv[1], Path(sys.argv[2]) / "results/published/ncnn", sys.argv[3]


def read(name):
    with open(root / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


table = json.loads(subprocess.run([program, "report", log, "--json"], check=True, capture_output=True, text=True).stdout)["tables"][0]
titles = {row["network"]: row["title"] for row in read("networks.csv") if row["title"]}
mine = {name: float(ms) for name, ms in re.findall(r"^ *(\S+)  min = +([\d.]+)", Path(log).read_text(encoding="utf-8"), re.M)
        if name in titles}
flagged = {int(row["line"]) for row in read("flags.csv")}
settings = {}
for line, row in enumerate(read("times.csv"), start=2):
    if row["gpu_device"] in ("", "-1") and line not in flagged:
        settings.setdefault((row["device"], row["run"]), {})[row["network"]] = float(row["min_ms"])

wrong = []
shown = {row["network"]: row for row in table["rows"]}
for name, ms in mine.items():
    others = [times[name] for times in settings.values() if name in times]
    ratios = [times[name] / times["mobilenet"] for times in settings.values() if name in times and "mobilenet" in times]
    row = shown.get(titles[name], {})
    want = {"place": 1 + sum(other < ms for other in others), "settings": len(others), "median_ns": 1e6 * statistics.median(others)}
    if name != "mobilenet":
        want["beside_mobilenet_v1"] = ms / mine["mobilenet"] / statistics.median(ratios)
    wrong += [f"{name}: {key} {row.get(key)}, not {value}" for key, value in want.items()
              if not math.isclose(row.get(key) or 0, value, rel_tol=1e-9)]
whole = [sum(math.log(times[name] / ms) for name, ms in mine.items()) for times in settings.values() if mine.keys() <= times.keys()]
said = f"this is place {1 + sum(one < 0 for one in whole)} of {len(whole) + 1}, with the {len(whole)} CPU settings"
if said not in table["sentences"][0] or len(shown) != len(mine):
    wrong.append(f"'{said}' is not said: {table['sentences'][0]}")
sys.exit("\n".join(wrong) or 0)
