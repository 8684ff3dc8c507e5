#!/usr/bin/env python3
"""The inner loops of the NEON kernels as they are in a build, analysed by llvm-mca: no ARM core is needed.

usage: loops.py BUILD [--others LIBRARY ...] [--check] [--markdown]

BUILD is an AArch64 build folder. Prints a row for each loop and core: cycles of one round of the loop, how busy
that keeps the multiply-add pipes, and the share of the bound. The bound: what the loop's vector arithmetic, loads or
stores (128 bits) take at least, whichever is most.

  --others    finds the loops densest in multiply-adds by a lane in other libraries (by disassembly), for comparison
  --check     fails (status 1) when a kernel is below its share of the bound (CHECKED: 90 % for the 1x1 kernel on
              Cortex-A57), or the 1x1 kernel behind a comparator
  --markdown  a table for documents
"""
import argparse
import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

OBJDUMP = "aarch64-linux-gnu-objdump"
MCA = shutil.which("llvm-mca-14") or "llvm-mca"  # 14 is what the table in kernels/native/neon was made with

# Cycles that one 128-bit arithmetic instruction, load and store take at least.
# Cortex-A57: Arm, Cortex-A57 Software Optimization Guide, ARM UAN 0015B, 28 January 2016, execution throughput of the
#   AArch64 forms: section 3.15, "ASIMD FP multiply accumulate, Q-form" FMLA, "multiply", "arith, normal", "max/min,
#   normal, Q-form" 1 a cycle; section 3.12, "Load vector reg" LDR 1 a cycle, a pair of Q registers 1/2; section 3.13,
#   "Store vector reg, Q-form" STR 1/2.
# Cortex-A53: Arm published no such guide. Measured by others: FMLA 4S one a cycle (pigirons/cpufp 67c2571,
#   benchmark_result/arm64/RockChip_RK3399.md: a small core makes 11.255 Gflop/s of f32, 7.95 a cycle at the 1.416 GHz
#   that Linux gives it in rk3399-base.dtsi); LDR Q 1/2 a cycle, STR Q 1, FADD, FMAX, FMIN 4S 1 (ocxtal/
#   insn_bench_aarch64 b0879bb, results/raspberry-pi-3_cortex-a53.md). GCC's description agrees (gcc-mirror/gcc
#   gcc/config/arm/cortex-a53.md: 128 bits take both 64-bit units for a cycle). One source contradicts: LLVM pull
#   request 213238 (July 2026) gives FMLA 4S two cycles, which the small core above would need 2.8 GHz for.
# Exynos M3, M4: no guide; LLVM's model, written by the maker: three multiply-add pipes, clamps in others ("beside"), two
#   stores a cycle on M4. UNVERIFIED otherwise.
CORES = {
    "cortex-a57": {"arithmetic": 1.0, "load": 1.0, "store": 2.0},
    "cortex-a53": {"arithmetic": 1.0, "load": 2.0, "store": 1.0, "in_order": 2},
    "exynos-m3": {"arithmetic": 1 / 3, "load": 0.5, "store": 1.0, "beside": True},
    "exynos-m4": {"arithmetic": 1 / 3, "load": 0.5, "store": 0.5, "beside": True},
}
# Cycles a multiply-add may take in relation to a comparator's: the tile for Cortex-A53 may be a little behind, since it
# reads pixels where they lie, and not from a packed copy.
BEHIND = {"cortex-a53": 1.10}
# Kind, function, core, share of the bound that --check asks for.
CHECKED = [
    ("own", "gemm_8_2_0", "cortex-a57", 0.90),
    ("own", "whole_rows_3x3s1_full", "cortex-a57", 0.90),
    ("own", "whole_rows_3x3s2_full", "cortex-a57", 0.80),
    ("in order", "gemm_6_2_0", "cortex-a53", 0.60),
    ("in order", "whole_rows_3x3s1_full", "cortex-a53", 0.55),
]
# The tile that is compared with the densest loops of other libraries.
COMPARED = {"own": "gemm_8_2_0", "in order": "gemm_6_2_0"}

