#!/usr/bin/env python3
"""Checks the tables of results/published: keys, ranges, sums, what is known, and that flags.csv is what its rules give.

usage: published.py ROOT
"""
import csv
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
NCNN = ROOT / "results/published/ncnn"
ISAS = {"", "ARMv7", "ARMv8.0", "ARMv8.2+", "x86", "LoongArch", "RISC-V", "MIPS", "SW64"}
CLASSES = {"", "phone", "board", "laptop", "desktop", "server"}
failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def unique(rows, *columns):
    keys = [tuple(row[column] for column in columns) for row in rows]
    return len(keys) == len(set(keys))


def check_devices(devices, times):
    expect([row["device"] for row in devices] == [str(i) for i in range(1, 103)], "devices are numbered 1 to 102")
    expect(unique(devices, "name"), "names of devices are unique")
    for row in devices:
        name = row["name"]
        expect(row["isa"] in ISAS and row["class"] in CLASSES, f"{name}: isa, class")
        expect(row["soc"] and row["heading"], f"{name}: soc, heading")
        expect(set(row["inferred"].split()) <= {"soc", "vendor", "class", "isa", "precision", "cores", "gpu"}, f"{name}: inferred")
        ours = [t for t in times if t["device"] == row["device"]]
        expect(ours and min(t["since"] for t in ours)[:4] == row["entry_year"], f"{name}: entry_year")
        expect(row["precision"] == {"ARMv8.2+": "fp16", "RISC-V": "", "": ""}.get(row["isa"], "f32"), f"{name}: precision")
    by_soc = {}
    for row in devices:
        if row["isa"]:
            expect(by_soc.setdefault(row["soc"], row["isa"]) == row["isa"], f"{row['soc']}: one instruction set")


def check_times(times, devices, networks):
    known = {row["network"] for row in networks}
    expect(len(times) == 8554, f"8554 rows, not {len(times)}")
    expect(unique(times, "device", "run", "network"), "device, run and network are unique")
    for line, row in enumerate(times, start=2):
        where = f"times.csv:{line}"
        low, high, mean = (float(row[key]) for key in ("min_ms", "max_ms", "avg_ms"))
        expect(0 < low <= mean <= high < 1e6, f"{where}: min, avg, max")
        network = row["network"].removesuffix("_int8")
        expect(network in known, f"{where}: {network} is not known")
        expect(1 <= int(row["threads"]) <= 256 and row["powersave"] in "012", f"{where}: threads, powersave")
        expect(row["gpu_device"] in ("", "-1", "0", "1"), f"{where}: gpu_device")
        expect("2018-01" <= row["since"] <= "2026-07" and 1 <= int(row["since"][5:]) <= 12, f"{where}: since")
    settings = {(row["device"], row["run"]): row["gpu_device"] for row in times}
    gpu = sum(value in ("0", "1") for value in settings.values())
    expect((len(settings) - gpu, gpu) == (209, 54), "209 settings on CPUs, 54 on GPUs")
    classifiers = {row["network"] for row in networks if row["classifier"] == "yes"}
    expect(len(classifiers) == 16, "16 classifiers")
    whole = [key for key in settings
             if classifiers <= {row["network"] for row in times if (row["device"], row["run"]) == key}]
    cpu = sum(settings[key] not in ("0", "1") for key in whole)
    expect((cpu, len(whole) - cpu) == (177, 42), f"all classifiers in 177 and 42, not {cpu} and {len(whole) - cpu}")
    sums = [round(sum(float(row[key]) for row in times), 2) for key in ("min_ms", "max_ms", "avg_ms")]
    expect(sums == SUMS, f"sums of times: {sums}")


def check_timm():
    rows = read(ROOT / "results/published/timm/speed.csv")
    expect(len(rows) == 1631 and unique(rows, "model", "input_px"), "1631 rows, each model and size once")
    for row in rows:
        for column, cell in row.items():
            if column != "model":
                expect(cell == "" or float(cell) > 0, f"{row['model']}: {column}")
        expect(row["best_top1_of_model"] == "" or float(row["best_top1_of_model"]) < 100, f"{row['model']}: top-1")


SUMS = [2558609.42, 2675301.66, 2598812.93]  # of the fastest, slowest and mean runs, ms


def main():
    devices, networks, times = (read(NCNN / f"{name}.csv") for name in ("devices", "networks", "times"))
    check_devices(devices, times)
    check_times(times, devices, networks)
    check_timm()
    made = subprocess.run([sys.executable, ROOT / "scripts/flags.py", "--check", NCNN], capture_output=True, text=True)
    expect(made.returncode == 0, made.stderr.strip())
    sys.exit("\n".join(failures[:20]) if failures else 0)


if __name__ == "__main__":
    main()
