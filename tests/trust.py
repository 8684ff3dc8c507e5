#!/usr/bin/env python3
"""The figures of tests/trust.sh from what a part of it measured.

usage: trust.py PART FOLDER          reads the raw files in FOLDER, writes PART.csv, PART.json and PART.txt beside them
       trust.py --again PART FOLDER  reads PART.csv in FOLDER, writes the other two anew

PART.csv has a row for each thing observed (a ratio with its verdict, mostly); all else follows from it by the rules of
docs/trust.md, so that equal rows give equal files. PART.json also keeps what was measured where (`about`). The status is 3
where a figure is not what is asked for.
"""
import csv
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

from trust_stats import agree, clopper_pearson, covers, mean_interval, without_floor

CLAIMS = ("FASTER", "SLOWER")


# ---- rows from raw files ----


def load(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def raw(folder, ending):
    """(name without the ending, content) of the JSON files that end so; numbers in the order of numbers."""
    paths = [path for path in Path(folder).iterdir() if path.name.endswith(ending)]
    names = {path.name[: -len(ending)]: path for path in paths}
    for name in sorted(names, key=lambda text: [(not w.isdigit(), int(w) if w.isdigit() else w) for w in text.split("-")]):
        yield name, load(names[name])


def ratio_of(cell):
    return {"ratio": cell["value"], "low": cell["ci_low"], "high": cell["ci_high"]}


def engine_rows(report):
    """Of each case the time of dosed to that of native, from the tables that set engines beside each other."""
    for table in report["tables"]:
        for row in table["rows"] if "-peers-" in table["id"] else ():
            judged = row["dosed"]
            if "verdict" in judged:
                yield {"table": table["id"], "case": row["case"], **ratio_of(judged), "verdict": judged["verdict"]}


def compare_rows(comparison):
    margin = comparison["summaries"][0]["delta"]
    for case in comparison["cases"]:
        yield {"case": case["case"], "fusion": case["fusion"], "margin": margin, **ratio_of(case["ratio"]),
               "verdict": case["verdict"], "withheld": case["withheld"]}


def rows_of_suites(folder):
    for name, report in raw(folder, ".tables.json"):
        yield from ({"suite": name, **row} for row in engine_rows(report))


def rows_of_pairs(folder):
    for name, comparison in raw(folder, ".compare.json"):
        control = load(folder / f"{name}.control.json")
        for row in compare_rows(comparison):
            dosed = row["case"] == control["case"] and row["fusion"] == control["fusion"]
            yield {"pair": int(name), "dose": control["dose"] if dosed else 0, **row}


def rows_of_doses(folder):
    for name, report in raw(folder, ".tables.json"):
        dose, repeat = name.split("-")
        yield from ({"dose": float(dose), "repeat": int(repeat), **row} for row in engine_rows(report))


def rows_of_coverage(folder):
    for name, report in raw(folder, ".tables.json"):
        floor = load(folder / f"{name}.results.json")["device"]["noise_floor"]["paired"] or 0
        for table in report["tables"]:
            for row in table["rows"]:
                cell = row.get("time_per_madd_ratio")
                if cell and cell["ci_low"] is not None and "case" in row:
                    group = row.get("section", "").split(":")[0]
                    yield {"run": int(name), "table": table["id"], "group": group, "case": row["case"], "floor": floor,
                           **ratio_of(cell)}


def rows_of_simulation(folder):
    with open(folder / "simulation.txt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def counted(path, event):
    """What `perf stat -x,` says of an event, or None where it does not count here. Its task-clock is in milliseconds."""
    with open(path, encoding="utf-8") as lines:
        for fields in csv.reader(lines):
            if len(fields) > 2 and fields[2].split(":")[0] == event:
                return float(fields[0]) if fields[0].replace(".", "", 1).isdigit() else None
    return None


def growth(folder, name, event):
    once, twice = (counted(folder / f"{name}-{times}.perf", event) for times in (1, 2))
    return None if once is None or twice is None else twice - once


def network_of(record):
    return record["network"] + (f":{record['variant']}" if record["variant"] else "")


def rows_of_tools(folder):
    for name, results in raw(folder, ".results.json"):
        for record in results["records"]:
            network = network_of(record)
            job = load(folder / f"{network}.json")
            own = f"{name}-{network}"
            once, twice = (result["median"] for result in load(folder / f"{own}.hyperfine.json")["results"])
            clock_ms, instructions = (growth(folder, own, event) for event in ("task-clock", "instructions"))
            counters = {counter["name"]: counter["value"] for counter in record["counters"]}
            yield {"repeat": int(name), "network": network, "runs": job["runs"],
                   "convgauge_ns": record["time_ns"]["median"], "hyperfine_ns": (twice - once) * 1e9 / job["runs"],
                   "task_clock_ns": None if clock_ms is None else clock_ms * 1e6 / job["runs"],
                   "instructions": None if instructions is None else instructions / job["runs"],
                   "convgauge_instructions": counters.get("instructions")}


def rows_of_order(folder):
    for name, comparison in raw(folder, ".compare.json"):
        turn, link = name.split("-")
        yield from ({"round": int(turn), "link": int(link), **row} for row in compare_rows(comparison))


# ---- figures from rows ----


def share(k, n):
    low, high = clopper_pearson(k, n)
    return {"k": k, "n": n, "share": k / n if n else None, "low": low, "high": high}


def mean_of(values):
    mean, low, high = mean_interval(values)
    return {"mean": mean, "low": low, "high": high, "n": len(values)}


def grouped(rows, *keys):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]].append(row)
    return groups