# What each loop belongs to: object, function, kernel's name, core that it is scheduled for.
KERNELS = [
    ("neon_kernels.c.o", "gemm_8_2_0", "gemm 8x8"),
    ("neon_kernels.c.o", "gemm_6_3_0", "gemm 6x12"),
    ("neon_kernels.c.o", "gemm_12_1_0", "gemm 12x4"),
    ("neon_kernels.c.o", "gemm_1_8_0", "gemm 1x32"),
    ("neon_in_order.c.o", "gemm_6_2_0", "gemm 6x8, in order"),
    ("neon_in_order.c.o", "gemm_4_3_0", "gemm 4x12, in order"),
    ("neon_in_order.c.o", "gemm_8_1_0", "gemm 8x4, in order"),
    ("neon_in_order.c.o", "gemm_1_8_0", "gemm 1x32, in order"),
    ("neon_kernels.c.o", "group_6_4", "group 6x4"),
    ("neon_kernels.c.o", "group_12_2", "group 12x2"),
    ("neon_kernels.c.o", "group_14_1", "group 14x1"),
    ("neon_kernels.c.o", "whole_rows_3x3s1_full", "depthwise 3x3"),
    ("neon_in_order.c.o", "whole_rows_3x3s1_full", "depthwise 3x3, in order"),
    ("neon_kernels.c.o", "whole_rows_3x3s2_full", "depthwise 3x3, stride 2"),
    ("neon_kernels.c.o", "whole_rows_any_full", "depthwise k x k"),
    ("neon_kernels.c.o", "max_pool_3x3s2", "max pool 3x3, stride 2"),
    ("neon_kernels.c.o", "max_pool_any", "max pool"),
    ("neon_kernels.c.o", "avg_pool_3x3s2", "avg. pool 3x3, stride 2"),
    ("neon_kernels.c.o", "avg_pool_any", "average pool"),
    ("neon_kernels.c.o", "pass_mean", "global pool"),
    ("neon_kernels.c.o", "pass_add", "add"),
    ("neon_kernels.c.o", "pass_mul", "mul"),
    ("neon_kernels.c.o", "pass_copy", "copy"),
    ("neon_kernels.c.o", "pass_gather", "shuffle (gather)"),
]


def fail(sentence):
    sys.exit(f"loops.py: {sentence}")


def functions(path):
    """(name, [(address, text)]) of each function of an object or library."""
    command = [OBJDUMP, "-d", "--no-show-raw-insn", "-j", ".text", str(path)]
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    except FileNotFoundError:
        fail(f"there is no {OBJDUMP} (Debian: binutils-aarch64-linux-gnu)")
    name, code = None, []
    for line in process.stdout:
        head = re.match(r"^[0-9a-f]+ <([^>]+)>:$", line)
        if head:
            if code:
                yield name, code
            name, code = head.group(1), []
            continue
        found = re.match(r"^\s*([0-9a-f]+):\t(.*?)(?:\s*//.*)?$", line)
        if found:
            code.append((int(found.group(1), 16), found.group(2).strip()))
    if code:
        yield name, code
    if process.wait() != 0:
        fail(f"cannot disassemble {path}")


BRANCH = re.compile(r"^(b\.\w+|b|cbn?z|tbn?z)\s.*?([0-9a-f]+) <")


def inner_loops(code):
    """Bodies of straight loops: from the target of a branch back to that branch, with no other branch inside."""
    place = {address: i for i, (address, _) in enumerate(code)}
    branches = [i for i, (_, text) in enumerate(code) if re.match(r"(b\.|b\s|cb|tb|bl|br|ret)", text)]
    for i in branches:
        found = BRANCH.match(code[i][1])
        start = place.get(int(found.group(2), 16)) if found else None
        if start is None or start >= i or any(start <= k < i for k in branches):
            continue
        yield [text for _, text in code[start:i]]


def count(body, pattern):
    return sum(1 for text in body if re.match(pattern, text))


def multiply_adds(body):
    return count(body, r"fml[as]\s+v\d+\.4s")


def arithmetic(body):
    """Multiply-adds and the other arithmetic on four floats: clamps, sums, products; no moves."""
    return count(body, r"f(ml[as]|add|sub|mul|max|min)\s+v\d+\.4s")


def moved(body, kind):
    """128-bit loads or stores ("ld", "st"): pairs count twice, halves half."""
    total = 0.0
    for text in body:
        found = re.match(rf"({kind}[rpu1-4]\w*)\s+(.*)", text)
        if not found:
            continue
        registers = found.group(2).split("[")[0]
        total += len(re.findall(r"\bq\d+|\bv\d+\.4s", registers)) + 0.5 * len(re.findall(r"\bd\d+", registers))
    return total


def mca(body, core, iterations=200):
    """Total cycles of so many rounds, and llvm-mca's description of each instruction."""
    text = "\n".join(body) + "\n"
    command = [MCA, "-mtriple=aarch64-linux-gnu", f"-mcpu={core}", f"-iterations={iterations}", "-json"]
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True)
    except FileNotFoundError:
        fail(f"there is no {MCA} (Debian: llvm)")
    if done.returncode != 0:
        fail(f"{MCA} cannot read a loop: {done.stderr.splitlines()[:1]}")
    region = json.loads(done.stdout)["CodeRegions"][0]
    return region["SummaryView"]["TotalCycles"] / iterations, region


