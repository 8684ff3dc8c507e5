#!/usr/bin/env python3
"""Checks `convgauge report FILE --as FORM`: the fields that each form's readers take, of the types that they take.

usage: dashboards.py PROGRAM RESULTS...

What is read, and where that stands:
- google-benchmark: google/benchmark, src/json_reporter.cc (what is written) and tools/gbench/report.py (entries of one
  name are repetitions; those with time_unit, real_time and cpu_time are compared).
- github-action-benchmark: benchmark-action/github-action-benchmark, src/extract.ts, interface BenchmarkResult, as
  extractCustomBenchmarkResult() takes it.
- bencher: the JSON schema of the Bencher Metric Format, https://bencher.dev/bmf.json.
"""
import json
import math
import re
import subprocess
import sys

NUMBER = (int, float)
GOOGLE_CONTEXT = {"date": str, "host_name": str, "executable": str, "num_cpus": int, "mhz_per_cpu": NUMBER,
                  "cpu_scaling_enabled": bool, "caches": list, "load_avg": list, "library_build_type": str}
GOOGLE_CACHE = {"type": str, "level": int, "size": int, "num_sharing": int}
GOOGLE_ENTRY = {"name": str, "run_name": str, "run_type": str, "repetitions": int, "threads": int, "iterations": int,
                "real_time": NUMBER, "cpu_time": NUMBER, "time_unit": str}
GITHUB_ENTRY = {"name": str, "value": NUMBER, "unit": str, "range": str, "extra": str}
BENCHER_METRIC = {"value": NUMBER, "lower_value": NUMBER, "upper_value": NUMBER}


def need(condition, text):
    if not condition:
        sys.exit(f"dashboards.py: {text}")


def need_fields(entry, fields, what, also=()):
    for key, kind in fields.items():
        need(key in entry, f"{what} has no '{key}'")
        need(isinstance(entry[key], kind) and (kind is bool or not isinstance(entry[key], bool)), f"'{key}' of {what} is {entry[key]!r}")
    need(set(entry) <= set(fields) | set(also), f"{what} has more: {set(entry) - set(fields) - set(also)}")


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-4)


def check_google(written, records):
    need_fields(written, {"context": dict, "benchmarks": list}, "the file")
    context = {key: value for key, value in written["context"].items() if value is not None}
    need_fields(context, {key: kind for key, kind in GOOGLE_CONTEXT.items() if key in context}, "the context")
    need(set(written["context"]) == set(GOOGLE_CONTEXT), "the context lacks a field")
    for cache in context["caches"]:
        need_fields(cache, GOOGLE_CACHE, "a cache")
    runs = {}
    for entry in written["benchmarks"]:
        need_fields(entry, GOOGLE_ENTRY, "an entry", ("repetition_index", "aggregate_name"))
        runs.setdefault(entry["run_name"], []).append(entry)
    need(len(runs) == len(records), f"{len(runs)} of {len(records)} records")
    for (name, entries), record in zip(runs.items(), records):
        repetitions = [entry for entry in entries if entry["run_type"] == "iteration"]
        need(name.startswith(record["case"] + " ("), f"'{name}' is not of {record['case']}")
        need(all(entry["name"] == name and entry["iterations"] > 0 for entry in repetitions), f"repetitions of {name}")
        need([entry["repetition_index"] for entry in repetitions] == list(range(record["time_ns"]["processes"])), f"indices of {name}")
        need(sum(entry["iterations"] for entry in repetitions) == sum(record["samples"]["iterations"]), f"iterations of {name}")
        aggregates = {entry["aggregate_name"]: entry for entry in entries if entry["run_type"] == "aggregate"}
        need(near(aggregates["median"]["real_time"], record["time_ns"]["median"]), f"median of {name}")
        times = [entry["real_time"] for entry in repetitions]
        need(min(times) <= aggregates["median"]["real_time"] * 1.0001 and max(times) >= aggregates["median"]["real_time"] * 0.9999,
             f"the median of {name} lies outside its repetitions")
        if len(times) > 1:
            mean = sum(times) / len(times)
            deviation = math.sqrt(sum((time - mean) ** 2 for time in times) / (len(times) - 1))
            need(near(aggregates["stddev"]["real_time"], deviation), f"deviation of {name}")


def check_github(written, records):
    need(isinstance(written, list) and len(written) == len(records), f"{len(written)} of {len(records)} records")
    for entry, record in zip(written, records):
        time = record["time_ns"]
        need_fields(entry, GITHUB_ENTRY, "an entry")
        need(entry["unit"] == "ms" and near(entry["value"] * 1e6, time["median"]), f"value of {entry['name']}")
        half = re.fullmatch("\u00b1 ([0-9.e-]+)", entry["range"])
        need(half and math.isclose(float(half[1]) * 2e6, time["ci_high"] - time["ci_low"], rel_tol=0.01), f"range of {entry['name']}")


def check_bencher(written, records):
    need(len(written) == len(records), f"{len(written)} of {len(records)} records")
    by_name = {name.rsplit(" (", 1)[0]: measures for name, measures in written.items()}
    for name, measures in written.items():
        need(0 < len(name) <= 1024 and set(measures) == {"latency", "throughput"}, f"measures of {name}")
        for metric in measures.values():
            need_fields(metric, BENCHER_METRIC, name)
            need(metric["lower_value"] <= metric["value"] <= metric["upper_value"], f"interval of {name}")
    for record in records if len(by_name) == len(records) else ():
        latency = by_name[record["case"]]["latency"]
        for key, of in (("value", "median"), ("lower_value", "ci_low"), ("upper_value", "ci_high")):
            need(near(latency[key], record["time_ns"][of]), f"{key} of {record['case']}")


FORMS = {"google-benchmark": check_google, "github-action-benchmark": check_github, "bencher": check_bencher}


def main():
    program, *files = sys.argv[1:]
    for path in files:
        with open(path, encoding="utf-8") as file:
            records = [record for record in json.load(file)["records"] if record["time_ns"]["median"] is not None]
        for form, check in FORMS.items():
            text = subprocess.run([program, "report", path, "--as", form], check=True, capture_output=True, encoding="utf-8").stdout
            check(json.loads(text), records)


if __name__ == "__main__":
    main()