def say_share(figure):
    if not figure["n"]:
        return "0 of 0"
    return f"{figure['k']} of {figure['n']}, " + say_mean({**figure, "mean": figure["share"]}, 1)


def say_mean(figure, digits=2):
    """Of a share, in percent."""
    text = f"{100 * figure['mean']:.{digits}f} %"
    return text if figure["low"] is None else f"{text} [{100 * figure['low']:.{digits}f}, {100 * figure['high']:.{digits}f}]"


def say_asked(figures, what, holds):
    figures["asked"].append({"what": what, "holds": bool(holds)})


def suites(rows):
    """A/A in every suite: every claim is wrong."""
    figures, lines = {"suites": {}, "asked": []}, []
    for suite, own in grouped(rows, "suite").items():
        verdicts = Counter(row["verdict"] for row in own)
        wrong = [f"{row['case']} {row['ratio']:.3f} {row['verdict']}" for row in own if row["verdict"] in CLAIMS]
        counts = dict(sorted(verdicts.items()))
        figures["suites"][suite] = {"wrong": share(len(wrong), len(own)), "verdicts": counts, "cases": wrong}
        said = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
        lines.append("; ".join([f"{suite}: {len(wrong)} wrong claims in {len(own)} cases ({said})", *wrong]))
    tables = grouped(rows, "suite", "table").values()
    figures["tables"] = share(sum(any(row["verdict"] in CLAIMS for row in own) for own in tables), len(tables))
    figures["wrong"] = share(sum(row["verdict"] in CLAIMS for row in rows), len(rows))
    lines.append(f"All: wrong claims {say_share(figures['wrong'])}; tables with one {say_share(figures['tables'])}")
    say_asked(figures, "at most 1 table in 20 with a wrong claim", 20 * figures["tables"]["k"] <= max(20, len(tables)))
    return figures, lines


def answer(row):
    """What a comparison made of the control, a known difference."""
    if row["verdict"] == "SLOWER":
        return "found"
    if row["withheld"]:
        return "withheld"
    if row["verdict"] == "FASTER" or (row["verdict"] == "SAME" and row["margin"] < row["dose"]):
        return "denied"
    return "undecided"