def registers(text):
    """What an instruction writes and reads; vector registers by number, whatever part of them."""
    name, _, operands = text.partition("\t") if "\t" in text else text.partition(" ")
    named = [("v" if kind in "vqds" else "x") + number
             for kind, number in re.findall(r"\b([vqdsxw])(\d+)\b", operands)]
    memory = re.search(r"\[(.*?)\](!|, #)?", operands)
    if name.startswith(("st", "cmp", "tst", "prfm", "b", "cb", "tb")):
        writes = []
    else:
        writes = named[:2] if name.startswith("ldp") else named[:1]
    reads = named if name.startswith(("fml", "ins", "mov", "ml", "st", "cmp")) or not writes else named[len(writes):]
    if name == "mov" and "[" not in operands.split(",")[0]:
        reads = named[1:]
    base = re.findall(r"\b[xw](\d+)\b", memory.group(1))[:1] if memory and memory.group(2) else []
    return writes, reads, ["x" + b for b in base]


# What a Cortex-A53 issues beside what, as parts of the core that an instruction takes, and for how many cycles. Vector
# arithmetic takes both "low" and "high", so one a cycle. By measurements of others (ncnn, docs/developer-guide/
# arm-a53-a55-dual-issue.md) a 64-bit vector load goes beside an insertion but not beside a multiply-add, a 128-bit one
# holds multiply-adds up for two cycles, a load of a general register costs nothing. A vector store takes a slot of
# arithmetic: GCC's cortex-a53.md. Pairs of loads: as two (insn_bench_aarch64).
ISSUE_A53 = [
    (r"(ldp|ldnp)\s+q", ("low", "high", "memory"), 4),
    (r"(ldr|ldur|ld1)\s+(q|\{?v)", ("low", "high", "memory"), 2),
    (r"(ldp|ldr|ldur)\s+[ds]\d", ("high", "memory"), 1),
    (r"ldp\s", ("memory",), 2),
    (r"(stp|stnp)\s+q", ("low", "high", "memory"), 2),
    (r"(st\w+)\s+(\{?v|[qds]\d)", ("low", "high", "memory"), 1),
    (r"(ld|st|prfm)", ("memory",), 1),
    (r"(ins|mov)\s+v\d+\.d\[\d\], x", ("low",), 1),
    (r"\w+\s+[vqds]\d", ("low", "high"), 1),
]
# Cycles until a sum may be added to again, from the same sources (GCC, LLVM pull request 213238); llvm-mca 14 makes a
# multiply-add wait for the whole of the last one.
FORWARDED_A53 = 4


def issue_a53(text):
    for pattern, parts, cycles in ISSUE_A53:
        if re.match(pattern, text):
            return parts, cycles
    return (), 0


