#!/usr/bin/env python3
"""Makes results/published/ncnn/flags.csv: the rows of times.csv that contradict themselves or others, each with the rule.

usage: flags.py [--check] [FOLDER]

FOLDER is results/published/ncnn. --check: exits with 1 where the file there is another one. The rules, of fastest runs:
- order: a time is not above 0, or the average does not lie between the fastest and the slowest run;
- slowest: the slowest run took more than 3 times as long as the fastest;
- no_gpu: it is said to have run on a GPU, of a device of which none is known;
- threads: it took more than twice as long as with fewer threads of the same cores of the same device;
- network: beside the same setting's other networks it took more than 4 times, or less than a fourth of, what it takes in the
  median of all settings of the kind (one thread, more threads, GPU); networks in int8 are left out of this.
"""
import argparse
import csv
import io
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_gpu(row):
    return row["gpu_device"] not in ("", "-1")


def kind(row):
    return "gpu" if is_gpu(row) else "one thread" if row["threads"] == "1" else "threads"


def out_of_line(rows):
    """Lines whose network deviates from its setting's others by a factor of 4."""
    by_kind, settings = defaultdict(list), defaultdict(dict)
    for line, row in rows:
        if not row["network"].endswith("int8"):
            log_time = math.log(float(row["min_ms"]))
            by_kind[kind(row), row["network"]].append(log_time)
            settings[row["device"], row["run"]][line] = (log_time, (kind(row), row["network"]))
    usual = {key: statistics.median(times) for key, times in by_kind.items() if len(times) >= 10}
    for lines in settings.values():
        offs = {line: time - usual[key] for line, (time, key) in lines.items() if key in usual}
        middle = statistics.median(offs.values()) if offs else 0
        yield from (line for line, off in offs.items() if abs(off - middle) > math.log(4))


def slower_by_threads(rows):
    """Lines that took more than twice as long as one with fewer threads."""
    alike = defaultdict(list)
    for line, row in rows:
        if not is_gpu(row):
            alike[row["device"], row["powersave"], row["note"], row["network"]].append(
                (int(row["threads"]), float(row["min_ms"]), line))
    for group in alike.values():
        yield from (line for threads, time, line in group
                    if any(fewer < threads and time > 2 * other for fewer, other, _ in group))


def flags(folder):
    gpu = {row["device"]: row["gpu"] for row in read(folder / "devices.csv")}
    rows = list(enumerate(read(folder / "times.csv"), start=2))
    found = []
    well = []
    for line, row in rows:
        low, high, mean = (float(row[key]) for key in ("min_ms", "max_ms", "avg_ms"))
        if not 0 < low <= mean <= high:
            found.append((line, "order"))
            continue
        well.append((line, row))
        if high > 3 * low:
            found.append((line, "slowest"))
        if is_gpu(row) and not gpu[row["device"]]:
            found.append((line, "no_gpu"))
    found += [(line, "threads") for line in slower_by_threads(well)]
    found += [(line, "network") for line in out_of_line(well)]
    by_line = dict(rows)
    for line, rule in sorted(found):
        row = by_line[line]
        yield [line, row["device"], row["run"], row["network"], rule]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("folder", nargs="?", type=Path,
                        default=Path(__file__).resolve().parent.parent / "results/published/ncnn")
    args = parser.parse_args()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "device", "run", "network", "rule"])
    writer.writerows(flags(args.folder))
    path = args.folder / "flags.csv"
    if not args.check:
        path.write_text(text.getvalue(), encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text.getvalue():
        sys.exit(f"{path} is not what scripts/flags.py makes: run it")


if __name__ == "__main__":
    main()