def pairs(rows, calm=True):
    """A/A of whole runs through `compare`, with a control in each pair."""
    by_pair = grouped(rows, "pair")
    controls = [row for row in rows if row["dose"] > 0]
    plain = [row for row in rows if row["dose"] == 0]
    wrong = [row for row in plain if row["verdict"] in CLAIMS]
    answers = Counter(map(answer, controls))
    figures = {
        "pairs": share(len({row["pair"] for row in wrong}), len(by_pair)),
        "claims": share(len(wrong), len(plain)),
        "control": {name: share(answers[name], len(controls)) for name in ("found", "withheld", "undecided", "denied")},
        "margin": [min(row["margin"] for row in rows), max(row["margin"] for row in rows)],
        "withheld_elsewhere": sum(bool(row["withheld"]) for row in plain),
        "asked": [],
    }
    lines = [
        f"Pairs with a wrong claim: {say_share(figures['pairs'])}; wrong claims among all: {say_share(figures['claims'])}",
        *(f"The control was {name}: {say_share(figures['control'][name])}" for name in figures["control"]),
        f"The margin was {100 * figures['margin'][0]:.1f} to {100 * figures['margin'][1]:.1f} %",
        *(f"  pair {row['pair']:g}: {row['case']} {row['ratio']:.3f} {row['verdict']}, where nothing differs" for row in wrong),
        *(f"  pair {row['pair']:g}: {row['case']} {row['ratio']:.3f} {answer(row)}"
          for row in controls if answer(row) != "found"),
    ]
    n = len(by_pair)
    say_asked(figures, "at most 1 pair in 20 with a wrong claim", 20 * figures["pairs"]["k"] <= max(20, n))
    if calm:
        say_asked(figures, "the control found in at least 18 of 20", 20 * answers["found"] >= 18 * n)
    else:
        say_asked(figures, "the control found or withheld", answers["found"] + answers["withheld"] == len(controls))
    say_asked(figures, "the control never denied", answers["denied"] == 0)
    return figures, lines


def busy(rows):
    return pairs(rows, calm=False)


def bias(rows, dose):
    """Measured less injected log-ratio: over repeats, where there are two or more, else over cases."""
    errors = [[math.log(row["ratio"]) - math.log1p(dose) for row in own] for own in grouped(rows, "repeat").values()]
    if len(errors) > 1:
        return mean_of([math.fsum(own) / len(own) for own in errors]) | {"over": "runs"}
    return mean_of(errors[0]) | {"over": "cases"}


def doses(rows, asked):
    """Dose and response: how often a known difference is found, and what is measured of it."""
    figures, lines = {"doses": {}, "asked": []}, []
    for dose, own in sorted(grouped(rows, "dose").items()):
        found = sum(row["verdict"] == "SLOWER" for row in own)
        covered = sum(row["low"] <= 1 + dose <= row["high"] for row in own)
        figures["doses"][f"{dose:g}"] = entry = {
            "found": share(found, len(own)),
            "faster": share(sum(row["verdict"] == "FASTER" for row in own), len(own)),
            "same": share(sum(row["verdict"] == "SAME" for row in own), len(own)),
            "covered": share(covered, len(own)),
            "bias": bias(own, dose),
        }
        others = f"SAME {entry['same']['k']}, FASTER {entry['faster']['k']}"
        lines.append(f"{100 * dose:g} %: found {say_share(entry['found'])}, {others}; "
                     f"bias {say_mean(entry['bias'])} over {entry['bias']['n']} {entry['bias']['over']}; "
                     f"injected ratio in the interval {say_share(entry['covered'])}")
        if dose == asked:
            say_asked(figures, f"{100 * dose:g} % found in 9 of 10 cases", 10 * found >= 9 * len(own))
    return figures, lines


def dose_quick(rows):
    return doses(rows, 0.05)


def dose_full(rows):
    return doses(rows, 0.03)


