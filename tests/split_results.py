#!/usr/bin/env python3
"""Takes a results file apart, as interruptions and split runs leave it, and looks whether two hold the same cases.

usage: split_results.py cut|first|rest FILE     prints a part of FILE: its first schedule, cut off after a process; that
                                                schedule whole; all others
       split_results.py pass|turn FILE          prints FILE without the single runs of its last record; with one turn of
                                                several plans at once in it; each as not complete
       split_results.py same FILE OTHER         OTHER is complete, has the records of FILE, each with no fewer processes
"""
import json
import sys


def cut_arrays(table, keep, n):
    """Of every array of n entries in `table` those that are kept."""
    for key, value in table.items():
        if isinstance(value, list) and len(value) == n and all(x is None or isinstance(x, int) for x in value):
            table[key] = [x for x, k in zip(value, keep) if k]


def part(data, how):
    if how in ("pass", "turn"):
        last = data["records"][-1]
        if how == "pass":
            last["latency"]["processes"] = []
        else:
            del last["instances"][1:]
        data["run"]["complete"] = False
        return data
    first = data["schedules"][0]["id"]
    chosen = [s["id"] for s in data["schedules"] if (s["id"] == first) != (how == "rest")]
    data["schedules"] = [s for s in data["schedules"] if s["id"] in chosen]
    data["records"] = [r for r in data["records"] if r["schedule"] in chosen]
    data["run"]["complete"] = False
    if how == "cut":
        for table in data["schedules"] + [r["samples"] for r in data["records"]]:
            processes = table["process"]
            keep = [p == 0 for p in processes]
            for zone in table.get("zones", []):
                cut_arrays(zone, keep, len(keep))
            cut_arrays(table, keep, len(keep))
        data["schedules"][0] |= {"stop": "interrupted", "processes": 1}
    return data


def key(record):
    return tuple(str(record[k]) for k in ("suite", "group", "case", "graph", "engine", "threads", "fusion", "batch"))


def compare(whole, other):
    processes = [{key(r): len(set(r["samples"]["process"])) for r in data["records"]} for data in (whole, other)]
    if processes[0].keys() != processes[1].keys():
        sys.exit(f"other records: {processes[0].keys() ^ processes[1].keys()}")
    if not other["run"]["complete"]:
        sys.exit("not complete")
    if other["run"]["command"] and any(n < 2 for n in processes[1].values()):
        sys.exit(f"too few processes: {processes[1]}")
    for record in other["records"]:
        if record["time_ns"]["n"] != len(record["samples"]["ns"]):
            sys.exit(f"{record['case']}: the summary is of other samples")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if sys.argv[1] == "same":
    compare(load(sys.argv[2]), load(sys.argv[3]))
else:
    json.dump(part(load(sys.argv[2]), sys.argv[1]), sys.stdout)
