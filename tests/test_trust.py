#!/usr/bin/env python3
"""trust.py and trust_stats.py on made-up rows and files whose answers are known by hand or from tables."""
import contextlib
import io
import json
import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import trust  # noqa: E402
from trust_stats import clopper_pearson, incomplete_beta, mean_interval, student_quantile  # noqa: E402


def pair_row(pair, case, verdict, dose=0.0, withheld=None, margin=0.02):
    return {"pair": pair, "dose": dose, "case": case, "fusion": "full", "margin": margin, "ratio": 1.0, "low": 0.9, "high": 1.1,
            "verdict": verdict, "withheld": withheld}


def counts(share):
    return share["k"], share["n"]


def holds(figures):
    return {asked["what"]: asked["holds"] for asked in figures["asked"]}


class Intervals(unittest.TestCase):
    def near(self, seen, expected, places=4):
        for a, b in zip(seen, expected, strict=True):
            self.assertAlmostEqual(a, b, places)

    def test_incomplete_beta(self):
        # I_x(1, 1) = x; I_x(2, 5) = 1 - (1-x)^5 (1 + 5 x); I_x(a, b) = 1 - I_{1-x}(b, a)
        self.assertAlmostEqual(incomplete_beta(0.37, 1, 1), 0.37, 12)
        self.assertAlmostEqual(incomplete_beta(0.3, 2, 5), 1 - 0.7**6 - 6 * 0.3 * 0.7**5, 12)
        self.assertAlmostEqual(incomplete_beta(0.3, 200, 300) + incomplete_beta(0.7, 300, 200), 1, 12)

    def test_clopper_pearson(self):
        self.near(clopper_pearson(0, 20), (0, 1 - 0.025 ** (1 / 20)))
        self.near(clopper_pearson(20, 20), (0.025 ** (1 / 20), 1))
        self.near(clopper_pearson(1, 20), (0.0012651, 0.2487328))  # 1 - 0.975^(1/20), and tables
        self.near(clopper_pearson(10, 20), (0.2719578, 0.7280422))
        self.near(clopper_pearson(0, 0), (0, 1))

    def test_student(self):
        self.near([student_quantile(0.975, df) for df in (1, 3, 19)], (12.7062, 3.18245, 2.09302))
        mean, low, high = mean_interval([1.0, 2.0, 3.0])
        half = 4.302653 / math.sqrt(3)
        self.near((mean, low, high), (2, 2 - half, 2 + half))
        self.assertEqual(mean_interval([5.0]), (5, None, None))


