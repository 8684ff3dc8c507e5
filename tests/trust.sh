#!/bin/bash
# How far measurements can be trusted: known truths are measured, and what is said of them is counted (docs/trust.md).
# usage: trust.sh [OPTION...] [PART...]
#   --list        what parts there are, with the minutes that each takes; without a PART this is all that is done
#   --build DIR   where the program was built (build/release)
#   --raw DIR     where raw results files go, a folder a part; what is there of the part is replaced (build/trust)
#   -o            write each part's figures under results/DEVICE/trust, too
#   --again       measure nothing: figures anew from the raw files
#   --no-install  install nothing (part tools needs hyperfine)
# Scale, where the default is not wanted:
#   --pairs N     pairs of runs (pairs 20, busy 10)
#   --runs N      runs (coverage 20), with --pause SECONDS between them (0)
#   --repeats N   repeats (dose-quick 3, dose-full 2, tools 8, order 6 rounds)
#   --links N     executables linked in another order (order 4)
#   --trials N    simulated measurements (simulation 10000)
#   --doses LIST  shares injected (0.01,0.02,0.03,0.05,0.10)
#   --suites LIST suites to run, --filter REGEX cases, --budget SECONDS of a run, as `convgauge run` takes them
# The machine must do nothing else meanwhile. Ends with 0, or with 3 where a figure is not what is asked for.
set -eu -o pipefail
cd "$(dirname "$0")/.."
root=$PWD
export LC_ALL=C CONVGAUGE_CONFIGS=$root/configs # also for programs that do not lie in a build folder
parts="suites pairs busy dose-quick dose-full coverage simulation tools order"
build=build/release raw=build/trust output='' again='' install=1 loader=''
pairs='' runs='' pause=0 repeats='' links=4 trials=10000 doses=0.01,0.02,0.03,0.05,0.10 suites='' control=0.05
scale=() # of every run

usage() {
    sed -n '2,20s/^# \{0,1\}//p' "$0"
}

list() {
    cat <<'END'
suites      A/A inside every suite: native beside itself, each claim is wrong                       28 minutes
pairs       20 pairs of quick runs of g1 through compare, 5 % injected into one case of each        20 minutes
busy        10 such pairs beside a busy cpu                                                         10 minutes
dose-quick  1, 2, 3, 5, 10 % injected into all cases of g1, quick runs, three times                 20 minutes
dose-full   the same into its aligned sets, full runs, twice                                        27 minutes
coverage    20 quick runs of g1 and g2: intervals against what all runs say together                25 minutes
simulation  simulated measurements: intervals against the truth; takes no quiet machine              1 minute
tools       hyperfine and perf stat on processes that run a plan N and 2 N times                     8 minutes
order       4 executables of the same objects linked in other orders, six rounds of quick runs      10 minutes
END
}

die() {
    echo "trust.sh: $*" >&2
    exit 2
}

number() { # number OPTION VALUE
    case $2 in '' | *[!0-9]* | 0) die "$1 takes a number from 1 on, not '$2'" ;; esac
    echo "$2"
}

while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --list) list && exit 0 ;;
    -o) output=1 && shift && continue ;;
    --again) again=1 && shift && continue ;;
    --no-install) install=0 && shift && continue ;;
    -*) [ $# -gt 1 ] || die "$1 is no option, or lacks what it takes: --help tells all" ;;
    *) break ;;
    esac
    case $1 in
    --build) build=$2 ;;
    --raw) raw=$2 ;;
    --pairs) pairs=$(number "$1" "$2") ;;
    --runs) runs=$(number "$1" "$2") ;;
    --pause) pause=$(number "$1" "$2") ;;
    --repeats) repeats=$(number "$1" "$2") ;;
    --links) links=$(number "$1" "$2") ;;
    --trials) trials=$(number "$1" "$2") ;;
    --doses) doses=$2 ;;
    --suites) suites=${2//,/ } ;;
    --filter | --budget) scale+=("$1" "$2") ;;
    *) die "unknown option '$1': --help tells all" ;;
    esac
    shift 2
done
[ $# -gt 0 ] || { list && exit 0; }
for part in "$@"; do
    case " $parts " in *" $part "*) ;; *) die "there is no part '$part': --list tells all" ;; esac
done
program=$build/tests/convgauge_trust
[ -n "$raw" ] || die "--raw takes a folder"
{ [ -n "$again" ] && [ -z "$output" ]; } || [ -x "$program" ] ||
    die "there is no $program; name another --build, or build it:" \
        "ninja -C $build tests/convgauge_trust tests/run_plan tests/print_coverage"

stop_load() {
    [ -z "$loader" ] || kill "$loader" 2>/dev/null || true
    loader=''
}
trap stop_load EXIT

# The cpus that this process may use, one a line: runs go onto the first, a load onto the last.
cpus=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | awk -F- '{for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i}')
measured=$(echo "$cpus" | head -n 1) loaded=$(echo "$cpus" | tail -n 1)

