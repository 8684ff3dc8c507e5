#!/usr/bin/env python3
"""check_house.py finds what it is there for, in small trees made here."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / "check_house.py"


def function(name, lines, arguments="void"):
    """A definition of so many lines, signature and braces included."""
    return f"int {name}({arguments})\n{{\n" + "    (void)0;\n" * (lines - 4) + "    return 0;\n}\n"


class HouseTest(unittest.TestCase):
    def check(self, files, *options, build=()):
        """The status and output of the checker on a tree with these files, those in `build` compiled."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            commands = []
            for name in build:
                output = name.replace("/", "_") + ".o"
                subprocess.run([os.environ.get("CC", "cc"), "-c", "-I.", name, "-o", output], cwd=root, check=True)
                commands.append({"directory": str(root), "file": name, "output": output})
            (root / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
            command = [sys.executable, SCRIPT, *options, *(["--build", root] if build else []), root]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def refuses(self, sentence, files, **arguments):
        status, text = self.check(files, **arguments)
        self.assertIn(sentence, text)
        self.assertEqual(status, 1, text)

    def accepts(self, files, **arguments):
        status, text = self.check(files, **arguments)
        self.assertEqual(status, 0, text)

    def test_a_good_tree(self):
        self.accepts(
            {
                "base/error.h": "int fail(void);\n",
                "base/error.c": '#include "base/error.h"\n' + function("fail", 5),
                "bench/stats/t.c": '#include "base/error.h"\n#include "config.h"\n#include <math.h>\n' + function("t", 60),
                "kernels/native/avx2/kernels.c": '#include "kernels/native/tile.h"\n' + function("gemm", 5, "int a, int b, int c, int d, int e, int f, int g"),
                "kernels/native/tile.h": '#include "kernels/engine.h"\n',
                "kernels/engine.h": "",
                "bench/device/counters/papi.c": '#include "bench/device/timer.h"\n' + function("tick", 5) * 3,
                "bench/device/timer.h": "\n" * 450,
            }
        )

    def test_an_include_of_a_higher_floor(self):
        self.refuses(
            "base/error.c includes bench/stats/t.h: bench/stats is not below base",
            {"base/error.c": '#include "bench/stats/t.h"\n', "bench/stats/t.h": ""},
        )

    def test_an_include_of_a_room_beside(self):
        self.refuses(
            "kernels/onednn is not below kernels/native",
            {"kernels/native/a.c": '# include "kernels/onednn/b.h"\n', "kernels/onednn/b.h": ""},
        )

    def test_a_call_of_a_higher_floor(self):
        files = {
            "base/a.c": "int t(void);\nint a(void)\n{\n    return t();\n}\n",
            "bench/stats/t.c": function("t", 5),
            "kernels/engine_table.c": "extern int engine;\nint *const engines[] = {&engine};\n",
            "kernels/native/engine.c": "int engine;\n",
        }
        self.accepts(files)
        status, text = self.check(files, build=list(files))
        self.assertEqual(status, 1)
        self.assertIn("base/a.c uses t of bench/stats/t.c: bench/stats is not below base\n4 files", text)

    def test_a_file_in_no_room(self):
        self.refuses("bench/odd/a.c lies in no room", {"bench/odd/a.c": ""})

    def test_a_circle_by_includes(self):
        self.refuses(
            "report: a, b, c stand in a circle",
            {
                "report/a.c": '#include "report/b.h"\n',
                "report/b.h": '#include "report/c.h"\n',
                "report/c.c": '#include "report/a.h"\n',
                "report/a.h": "",
                "report/c.h": "",
                "report/d.c": '#include "report/a.h"\n',
            },
        )

    def test_a_circle_by_calls(self):
        files = {
            "report/a.c": "int b(void);\nint a(void)\n{\n    return b();\n}\n",
            "report/b.c": "int d(void);\nint b(void)\n{\n    return d();\n}\n",
            "report/c.c": "int a(void);\nint d(void)\n{\n    return a();\n}\n",
        }
        self.accepts(files)
        self.refuses("report: a, b, c stand in a circle", files, build=list(files))
        self.accepts(files, build=["report/a.c", "report/b.c"])

    def test_a_circle_by_a_call_and_an_include(self):
        self.refuses(
            "bench/stats: a, b stand in a circle",
            {
                "bench/stats/a.h": "int a(void);\n",
                "bench/stats/a.c": "int b(void);\nint a(void)\n{\n    return b();\n}\n",
                "bench/stats/b.c": '#include "bench/stats/a.h"\nint b(void)\n{\n    return 0;\n}\n',
            },
            build=["bench/stats/a.c", "bench/stats/b.c"],
        )

    def test_a_build_without_objects(self):
        status, text = self.check({"base/a.c": "int a;\n", "base/b.c": ""}, build=["base/b.c"])
        self.assertEqual(status, 0, text)
        status, text = self.check({"base/a.c": ""}, "--build", "/nowhere")
        self.assertNotEqual(status, 0, text)

    def test_lengths(self):
        self.refuses("base/a.c:31: long has 61 lines", {"base/a.c": function("one", 5) * 6 + function("long", 61)})
        for name in ["base/a.c", "bench/config/a.lua", "configs/suites/a.lua", "tests/test_a.c"]:
            self.refuses(f"{name} has 451 lines", {name: "\n" * 451})
        self.refuses("the median function has 13 lines", {"base/a.c": function("one", 13)})
        self.refuses("gemm has 61 lines", {"kernels/native/a.h": function("gemm", 61).replace("\n", " \\\n")})

    def test_parameters(self):
        arguments = "int (*call)(int, int), int b, int c,\n          int d, int e, int f"
        self.accepts({"base/a.c": function("six", 6, arguments)})
        self.refuses("seven takes 7 parameters", {"base/a.c": function("seven", 6, arguments + ", int g")})


if __name__ == "__main__":
    unittest.main()