class Figures(unittest.TestCase):
    def test_pairs_count_wrong_claims_and_controls(self):
        rows = [
            pair_row(1, "a", "SLOWER", 0.05), pair_row(1, "b", "SAME"),
            pair_row(2, "a", "UNCLEAR"), pair_row(2, "b", "UNCLEAR", 0.05, "disturbed"),
            pair_row(3, "a", "SAME", 0.05), pair_row(3, "b", "FASTER"),
            pair_row(4, "a", "SAME", 0.05, margin=0.06), pair_row(4, "b", "UNCLEAR", withheld="machine"),
        ]
        figures, lines = trust.pairs(rows)
        self.assertEqual(counts(figures["pairs"]), (1, 4))
        self.assertEqual(counts(figures["claims"]), (1, 4))
        self.assertEqual({name: entry["k"] for name, entry in figures["control"].items()},
                         {"found": 1, "withheld": 1, "undecided": 1, "denied": 1})
        self.assertEqual(figures["margin"], [0.02, 0.06])
        self.assertEqual(figures["withheld_elsewhere"], 1)
        self.assertEqual(list(holds(figures).values()), [True, False, False])
        self.assertIn("  pair 3: b 1.000 FASTER, where nothing differs", lines)
        self.assertEqual(list(holds(trust.busy(rows)[0]).values()), [True, False, False])

    def test_pairs_one_in_twenty_is_allowed(self):
        rows = [pair_row(pair, case, "SLOWER" if case == "a" or pair < 2 else "SAME", 0.05 if case == "a" else 0.0)
                for pair in range(1, 21) for case in "ab"]
        self.assertEqual(list(holds(trust.pairs(rows)[0]).values()), [True, True, True])
        rows[3]["verdict"] = "FASTER"
        self.assertEqual(list(holds(trust.pairs(rows)[0]).values()), [False, True, True])

    def test_suites(self):
        row = {"table": "t", "ratio": 1.03, "low": 1, "high": 1.1}
        rows = [{"suite": suite, "case": case, "verdict": verdict, **row}
                for suite, case, verdict in (("g1", "x", "SAME"), ("g1", "y", "SLOWER"), ("g2", "x", "UNCLEAR"))]
        figures, lines = trust.suites(rows)
        self.assertEqual(counts(figures["wrong"]), (1, 3))
        self.assertEqual(counts(figures["tables"]), (1, 2))
        self.assertEqual(figures["suites"]["g1"]["cases"], ["y 1.030 SLOWER"])
        self.assertIn("g2: 0 wrong claims in 1 cases (1 UNCLEAR)", lines)

    def test_dose_and_response(self):
        def row(repeat, ratio, verdict):
            return {"dose": 0.05, "repeat": repeat, "ratio": ratio, "low": ratio - 0.01, "high": ratio + 0.01, "verdict": verdict}

        rows = [row(1, 1.05, "SLOWER"), row(1, 1.07, "SLOWER"), row(2, 1.05, "SLOWER"), row(2, 1.03, "UNCLEAR")]
        figures, _ = trust.dose_quick(rows)
        entry = figures["doses"]["0.05"]
        self.assertEqual((entry["found"]["k"], entry["found"]["n"], entry["covered"]["k"]), (3, 4, 2))
        by_run = [math.log(1.07 / 1.05) / 2, math.log(1.03 / 1.05) / 2]
        self.assertAlmostEqual(entry["bias"]["mean"], sum(by_run) / 2, 12)
        self.assertEqual((entry["bias"]["over"], entry["bias"]["n"]), ("runs", 2))
        self.assertEqual(holds(figures), {"5 % found in 9 of 10 cases": False})
        self.assertEqual(trust.dose_full(rows[:2])[0]["doses"]["0.05"]["bias"]["over"], "cases")

    def test_coverage_is_clustered_by_run(self):
        # Logs of 0, 0, 0.4 in each of two cases: pooled 0.1333; of three, distances count 1 / sqrt(2/3) times.
        def row(run, case, log, half):
            return {"run": run, "table": "t", "group": "g", "case": case, "floor": 0.1, "ratio": math.exp(log),
                    "low": math.exp(log - half), "high": math.exp(log + half)}

        logs = ((1, 0), (2, 0), (3, 0.4))
        rows = [row(run, case, log, half) for case, half in (("a", 0.164), ("b", 0.163)) for run, log in logs]
        figures, _ = trust.coverage(rows)
        self.assertEqual((figures["cases"], figures["runs"]), (2, 3))
        self.assertEqual(counts(figures["all"]), (2, 6))
        self.assertEqual(figures["per_run"], {"1": 0.5, "2": 0.5, "3": 0})
        self.assertAlmostEqual(figures["coverage"]["mean"], 1 / 3, 12)
        # Without the floor half widths are 0.13 and 0.1287: 0 is 0.1333 away, which counts 0.163.
        self.assertEqual(figures["alone"]["mean"], 0)
        narrow = [{**r, "floor": 0.001} for r in rows]
        self.assertEqual(trust.coverage(narrow)[0]["alone"], figures["coverage"])
        # Neighbours: 0 beside 0, and 0 beside 0.4, further apart than sqrt(2) 0.164.
        self.assertAlmostEqual(figures["neighbours"]["mean"], 0.5, 12)
        self.assertEqual(trust.coverage(rows[:2])[0]["cases"], 0)

    def test_simulation(self):
        rows = [{"world": "w", "most": 4.0, "used": 4.0, "trials": 1000.0, "covered": covered} for covered in (945.0, 955.0)]
        figures, _ = trust.simulation(rows)
        self.assertEqual((figures["lowest"], figures["highest"]), (0.945, 0.955))
        self.assertEqual(holds(figures), {"within 1 point of 95 %": True})
        rows[0]["covered"] = 930.0
        self.assertEqual(holds(trust.simulation(rows)[0]), {"within 1 point of 95 %": False})

    def test_tools(self):
        unknown = {"task_clock_ns": None, "instructions": None, "convgauge_instructions": None}
        rows = [{"network": "n", "convgauge_ns": 100.0, "hyperfine_ns": 100.0 * factor, **unknown} for factor in (1.01, 1 / 1.01)]
        figures, lines = trust.tools(rows)
        self.assertAlmostEqual(figures["networks"]["n"]["hyperfine_ns"]["mean"], 1, 12)
        self.assertAlmostEqual(figures["networks"]["n"]["hyperfine_ns"]["high"], math.exp(12.7062047 * math.log(1.01)), 6)
        self.assertIn("n: perf stat's instructions of a run does not count here", lines)

    def test_order(self):
        rows = [{"round": r, "link": link, "case": case, "fusion": "full", "ratio": ratio, "verdict": verdict}
                for r in (1, 2) for link, case, ratio, verdict in
                ((0, "a", 1.001, "SAME"), (1, "a", 0.99, "SAME"), (1, "b", 1.04, "SLOWER"))]
        figures, _ = trust.order(rows)
        self.assertEqual(counts(figures["links"]["1"]["claims"]), (2, 4))
        self.assertEqual(figures["links"]["1"]["largest"]["case"], "b")
        self.assertAlmostEqual(figures["largest"], math.log(1.04), 12)