def coverage(rows):
    """Intervals of quick runs against what all runs say together, and two runs that follow each other against each other."""
    by_run, alone, by_pair, cases = defaultdict(list), defaultdict(list), defaultdict(list), 0
    for own in grouped(rows, "table", "group", "case").values():
        if len(own) < 3:
            continue
        cases += 1
        pooled = math.fsum(math.log(row["ratio"]) for row in own) / len(own)
        for row in own:
            by_run[row["run"]].append(covers(row, pooled, len(own)))
            alone[row["run"]].append(covers(without_floor(row), pooled, len(own)))
        own.sort(key=lambda row: row["run"])
        for before, after in zip(own, own[1:]):
            by_pair[before["run"]].append(agree(before, after))
    figures = {"cases": cases, "runs": len(by_run), "asked": []}
    if not by_run:
        return figures, ["Fewer than three runs: nothing can be pooled"]
    every = [held for held_by_run in by_run.values() for held in held_by_run]
    figures["all"] = share(sum(every), len(every))
    figures["coverage"] = mean_of([sum(held) / len(held) for held in by_run.values()])
    figures["alone"] = mean_of([sum(held) / len(held) for held in alone.values()])
    figures["neighbours"] = mean_of([sum(held) / len(held) for held in by_pair.values()])
    figures["per_run"] = {str(run): sum(held) / len(held) for run, held in sorted(by_run.items())}
    lines = [f"95 % intervals of {cases} ratios in {len(by_run)} runs hold the pooled ratio {say_mean(figures['coverage'], 1)}, "
             f"the interval over runs; {say_share(figures['all'])}, were all independent",
             f"Those of the scatter between processes alone, without the noise floor: {say_mean(figures['alone'], 1)}",
             f"Two runs that follow each other differ by no more than their intervals allow: {say_mean(figures['neighbours'], 1)}"]
    for name, words in ("coverage", "95 % or more"), ("neighbours", "95 % or more of runs that follow each other"):
        say_asked(figures, words, figures[name]["mean"] >= 0.95 or figures[name]["high"] >= 0.95)
    return figures, lines


def simulation(rows):
    """Intervals of simulated runs under the stop rule."""
    figures, lines = {"worlds": [], "asked": []}, []
    for row in rows:
        entry = {**row, "coverage": share(int(row["covered"]), int(row["trials"]))}
        figures["worlds"].append(entry)
        processes = f"at most {row['most']:g} processes ({row['used']:.1f} used)"
        lines.append(f"{row['world']}, {processes}: {say_share(entry['coverage'])}")
    every = [entry["coverage"]["share"] for entry in figures["worlds"]]
    figures["lowest"], figures["highest"] = min(every), max(every)
    lines.append(f"From {100 * min(every):.1f} to {100 * max(every):.1f} %")
    say_asked(figures, "within 1 point of 95 %", min(every) >= 0.94 and max(every) <= 0.96)
    return figures, lines


def agreement(rows, theirs, ours):
    """The ratio of both over repeats, or None where one does not count."""
    logs = [math.log(row[theirs] / row[ours]) for row in rows if (row[theirs] or 0) > 0 and (row[ours] or 0) > 0]
    if not logs:
        return None
    figure = mean_of(logs)
    return {key: None if value is None else value if key == "n" else math.exp(value) for key, value in figure.items()}


TOOLS = [
    ("hyperfine_ns", "convgauge_ns", "hyperfine's time of a run"),
    ("task_clock_ns", "convgauge_ns", "perf stat's task-clock of a run"),
    ("instructions", "convgauge_instructions", "perf stat's instructions of a run"),
]


def tools(rows):
    """Agreement with what others wrote."""
    figures, lines = {"networks": {}, "asked": []}, []
    for network, own in grouped(rows, "network").items():
        entry = figures["networks"][network] = {theirs: agreement(own, theirs, ours) for theirs, ours, _ in TOOLS}
        for theirs, _, words in TOOLS:
            figure = entry[theirs]
            if figure is None:
                lines.append(f"{network}: {words} does not count here")
                continue
            interval = "" if figure["low"] is None else f" [{figure['low']:.4f}, {figure['high']:.4f}]"
            lines.append(f"{network}: {words} is {figure['mean']:.4f}{interval} of convgauge's, over {figure['n']} repeats")
    return figures, lines