say() {
    echo "[$(date +%H:%M:%S)] $*" >&2
}

# run FILE ARGUMENT...: a run of $program on one cpu. What it says is shown only when it fails.
run() {
    local file=$1
    shift
    "$program" run "$@" ${scale[@]+"${scale[@]}"} --cores "$measured" -o "$file" >"$folder/said" 2>&1 ||
        { cat "$folder/said" >&2 && return 1; }
}

# tables NAME: what a run says, as JSON.
tables() {
    "$program" report "$folder/$1.results.json" --json >"$folder/$1.tables.json"
}

measure_suites() {
    local suite
    # Those that set engines beside each other: `reuse` is not timed, `breakdown` shows shares.
    [ -n "$suites" ] || suites=$("$program" list suites --json | python3 -c 'import json, sys
print(*(s["name"] for s in json.load(sys.stdin) if s["kind"] not in ("reuse", "breakdown")))')
    for suite in $suites; do
        say "suite $suite"
        run "$folder/$suite.results.json" "$suite" --quick --engine native,dosed
        tables "$suite"
    done
}

# Writes how the case of this number (from 1 on, in turns) of a results file is called: NUMBER FILE OUT. Prints its graph.
choose_control() {
    python3 - "$@" "$control" <<'END'
import json, sys
number, results, out, dose = sys.argv[1:]
with open(results, encoding="utf-8") as text:
    records = [r for r in json.load(text)["records"] if r["fusion"] == "full" and r["time_ns"]]
record = records[(int(number) - 1) % len(records)]
with open(out, "w", encoding="utf-8") as text:
    json.dump({"case": record["case"], "fusion": "full", "graph": record["graph"], "dose": float(dose)}, text)
print(record["graph"])
END
}

measure_pairs() {
    local pair graph
    for pair in $(seq "${pairs:-$1}"); do
        say "pair $pair"
        # shellcheck disable=SC2086 # words
        run "$folder/$pair-a.results.json" ${suites:-g1} --quick --engine dosed
        graph=$(choose_control "$pair" "$folder/$pair-a.results.json" "$folder/$pair.control.json")
        # shellcheck disable=SC2086 # words
        CONVGAUGE_DOSE=$control CONVGAUGE_DOSED_GRAPH=$graph \
            run "$folder/$pair-b.results.json" ${suites:-g1} --quick --engine dosed
        "$program" compare "$folder/$pair-a.results.json" "$folder/$pair-b.results.json" --json >"$folder/$pair.compare.json"
    done
}

measure_busy() {
    [ "$measured" != "$loaded" ] || die "there is one cpu only, so none can be busy beside the measured one"
    taskset -c "$loaded" sh -c 'while :; do :; done' &
    loader=$!
    measure_pairs 10
    stop_load
}

# measure_doses REPEATS ARGUMENT...
measure_doses() {
    local dose repeat repeats=${repeats:-$1}
    shift
    for repeat in $(seq "$repeats"); do
        for dose in ${doses//,/ }; do
            say "dose $dose, repeat $repeat"
            CONVGAUGE_DOSE=$dose run "$folder/$dose-$repeat.results.json" "$@" --engine native,dosed
            tables "$dose-$repeat"
        done
    done
}

measure_coverage() {
    local number
    for number in $(seq "${runs:-20}"); do
        [ "$number" = 1 ] || sleep "$pause"
        say "run $number"
        # shellcheck disable=SC2086 # words
        run "$folder/$number.results.json" ${suites:-g1 g2} --quick
        tables "$number"
    done
}

# How many runs of a network take about a second, written as JSON: RESULTS FOLDER. Prints "NETWORK RUNS" lines.
choose_runs() {
    python3 - "$@" <<'END'
import json, sys
with open(sys.argv[1], encoding="utf-8") as text:
    records = json.load(text)["records"]
for record in records:
    network = record["network"] + (f":{record['variant']}" if record["variant"] else "")
    runs = max(1, round(1e9 / record["time_ns"]["median"]))
    with open(f"{sys.argv[2]}/{network}.json", "w", encoding="utf-8") as text:
        json.dump({"runs": runs}, text)
    print(network, runs)
END
}

# time_with_tools NAME NETWORK RUNS: a process that runs the plan so many times, and one that runs it twice as many.
time_with_tools() {
    local times once="$build/tests/run_plan $2 $3" twice="$build/tests/run_plan $2 $((2 * $3))"
    taskset -c "$measured" hyperfine -N --style none --warmup 1 --runs 5 --export-json "$folder/$1-$2.hyperfine.json" \
        "$once" "$twice" >"$folder/said" 2>&1 || { cat "$folder/said" >&2 && return 1; }
    for times in 1 2; do
        if ! command -v perf >/dev/null ||
            ! taskset -c "$measured" perf stat -x, -e task-clock,instructions:u -o "$folder/$1-$2-$times.perf" \
                "$build/tests/run_plan" "$2" $((times * $3)) >"$folder/said" 2>&1; then
            : >"$folder/$1-$2-$times.perf" # does not count here
        fi
    done
}

measure_tools() {
    local repeat network n count=() quick
    if ! command -v hyperfine >/dev/null && [ "$install" -eq 1 ]; then
        # shellcheck source=scripts/packages.sh
        . "$root/scripts/packages.sh" && install_packages trust
    fi
    command -v hyperfine >/dev/null || die "part tools needs hyperfine (a Debian package)"
    ! "$program" list counters | grep -q '^instructions .*perf_event' || count=(--counters=instructions)
    scale=(--filter '^(shufflenet_v2:1.0x|mobilenet_v2:1.0)$' ${scale[@]+"${scale[@]}"}) # the last filter counts
    for repeat in $(seq "${repeats:-8}"); do
        say "repeat $repeat"
        quick=$folder/$repeat.results.json
        run "$quick" networks --quick ${count[@]+"${count[@]}"}
        [ -f "$folder/networks" ] || choose_runs "$quick" "$folder" >"$folder/networks"
        while read -r network n; do
            time_with_tools "$repeat" "$network" "$n"
        done <"$folder/networks"
    done
}

# link NUMBER OUT: the program's objects, shuffled; by the same number always the same order. 0: as it was built.
link() {
    python3 - "$build" "$1" "$2" <<'END'
import random, shlex, subprocess, sys
build, seed, out = sys.argv[1:]
command = subprocess.run(["ninja", "-C", build, "-t", "commands", "bench/convgauge"], check=True, capture_output=True, text=True)
words = shlex.split(command.stdout.splitlines()[-1])
words[words.index("-o") + 1] = out
if seed != "0":
    objects = []
    for archive in [word for word in words if word.endswith(".a") and not word.startswith("/")]:
        listed = subprocess.run(["ar", "t", archive], cwd=build, check=True, capture_output=True, text=True)
        objects += [name for name in listed.stdout.split() if name not in objects]
        words.remove(archive)
    random.Random(int(seed)).shuffle(objects)
    at = words.index("-o") + 2
    words[at:at] = objects
subprocess.run(words, cwd=build, check=True)
END
}

measure_order() {
    local turn number made=$folder/links
    mkdir -p "$made"
    made=$(cd "$made" && pwd)
    for number in $(seq 0 "$links"); do
        link "$number" "$made/convgauge-$number"
    done
    for turn in $(seq "${repeats:-6}"); do
        # Link 0 twice; the others between, in turns forwards and backwards.
        for number in 0 $([ $((turn % 2)) = 0 ] && seq "$links" -1 1 || seq "$links") again; do
            say "round $turn, link $number"
            program=$made/convgauge-${number/again/0}
            # shellcheck disable=SC2086 # words
            run "$folder/$turn-$number.results.json" ${suites:-g1} --quick
        done
        for number in $(seq "$links") again; do
            "$program" compare "$folder/$turn-0.results.json" "$folder/$turn-$number.results.json" --json \
                >"$folder/$turn-${number/again/0}.compare.json"
        done
    done
    program=$build/tests/convgauge_trust
}

measure() {
    rm -rf "$folder"
    mkdir -p "$folder"
    case $1 in
    suites) measure_suites ;;
    pairs) measure_pairs 20 ;;
    busy) measure_busy ;;
    # shellcheck disable=SC2086 # words
    dose-quick) measure_doses 3 ${suites:-g1} --quick ;;
    dose-full)
        [ -n "$suites" ] || scale=(--filter '/aligned/' ${scale[@]+"${scale[@]}"})
        # shellcheck disable=SC2086 # words
        measure_doses 2 ${suites:-g1}
        ;;
    coverage) measure_coverage ;;
    simulation) "$build/tests/print_coverage" "$trials" >"$folder/simulation.txt" ;;
    tools) measure_tools ;;
    order) measure_order ;;
    esac
}

# With -o: the figures of a part where the device's results are.
keep() {
    local device
    device=$("$program" info --no-measure --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["device"]["name"])')
    mkdir -p "results/$device/trust"
    cp "$folder/$1.csv" "$folder/$1.json" "$folder/$1.txt" "results/$device/trust/"
    say "written to results/$device/trust"
}

worst=0
asked_scale=(${scale[@]+"${scale[@]}"})
for part in "$@"; do
    folder=$raw/$part scale=(${asked_scale[@]+"${asked_scale[@]}"})
    [ -n "$again" ] || measure "$part"
    status=0
    python3 -B tests/trust.py "$part" "$folder" || status=$?
    [ $status -eq 0 ] || [ $status -eq 3 ] || exit 1
    [ $status -le $worst ] || worst=$status
    [ -z "$output" ] || keep "$part"
done
exit "$worst"