def in_order_cycles(body, region, width, rounds=60):
    """Cycles of a round on a Cortex-A53: `width` instructions a cycle in order, each once its operands and its parts of
    the core are there. Latencies are llvm-mca's; llvm-mca 14 itself also makes such a core write back in order, which
    these do not: a load then waits for every multiply-add before it."""
    infos = region["InstructionInfoView"]["InstructionList"]
    uses = [registers(text) + issue_a53(text) for text in body]
    adds = [bool(re.match(r"fml[as]\s+v", text)) for text in body]
    ready, sums, busy = {}, {}, {}
    cycle, issued, half = 0, 0, 0
    for turn in range(rounds):
        if turn == rounds // 2:
            half = cycle
        for i, (writes, reads, moved_on, parts, cycles) in enumerate(uses):
            needs = [ready.get(r, 0) for r in (reads[1:] if adds[i] else reads) + moved_on]
            if adds[i]:
                needs.append(sums.get(reads[0], ready.get(reads[0], 0)))
            at = max([cycle] + needs + [busy.get(part, 0) for part in parts])
            if at == cycle and issued == width:
                at = max([cycle + 1] + [busy.get(part, 0) for part in parts])
            issued = issued + 1 if at == cycle else 1
            cycle = at
            for register in writes:
                ready[register] = at + infos[i]["Latency"]
                sums.pop(register, None)
                if adds[i]:
                    sums[register] = at + FORWARDED_A53
            for register in moved_on:
                ready[register] = at + 1
            for part in parts:
                busy[part] = at + cycles
    return (cycle - half) / (rounds - rounds // 2)


def analyse(body, core):
    """cycles of a round, use of the multiply-add pipes, share of the bound, what bounds."""
    rates = CORES[core]
    cycles, region = mca(body, core)
    loads = moved(body, "ld")
    if "in_order" in rates:
        cycles = in_order_cycles(body, region, rates["in_order"])
        loads += 0.5 * count(body, r"ldr\s+x\d")  # upper halves of vectors
    work = multiply_adds(body) if "beside" in rates else arithmetic(body)
    needs = {"arithmetic": work * rates["arithmetic"], "loads": loads * rates["load"],
             "stores": moved(body, "st") * rates["store"]}
    by = max(needs, key=needs.get)
    return cycles, multiply_adds(body) * rates["arithmetic"] / cycles, needs[by] / cycles, by


def main_loop(code):
    """The loop with most vector arithmetic and memory traffic in whole vectors."""
    loops = [body for body in inner_loops(code) if moved(body, "ld") > 0 or multiply_adds(body) > 0]
    return max(loops, key=lambda body: (multiply_adds(body), moved(body, "ld") + moved(body, "st"), -len(body)),
               default=None)


def own_loops(build):
    folder = Path(build) / "kernels/native/libcg_native_neon.a.p"
    if not folder.is_dir():
        fail(f"{build} is not an AArch64 build folder: it has no kernels/native/libcg_native_neon.a.p")
    code = {}
    for file in {row[0] for row in KERNELS}:
        code[file] = dict(functions(folder / file))
    for file, function, name in KERNELS:
        body = main_loop(code[file].get(function, []))
        if body:
            yield function, name, file, body
        else:
            yield function, name, file, None


def densest_loops(library, keep=6):
    """Loops with 16 multiply-adds by a lane and more, the highest share of multiply-adds among instructions first."""
    found = {}
    for function, code in functions(library):
        for body in inner_loops(code):
            lanes = count(body, r"fmla\s+v\d+\.4s, v\d+\.4s, v\d+\.s\[")
            if lanes >= 16:
                found.setdefault(tuple(body), function)
    ranked = sorted(found, key=lambda body: -multiply_adds(body) / len(body))[:keep]
    return [(found[body], list(body)) for body in ranked]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build")
    parser.add_argument("--others", nargs="+", default=[], metavar="LIBRARY")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()

    rows, per_step, shares, missing = [], {}, {}, []
    for function, name, file, body in own_loops(arguments.build):
        if body is None:
            missing.append(name)
            continue
        for core in CORES:
            rows.append((name, core, body) + analyse(body, core))
            if multiply_adds(body):
                key = ("in order" if "in_order" in file else "own", function, core)
                per_step[key] = rows[-1][3] / multiply_adds(body)
                shares[key] = rows[-1][5]
    others = {}
    for library in arguments.others:
        best = {}
        for function, body in densest_loops(library):
            for core in CORES:
                result = analyse(body, core)
                cost = result[0] / multiply_adds(body)
                if core not in best or cost < best[core][0]:
                    best[core] = (cost, function, body, result)
        stem = Path(library).name.split(".so")[0]
        for core, (cost, function, body, result) in best.items():
            rows.append((f"{stem}'s densest loop", core, body) + result)
            others[(stem, core)] = cost

    form = "| {:26} | {:10} | {:>5} | {:>4} | {:>7} | {:>10} | {:>7} | {:>6} | {:13} |"
    heads = ("loop", "core", "instr", "fmla", "cycles", "cycles/fmla", "FMA use", "bound", "bounded by")
    line = form if arguments.markdown else form.replace("| ", "").replace(" |", "")
    print(line.format(*heads))
    if arguments.markdown:
        print("|" + "---|" * len(heads))
    for name, core, body, cycles, use, share, by in rows:
        fmas = multiply_adds(body)
        print(line.format(name, core, len(body), fmas, f"{cycles:.1f}", f"{cycles / fmas:.3f}" if fmas else "-",
                          f"{100 * use:.0f} %" if fmas else "-", f"{100 * share:.0f} %", by))
    for name in missing:
        print(f"no straight inner loop over whole vectors: {name}")

    if arguments.check:
        problems = []
        for kind, function, core, wanted in CHECKED:
            share = shares.get((kind, function, core), 0)
            if share < wanted:
                problems.append(f"{function} ({kind}) reaches {100 * share:.0f} % of the bound on {core}, "
                                f"less than {100 * wanted:.0f} %")
        for (stem, core), cost in others.items():
            kind = "in order" if "in_order" in CORES[core] else "own"
            function = COMPARED[kind]
            mine = per_step.get((kind, function, core), math.inf)
            if mine > BEHIND.get(core, 1.02) * cost:
                problems.append(f"{function} takes {mine:.3f} cycles a multiply-add on {core}, {stem} {cost:.3f}")
        for problem in problems:
            print(f"loops.py: {problem}", file=sys.stderr)
        sys.exit(1 if problems else 0)


main()