def order(rows):
    """The same sources linked in another order: what is different where nothing in the sources is. Link 0 is the first again."""
    figures, lines = {"links": {}, "asked": []}, []
    for link, own in sorted(grouped(rows, "link").items()):
        claims = [row for row in own if row["verdict"] in CLAIMS]
        shifts = {case: mean_of([math.log(row["ratio"]) for row in rows_of_case])
                  for case, rows_of_case in grouped(own, "case", "fusion").items()}
        (case, fusion), largest = max(shifts.items(), key=lambda item: abs(item[1]["mean"]))
        figures["links"][str(int(link))] = entry = {
            "claims": share(len(claims), len(own)),
            "largest": {"case": case, "fusion": fusion, **largest},
            "mean_shift": math.fsum(abs(shift["mean"]) for shift in shifts.values()) / len(shifts),
        }
        name = "the same link again" if link == 0 else f"link {link:g}"
        mean = f"{100 * entry['mean_shift']:.2f} % on average"
        lines.append(f"{name}: claims {say_share(entry['claims'])}; a case differs by {mean}, {case} most: {say_mean(largest)}")
    figures["largest"] = max(abs(entry["largest"]["mean"]) for entry in figures["links"].values())
    lines.append(f"Equal sources differ by up to {100 * figures['largest']:.1f} %: less than that across builds is no claim "
                 "about sources")
    return figures, lines


# ---- files ----

PARTS = {
    "suites": (rows_of_suites, suites),
    "pairs": (rows_of_pairs, pairs),
    "busy": (rows_of_pairs, busy),
    "dose-quick": (rows_of_doses, dose_quick),
    "dose-full": (rows_of_doses, dose_full),
    "coverage": (rows_of_coverage, coverage),
    "simulation": (rows_of_simulation, simulation),
    "tools": (rows_of_tools, tools),
    "order": (rows_of_order, order),
}
TEXTS = {"suite", "table", "case", "fusion", "verdict", "withheld", "group", "world", "network"}


def value_of(key, text):
    if text == "":
        return None
    return text if key in TEXTS else float(text)


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return [{key: value_of(key, text) for key, text in row.items()} for row in csv.DictReader(lines)]


def write_rows(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def about(folder):
    """What was measured where, from the results files among the raw ones."""
    runs = [content for _, content in raw(folder, ".results.json")]
    if not runs:
        return {}
    device, build = runs[0]["device"], runs[0]["build"]
    return {
        "device": device["cpu_model"], "name": device["name"], "isa": device["isa"], "virtualised": device["virtualised"],
        "noise_floor": {key: device["noise_floor"][key] for key in ("paired", "between_runs")},
        "commit": build["commit"], "compiler": build["compiler"], "command": runs[0]["run"]["command"], "runs": len(runs),
        "begin": min(run["run"]["start"] for run in runs), "end": max(run["run"]["start"] for run in runs),
        "minutes": round(sum(run["run"]["seconds"] for run in runs) / 60, 1),
    }


def write_figures(part, folder, origin):
    """Returns whether all that is asked for holds."""
    figures, lines = PARTS[part][1](read_rows(folder / f"{part}.csv"))
    lines += [f"asked: {asked['what']}: {'yes' if asked['holds'] else 'NO'}" for asked in figures["asked"]]
    head = f"{part}: {origin['device']}, {origin['begin'][:10]}, commit {origin['commit']}" if origin else part
    text = "\n".join([head, *lines]) + "\n"
    whole = {"part": part, "about": origin, "figures": figures}
    (folder / f"{part}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    (folder / f"{part}.txt").write_text(text, encoding="utf-8")
    print(text, end="")
    return all(asked["holds"] for asked in figures["asked"])


def main(words):
    again = words[:1] == ["--again"]
    words = words[again:]
    if len(words) != 2 or words[0] not in PARTS:
        sys.exit(__doc__)
    part, folder = words[0], Path(words[1])
    if again:
        origin = load(folder / f"{part}.json")["about"]
    else:
        rows, origin = list(PARTS[part][0](folder)), about(folder)
        if not rows:
            sys.exit(f"trust.py: {folder} holds nothing that was measured for {part}")
        write_rows(folder / f"{part}.csv", rows)
    sys.exit(0 if write_figures(part, folder, origin) else 3)


if __name__ == "__main__":
    main(sys.argv[1:])
