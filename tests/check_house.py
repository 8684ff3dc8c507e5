#!/usr/bin/env python3
"""Checks the plan of the house: what may include what, that no circle stands in a room, and how long things are.

usage: check_house.py [--build BUILD] [ROOT]

ROOMS is the one list of rooms, from the top of the house to its ground floor. Of the C files in ROOT (by default the
folder above this one) it checks that
- a file includes only from its own room and from the floors below, and where BUILD is given, calls nothing else either;
- within a room no circle of units stands. A unit is NAME.c with NAME.h; it leads to another by an #include and, where
  BUILD is given, by a call or a datum: a symbol that its object file lacks and that of the other has (nm);
- no function is longer than MAX_FUNCTION_LINES (signature and braces count), the median function not longer than
  MAX_MEDIAN, and no function outside kernels/ takes more than MAX_PARAMETERS;
- no file is longer than MAX_FILE_LINES: of these, of the tests' C files and of all Lua files.
The status is 1 if anything is found.
"""
import argparse
import json
import re
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

# A floor a line; rooms of one floor do not include each other. A folder includes its subfolders, unless these are rooms.
ROOMS = [
    ["bench/main.c"],
    ["bench/commands"],
    ["kernels/check"],
    ["bench/audit"],
    ["report"],
    ["bench/scheduler"],
    ["bench/worker"],
    ["bench/verification"],
    ["bench/onnx"],
    ["bench/ncnn"],
    ["bench/config"],
    ["bench/paper"],
    ["bench/job"],
    ["bench/device"],
    ["bench/record"],
    ["bench/stats"],
    ["kernels/reference", "kernels/native", "kernels/onednn", "kernels/xnnpack", "kernels/onnxruntime",
     "kernels/openvino", "kernels/ncnn"],
    ["kernels"],
    ["bench/ncnn/write"],
    ["bench/onnx/write"],
    ["bench/graph"],
    ["base"],
]
PRODUCT = ["base", "bench", "kernels", "report"]
FURTHER = ["configs", "tests"]  # where files have a length, too
TABLES = ["kernels/engine_table.c"]  # of what stands above them: they name it, and nothing calls it by name

MAX_FUNCTION_LINES = 60
MAX_MEDIAN = 12
MAX_FILE_LINES = 450
MAX_PARAMETERS = 6

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def room_of(path):
    """The room of a file: the longest entry of ROOMS that it lies in, or None."""
    fits = [room for floor in ROOMS for room in floor if within(path, room)]
    return max(fits, key=len, default=None)


FLOORS = {room: height for height, floor in enumerate(reversed(ROOMS)) for room in floor}