class Files(unittest.TestCase):
    """From raw files to rows, to figures, and again from the rows."""

    def part(self, part, files, again=True):
        with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()):
            folder = Path(name)
            for path, content in files.items():
                (folder / path).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            rows = list(trust.PARTS[part][0](folder))
            first = []
            for words in ([part, name], ["--again", part, name]) if again else ():
                with self.assertRaises(SystemExit) as ended:
                    trust.main(words)
                self.assertIn(ended.exception.code, (0, 3))
                written = [(folder / f"{part}.{ending}").read_bytes() for ending in ("csv", "json", "txt")]
                self.assertEqual(first or written, written)
                first = written
        return rows

    def test_pairs(self):
        def case(name, verdict):
            ratio = {"value": 1.0, "ci_low": 0.9, "ci_high": 1.1}
            return {"case": name, "fusion": "full", "ratio": ratio, "verdict": verdict, "withheld": None}

        comparison = {"summaries": [{"delta": 0.03}], "cases": [case("a", "SAME"), case("b", "SLOWER")]}
        rows = self.part("pairs", {f"{pair}.compare.json": comparison for pair in (2, 10)}
                         | {f"{pair}.control.json": {"case": "b", "fusion": "full", "dose": 0.05} for pair in (2, 10)})
        self.assertEqual([(row["pair"], row["case"], row["dose"], row["margin"]) for row in rows],
                         [(2, "a", 0, 0.03), (2, "b", 0.05, 0.03), (10, "a", 0, 0.03), (10, "b", 0.05, 0.03)])

    def test_tables_of_engines(self):
        cell = {"value": 1.05, "ci_low": 1.04, "ci_high": 1.06}
        report = {"tables": [{"id": "g1-engines-1t-full", "rows": [{"case": "a", "dosed": cell}]},
                             {"id": "g1-peers-1t-full", "rows": [{"case": "a", "dosed": {**cell, "verdict": "SLOWER"}}]}]}
        rows = self.part("dose-quick", {"0.05-2.tables.json": report})
        self.assertEqual(rows, [{"dose": 0.05, "repeat": 2, "table": "g1-peers-1t-full", "case": "a",
                                 "ratio": 1.05, "low": 1.04, "high": 1.06, "verdict": "SLOWER"}])
        self.assertEqual(len(self.part("suites", {"g1.tables.json": report})), 1)

    def test_tables_of_a_suite(self):
        def row(case, low):
            ratio = {"value": 1.0, "ci_low": low, "ci_high": 1.1}
            return {"section": "x1, ARM set: HOLDS", "case": case, "time_per_madd_ratio": ratio}

        report = {"tables": [{"id": "g1", "rows": [row("1:1", None), row("1:2", 0.9)]}]}
        results = {"device": {"cpu_model": "cpu", "name": "cpu", "isa": "avx2", "virtualised": False,
                              "noise_floor": {"paired": 0.01, "between_runs": None}},
                   "build": {"commit": "c", "compiler": "gcc"},
                   "run": {"command": "run", "start": "2026-01-01T00:00:00Z", "seconds": 6}}
        files = {f"{run}.tables.json": report for run in (1, 2, 3)} | {f"{run}.results.json": results for run in (1, 2, 3)}
        rows = self.part("coverage", files)
        self.assertEqual([row["run"] for row in rows], [1, 2, 3])
        self.assertEqual({(row["group"], row["case"], row["floor"]) for row in rows}, {("x1, ARM set", "1:2", 0.01)})

    def test_tools_of_others(self):
        device = {"cpu_model": "cpu", "name": "cpu", "isa": "avx2", "virtualised": False,
                  "noise_floor": {"paired": 0.01, "between_runs": None}}
        record = {"network": "n", "variant": "1x", "time_ns": {"median": 5e6},
                  "counters": [{"name": "instructions", "value": 30}]}
        results = {"device": device, "build": {"commit": "c", "compiler": "gcc"}, "records": [record],
                   "run": {"command": "run", "start": "2026-01-01T00:00:00Z", "seconds": 6}}
        files = {"1.results.json": results, "n:1x.json": {"runs": 100},
                 "1-n:1x.hyperfine.json": {"results": [{"median": 1.0}, {"median": 1.5}]},
                 "1-n:1x-1.perf": "# started\n\n900.0,msec,task-clock,1,100.00,,\n4000,,instructions:u,1,100.00,,\n",
                 "1-n:1x-2.perf": "1380.0,msec,task-clock,1,100.00,,\n7000,,instructions:u,1,100.00,,\n"}
        row, = self.part("tools", files)
        self.assertAlmostEqual(row["hyperfine_ns"], 5e6)
        self.assertAlmostEqual(row["task_clock_ns"], 4.8e6)
        self.assertEqual((row["instructions"], row["convgauge_instructions"]), (30, 30))
        files["1-n:1x-2.perf"] = "1380.0,msec,task-clock,1,100.00,,\n<not supported>,,instructions:u,0,100.00,,\n"
        self.assertIsNone(self.part("tools", files)[0]["instructions"])
        self.assertIsNone(self.part("tools", files | {"1-n:1x-1.perf": ""})[0]["task_clock_ns"])

    def test_nothing_measured(self):
        with tempfile.TemporaryDirectory() as name, self.assertRaises(SystemExit) as ended:
            trust.main(["pairs", name])
        self.assertIn("holds nothing", str(ended.exception.code))


if __name__ == "__main__":
    unittest.main()
