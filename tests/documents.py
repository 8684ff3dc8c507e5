#!/usr/bin/env python3
"""Runs the commands that README, the documents and the help name, so that none of them is out of date.

usage: documents.py PROGRAM

A command is a line of a ```sh block or what stands in `backquotes`, and begins with convgauge, or with the path of one of
the project's scripts. Those of convgauge run in a folder that holds what they name: the documents' own example files, an
exported network, copies of a committed results file. What would take long is shortened: `run` and `audit` by --dry-run,
`profile` to one short process, `info` by --no-measure; a command without arguments is asked for its --help. That an
engine or so many processors are not there is no mistake. A script must be there and know the options; what stands behind
`--` of bench/run.sh and bench/remote.sh runs as `convgauge run`.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "CHANGELOG.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
             "configs/README.md", "results/README.md", "report/README.md",
             *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "bench/commands/topics").glob("*.txt"))]
RESULTS = "results/amd-epyc-zen-4/full.json"
# Words that stand for something.
PLACEHOLDERS = {"NET": "my_net.lua", "NET...": "my_net.lua", "FILE": "a.json", "FILE...": "a.json", "DIR": "page", "[-o": None,
                "DIR]": None, "[SUITE...]": "g1", "[SUITE|NET...]": "g1", "SUITE": "g1", "A": "a.json", "B": "b.json", "COMMAND": "run", "TOPIC": "suites",
                "FORM": "bencher"}
SHORTER = {"run": ["--dry-run"], "audit": ["--dry-run"], "profile": ["--no-roofline", "--processes", "1", "--seconds", "0.01"],
           "verify": ["--threads", "1"], "info": ["--no-measure"]}
CONFLICTS = {"--noise", "--measure"}  # with --no-measure
LOADED = re.compile("onnxruntime|openvino|ncnn")
LIMIT_S = 120  # of one command
SCRIPT = re.compile(r"(bench|tests|scripts)/[\w/.-]+\.(sh|py)$")


def lines_of(name):
    """(number, command) of a document."""
    block = None
    for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").split("\n"), 1):
        fence = re.match(r"```(\w*)", line)
        if fence:
            block = None if block is not None else fence[1]
        elif block in ("sh", "bash") or (name.endswith(".txt") and line.startswith("  convgauge ")):
            yield number, re.split(r" {2,}", line.strip())[0] if name.endswith(".txt") else line
        elif block is None:
            for command in re.findall(r"['`]((?:convgauge|build/\S*/convgauge|bench/|tests/|scripts/)[^'`]*)['`]", line):
                yield number, command.replace("\\|", "|")


def alternatives(words):
    """Each way to read `a|b` and `X | Y`."""
    if "|" in words:
        at = words.index("|")
        yield words[:at]
        yield words[:1] + words[at + 1:]
        return
    for at, word in enumerate(words):
        if "|" in word and re.fullmatch(r"[\w|-]+", word):
            for one in word.split("|"):
                yield words[:at] + [one] + words[at + 1:]
            return
    yield words


class Trial:
    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)
        self.helps, self.ran = {}, set()
        self.prepare()

    def run(self, words):
        own = {"CONVGAUGE_CONFIGS": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        try:
            return subprocess.run(words, cwd=self.folder, env={**os.environ, **own}, capture_output=True, encoding="utf-8",
                                  timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, "no status", "", f"it was ended after {LIMIT_S} s")

    def prepare(self):
        """What commands name: files of these names."""
        blocks = re.findall(r"```lua\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
        blocks += re.findall(r"```lua\n(.*?)```", (ROOT / "configs/README.md").read_text(encoding="utf-8"), re.DOTALL)
        for block in reversed(blocks):
            place = re.match(r"-- ((?:suites|networks)/\w+\.lua)", block)
            name = re.search(r'(?:suite|network) \{\s*name = "(\w+)"', block)
            path = self.folder / (place[1] if place else f"{name[1]}.lua")
            path.parent.mkdir(exist_ok=True)
            path.write_text(block, encoding="utf-8")
        (self.folder / "results").symlink_to(ROOT / "results")
        for name in ("a.json", "b.json", "A.json", "B.json", "my.json"):
            shutil.copy(ROOT / RESULTS, self.folder / name)
        shutil.copy(ROOT / "tests/data/benchncnn/phone.txt", self.folder)
        export = ["export", "my_net.lua", "-o"]
        for words in ([*export, "net.onnx", "--tensors", "."], [*export, "net.param"]):
            done = self.run([self.program, *words])
            if done.returncode != 0:
                print(f"documents.py: {' '.join(words)}: {done.stderr}")
                sys.exit(77)  # a build that writes no such files
        shutil.copy(self.folder / "net.onnx", self.folder / "model.onnx")
        (self.folder / "input_0.npy").rename(self.folder / "x.npy")
        (self.folder / "output_0.npy").rename(self.folder / "y.npy")

    def convgauge(self, words):
        """None, or what is wrong."""
        words = [PLACEHOLDERS.get(word, word) for word in words]
        words = [word for word in words if word is not None]
        words = [word.replace("results/DEVICE/", "") for word in words]
        words = [one for word in words for one in (["a.json", "b.json"] if word.endswith("*.json") else [word])]
        if any(re.fullmatch(r"\[.*|.*\]|.*\.\.\.|[A-Z]{3,}", word) for word in words):
            return f"'{' '.join(words)}': what does that stand for? (PLACEHOLDERS)"
        if len(words) < 2:
            words = words + ["--help"] # a command that is spoken of
        elif "--help" not in words and not set(words) & CONFLICTS:
            words = words + [word for word in SHORTER.get(words[0], []) if word not in words]
        if tuple(words) in self.ran:
            return None
        self.ran.add(tuple(words))
        done = self.run([self.program, *words])
        said = done.stderr + done.stdout
        missing = (LOADED.search(" ".join(words)) and "not available" in said or "this process may run on" in said or
               "do not belong together" in said)  # what is gone on with was measured elsewhere
        if done.returncode == 0 or (done.returncode == 2 and missing):
            return None
        return f"'{' '.join(words)}' ends with {done.returncode}: {said[-300:]}"

    def script(self, words):
        path = ROOT / words[0]
        if not path.is_file():
            return f"there is no {words[0]}"
        behind = words[words.index("--") + 1:] if "--" in words else []
        for option in [word.split("=")[0] for word in (words[:words.index("--")] if behind else words) if word.startswith("--") and word != "--"]:
            if words[0] not in self.helps:
                self.helps[words[0]] = path.read_text(encoding="utf-8")
            if option not in self.helps[words[0]]:
                return f"{words[0]} has no {option}"
        return self.convgauge(["run", *behind]) if behind and words[0] in ("bench/run.sh", "bench/remote.sh") else None

    def check(self, command):
        try:
            words = shlex.split(command, comments=True)
        except ValueError:
            return None  # no command
        if not words:
            return None
        if words[0] == "convgauge" or words[0].endswith("/convgauge"):
            for way in alternatives(words[1:]):
                wrong = self.convgauge(way)
                if wrong:
                    return wrong
            return None
        return self.script(words) if SCRIPT.match(words[0]) else None


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(str(Path(sys.argv[1]).resolve()), folder)
        for name in DOCUMENTS:
            for number, command in lines_of(name):
                wrong = trial.check(command)
                if wrong:
                    bad += 1
                    print(f"{name}:{number}: {wrong}")
        print(f"{len(trial.ran)} commands of convgauge ran")
        if len(trial.ran) < 20:
            sys.exit("documents.py: too few commands were found")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