class House:
    """The C files of a tree, and what is found in them, in sentences."""

    def __init__(self, root):
        self.root = Path(root)
        self.texts = self.read(PRODUCT, "*.[ch]")
        self.further = self.read(PRODUCT + FURTHER, "*.lua") | self.read(FURTHER, "*.[ch]")
        self.findings = []
        self.lengths = []

    def read(self, tops, pattern):
        """The text of each file that fits, by its path."""
        paths = sorted(path for top in tops for path in (self.root / top).rglob(pattern))
        return {path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8") for path in paths}

    def includes(self, path):
        return [name for name in INCLUDE.findall(self.texts[path]) if name in self.texts]

    def arrows(self, build):
        """(from, to, why) of all files that lie in a room."""
        for path in self.texts:
            for included in self.includes(path):
                yield path, included, f"{path} includes {included}"
        for user, definer, symbol in calls(self.root, build, self.texts) if build else []:
            yield user, definer, f"{user} uses {symbol} of {definer}"

    def check_rooms(self, build):
        edges = defaultdict(dict)  # unit: {unit: why}
        for path in self.texts:
            if room_of(path) is None:
                self.findings.append(f"{path} lies in no room")
        for source, target, why in self.arrows(build):
            room, other = room_of(source), room_of(target)
            if room == other and unit_of(source) != unit_of(target):
                edges[unit_of(source)].setdefault(unit_of(target), why)
            elif room != other and FLOORS.get(other, len(ROOMS)) >= FLOORS.get(room, 0) and source not in TABLES:
                self.findings.append(f"{why}: {other} is not below {room}")
        for circle in circles(edges):
            why = [edges[unit][other] for unit in circle for other in sorted(edges[unit]) if other in circle]
            names = ", ".join(sorted(unit.rsplit("/", 1)[-1] for unit in circle))
            room = room_of(circle[0] + ".c")
            self.findings.append(f"{room}: {names} stand in a circle\n    " + "\n    ".join(why))

    def check_sizes(self):
        for path, text in (self.texts | self.further).items():
            if len(text.splitlines()) > MAX_FILE_LINES:
                self.findings.append(f"{path} has {len(text.splitlines())} lines")
        for path, text in self.texts.items():
            for name, number, length, parameters in functions(text.splitlines()):
                self.lengths.append(length)
                where = f"{path}:{number}: {name}"
                if length > MAX_FUNCTION_LINES:
                    self.findings.append(f"{where} has {length} lines")
                if parameters > MAX_PARAMETERS and not within(path, "kernels"):
                    self.findings.append(f"{where} takes {parameters} parameters")
        if self.lengths and statistics.median(self.lengths) > MAX_MEDIAN:
            self.findings.append(f"the median function has {statistics.median(self.lengths)} lines")


def unit_of(path):
    return path.rsplit(".", 1)[0]


def circles(edges):
    """The strongly connected components of more than one unit (Tarjan), each sorted."""
    order, low, stack, found = {}, {}, [], []

    def visit(unit):
        order[unit] = low[unit] = len(order)
        stack.append(unit)
        for other in sorted(edges.get(unit, ())):
            if other not in order:
                visit(other)
                low[unit] = min(low[unit], low[other])
            elif other in stack:
                low[unit] = min(low[unit], order[other])
        if low[unit] == order[unit]:
            start = stack.index(unit)
            if len(stack) - start > 1:
                found.append(sorted(stack[start:]))
            del stack[start:]

    sys.setrecursionlimit(10000)
    for unit in sorted(edges):
        if unit not in order:
            visit(unit)
    return sorted(found)


def calls(root, build, texts):
    """(user, definer, symbol): what a file's object needs and another's has, by the objects that stand in the build."""
    sources = {}
    build = Path(build).resolve()
    for command in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = (build / command["file"]).resolve()
        target = build / command["output"]
        if source.is_relative_to(root.resolve()) and target.is_file():
            name = source.relative_to(root.resolve()).as_posix()
            if name in texts:
                sources[str(target)] = name
    if not sources:
        sys.exit(f"{build} holds no object file of this tree: build it first")
    text = subprocess.run(["nm", "-A", "-P", "-g", *sources], check=True, capture_output=True, text=True).stdout
    definers, needs = defaultdict(set), []
    for line in text.splitlines():
        target, symbol, kind = line.split()[:3]
        source = sources[target.rstrip(":")]
        if kind in "Uvw":
            needs.append((source, symbol))
        else:
            definers[symbol].add(source)
    for source, symbol in needs:
        for definer in definers.get(symbol, ()):
            yield source, definer, symbol


def functions(lines):
    """(name, line number, lines, parameters) of each definition: formatted code has its braces in column 0."""
    opened = None
    for number, line in enumerate(lines):
        bare = line.rstrip(" \\")
        if bare == "{":
            opened = number
        elif bare == "}" and opened is not None:
            first = opened
            while first > 0 and is_signature(lines[first - 1]):
                first -= 1
            signature = " ".join(text.rstrip(" \\") for text in lines[first:opened])
            name, parameters = parse_signature(signature)
            if name:
                yield name, first + 1, number - first + 1, parameters
            opened = None


def is_signature(line):
    bare = line.rstrip(" \\")
    return bool(bare) and not bare.endswith((";", "}", "*/")) and not bare.startswith(("#", "/*", " *", "//"))


def parse_signature(signature):
    """The name before the last outer pair of parentheses, and how many arguments stand in it."""
    depth, start, commas = 0, None, 0
    for at, sign in enumerate(signature):
        if sign == "(":
            if depth == 0:
                start, commas = at, 0
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == "," and depth == 1:
            commas += 1
    if start is None:
        return None, 0
    name = re.search(r"(\w+(?:\(\w+\))?)\s*$", signature[:start])  # of a macro, too: B(slide)
    inside = signature[start + 1 : signature.rindex(")")].strip()
    return (name.group(1) if name else None), 0 if inside in ("", "void") else commas + 1


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--build")
    options.add_argument("root", nargs="?", default=Path(__file__).resolve().parent.parent)
    given = options.parse_args()
    house = House(given.root)
    house.check_rooms(given.build)
    house.check_sizes()
    for sentence in house.findings:
        print(sentence)
    print(f"{len(house.texts)} files, {len(house.lengths)} functions of {statistics.median(house.lengths or [0]):g} lines"
          f" (median): {len(house.findings)} findings")
    sys.exit(bool(house.findings))


if __name__ == "__main__":
    main()
