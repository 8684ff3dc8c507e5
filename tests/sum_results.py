#!/usr/bin/env python3
"""Adds up test results.

usage: sum_results.py count LOG KNOWN SUITE...   prints "PASSED FAILED SKIPPED" of a `meson test`
       sum_results.py failed LOG                 prints the output of the tests that failed
       sum_results.py list KNOWN                 lists the tests on standard input (from `meson introspect --tests`)

LOG is the BUILD/meson-logs/testlog.json of those suites, KNOWN the BUILD/tests/known_tests.txt. A Criterion program
counts as many tests as it says in its synthesis line, any other program as one, and as one that failed each that is
known of the suites and did not run. `list` fails if one is known and not there.
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


def known_tests(path, suites=()):
    """The names in KNOWN, of these suites or of all."""
    rows = [line.split() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [name for suite, name in rows if not suites or suite in suites]


def tell_left_out(left_out):
    for name in left_out:
        print(f"test {name} did not run: what it needs was not found when meson configured", file=sys.stderr)


def print_counts(log, known, suites):
    totals, ran = [0, 0, 0], set()
    for result in results(log):
        totals = [total + number for total, number in zip(totals, count(result))]
        ran.add(result["name"].split(" / ")[-1])
    left_out = [name for name in known_tests(known, suites) if name not in ran]
    tell_left_out(left_out)
    totals[1] += len(left_out)
    print(*totals)


def print_failed(log):
    for result in results(log):
        if count(result)[1]:
            text = result.get("stdout", "") + result.get("stderr", "")
            print(f"== {result['name']}: {result['result']}\n" + "\n".join(text.splitlines()[-60:]))


def print_list(known):
    names = sorted(test["name"] for test in json.load(sys.stdin))
    print(*names, sep="\n")
    left_out = [name for name in known_tests(known) if name not in names]
    tell_left_out(left_out)
    sys.exit(bool(left_out))


def main():
    command, arguments = sys.argv[1:2], sys.argv[2:]
    if command == ["count"] and len(arguments) >= 3:
        print_counts(arguments[0], arguments[1], arguments[2:])
    elif command == ["failed"] and len(arguments) == 1:
        print_failed(arguments[0])
    elif command == ["list"] and len(arguments) == 1:
        print_list(arguments[0])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
