#!/usr/bin/env python3
"""Adds up test results.

usage: sum_results.py count LOG    prints "PASSED FAILED SKIPPED" of a `meson test`: LOG is its BUILD/meson-logs/testlog.json
       sum_results.py failed LOG   prints the output of the tests that failed

A Criterion program counts as many tests as it says in its synthesis line, any other program as one.
"""
import json
import re
import sys
from pathlib import Path

SYNTHESIS = re.compile(r"Tested: (\d+) \| Passing: (\d+) \| Failing: (\d+) \| Crashing: (\d+)")
GOOD = ("OK", "EXPECTEDFAIL")


def results(path):
    log = Path(path)
    if not log.is_file():
        sys.exit(f"{log} does not exist: no tests were run")
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def count(result):
    if result["result"] == "SKIP":
        return 0, 0, 1
    text = result.get("stdout", "") + result.get("stderr", "")
    good = result["result"] in GOOD
    found = SYNTHESIS.findall(text)
    if not found:
        return int(good), int(not good), 0
    passed = sum(int(row[1]) for row in found)
    failed = sum(int(row[2]) for row in found)
    # a program that ended badly after its synthesis (a sanitizer's report) is one failure more
    return passed, failed if failed or good else 1, 0


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("count", "failed"):
        sys.exit(__doc__)
    if sys.argv[1] == "count":
        totals = [0, 0, 0]
        for result in results(sys.argv[2]):
            totals = [total + number for total, number in zip(totals, count(result))]
        print(*totals)
        return
    for result in results(sys.argv[2]):
        if count(result)[1]:
            text = result.get("stdout", "") + result.get("stderr", "")
            print(f"== {result['name']}: {result['result']}\n" + "\n".join(text.splitlines()[-60:]))


if __name__ == "__main__":
    main()
