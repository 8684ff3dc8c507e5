#!/bin/bash
# The program as people use it: what it prints, what it refuses, with which exit status.
# usage: command_line.sh PROGRAM [WRAPPER...]   e.g. command_line.sh build/bench/convgauge qemu-aarch64 -L SYSROOT
# EMULATED=1: the wrapper is an emulator, so nothing may be timed.
set -u
program=$1
shift
wrapper=("$@")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache # nothing that is measured beside other tests is remembered for the user
passed=0 failed=0
data=$(dirname "$0")/data

run() {
    "${wrapper[@]}" "$program" "$@"
}

# expect STATUS PATTERN ARGUMENT...: the program with these arguments ends with STATUS, and stdout or stderr match the
# pattern (a basic regular expression).
expect() {
    local status=$1 pattern=$2 got
    shift 2
    run "$@" >"$folder/out" 2>"$folder/err"
    got=$?
    if [ "$got" -eq "$status" ] && grep -q -e "$pattern" "$folder/out" "$folder/err"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "FAILED: convgauge $*: status $got (expected $status), expected to match: $pattern"
    head -n 12 "$folder/out" "$folder/err"
}

# A mistake of the user: status 2, one sentence on stderr, nothing on stdout.
refuse() {
    expect 2 "$@"
    if [ -s "$folder/out" ] || [ "$(wc -l <"$folder/err")" -ne 1 ]; then
        failed=$((failed + 1))
        echo "FAILED: convgauge ${*:2}: not one sentence on stderr and nothing on stdout"
    fi
}

small='^(fc|stem|views: output)$'
native=(--engine native --threads 1)

version=$(sed -n 's/^## \([0-9.]*\) .*/\1/p' "$(dirname "$0")/../CHANGELOG.md" | head -n 1)
expect 0 "^convgauge $version\$" --version
expect 0 'HOLDS' help verdicts
expect 0 'expected DIR' help verify
refuse "unknown command or topic 'verdict'.*'verdicts'" help verdict
refuse 'unknown command or topic' help worker
expect 0 'verify' --help
expect 0 'expected DIR' verify --help
refuse "unknown command 'verfy'.*verify" verfy
refuse 'which command'

# Output that is lost is an error.
lost() {
    local got
    run "$@" >/dev/full 2>"$folder/err"
    got=$?
    { run "$@" >&-; } 2>>"$folder/err"
    got=$got,$?
    if [ "$got" = 1,1 ] && [ "$(grep -c 'cannot write the' "$folder/err")" -eq 2 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: convgauge $* to /dev/full and to a closed output: status $got (expected 1,1)"
    fi
}
lost list networks
lost list networks --json
lost cost --all
lost run reuse
lost run --dry-run
lost cost --help

# What is no regular file is written to and stays; not every build writes ONNX files.
if run export mobilenet_v2:0.35 -o "$folder/plain.onnx" >"$folder/out" 2>&1; then
    mkfifo "$folder/fifo"
    timeout 60 cat "$folder/fifo" >"$folder/through" &
    expect 0 'ONNX operator set' export mobilenet_v2:0.35 -o "$folder/fifo"
    wait
    # An order that was ignored at the start (nohup) is ignored; the FIFO's reader comes after it.
    nohup_holds() {
        local writer
        (trap '' HUP && exec "${wrapper[@]}" "$program" export mobilenet_v2:0.35 -o "$folder/fifo") >/dev/null 2>&1 &
        writer=$!
        sleep 1
        kill -HUP $writer
        timeout 60 cat "$folder/fifo" >/dev/null
        wait $writer
    }
    if [ ${#wrapper[@]} -eq 0 ] && ! nohup_holds; then # qemu-user keeps orders for itself
        failed=$((failed + 1))
        echo "FAILED: SIGHUP ends a program that was started to ignore it"
    fi
    if [ ! -p "$folder/fifo" ] || ! cmp -s "$folder/through" "$folder/plain.onnx"; then
        failed=$((failed + 1))
        echo "FAILED: export into a FIFO replaced it, or wrote something else"
    fi
fi

refuse 'at most 1000 characters' run g1 --dry-run --filter "$(printf '(%.0s' {1..20000})"
refuse 'repeats more than 1000 times' run g1 --dry-run --filter '(x{1,255}){1,255}{1,255}'
refuse 'refers back to a group' run g1 --dry-run --filter '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)\\.\1\2\3\4\5\6\7x'
expect 0 'measurements of different graphs' run g1 --quick --dry-run --filter '^g1|\\1'
refuse "matches no case of suite g2" run g1 g2 --dry-run --filter '^g1/'
if [ ${#wrapper[@]} -eq 0 ]; then
    (ulimit -s 64 && "$program" list suites) >"$folder/out" 2>"$folder/err"
    if [ $? -ne 2 ] || ! grep -q 'the stack is limited to 64 KiB' "$folder/err"; then
        failed=$((failed + 1))
        echo "FAILED: a stack of 64 KiB is not refused"
    fi
fi

# holds WHAT COMMAND...: one check by another command, which ends with 0.
holds() {
    local what=$1
    shift
    if "$@" >"$folder/out" 2>"$folder/err"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        head -n 12 "$folder/out" "$folder/err"
    fi
}
# ends STATUS COMMAND...: it ends with that status.
ends() {
    local status=$1 got
    shift
    "$@"
    got=$?
    [ "$got" -eq "$status" ] || { echo "status $got (expected $status)" && false; }
}
# limited KIB ARGUMENT...: the program, whose files may have so many KiB.
limited() (
    ulimit -f "$1"
    shift
    ends 1 run "$@" 2>"$folder/said" && grep -q 'cannot write the output' "$folder/said"
)
holds "output beyond the allowed size is an error" limited 1 list networks --json
# Without memory nothing is checked, and that is said; a sanitizer's shadow takes more by itself.
without_memory() (
    ulimit -d 20000
    ends 1 run run g1 --quick --check-only -o "$folder/poor.json" 2>"$folder/said" && grep -q 'nothing could be checked: no' "$folder/said"
)
[ ${#wrapper[@]} -gt 0 ] || grep -q __asan_init "$program" || holds "no memory is an error" without_memory
# In a cgroup of 40 MB, where one can be made: by root, below the one that this runs in.
small_cgroup() {
    local own limit=memory.limit_in_bytes
    own=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
    [ -d "$own" ] && [ -e "$own/$limit" ] || own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup) limit=memory.max
    cgroup=$own/convgauge-$$
    mkdir "$cgroup" && echo 40M >"$cgroup/$limit"
} 2>/dev/null
in_cgroup() ( # in_cgroup STATUS PATTERN ARGUMENT...
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    ends "$1" run "${@:3}" 2>"$folder/said" && grep -q "$2" "$folder/said"
)
if [ ${#wrapper[@]} -eq 0 ] && ! grep -q __asan_init "$program" && small_cgroup; then
    for how in --check-only '--budget 2'; do
        # shellcheck disable=SC2086
        holds "40 MB of memory, $how, is an error" in_cgroup 1 'nothing could be \(checked\|measured\): ' run g1 --quick $how \
            -o "$folder/small.json"
    done
    for _ in {1..50}; do # a process that was killed is there for a while
        ! rmdir "$cgroup" 2>/dev/null || break
        sleep 0.1
    done
else
    echo "left out: a cgroup of 40 MB, which cannot be made here"
    rmdir "$cgroup" 2>/dev/null
fi
# With descriptors 0 to 2 closed no file that is opened takes their place.
closed() { # closed STATUS ARGUMENT...
    ends "$1" run "${@:2}" <&- >&- 2>&-
}
holds "closed descriptors" closed 1 list suites
if [ -s "$folder/plain.onnx" ]; then # this build writes ONNX
    holds "closed descriptors and a file" closed 1 export mobilenet_v2:0.35 -o "$folder/closed.onnx"
    holds "which is whole" cmp "$folder/closed.onnx" "$folder/plain.onnx"
    # Where weights cannot be handed on, as there are no more descriptors, that is said.
    few_descriptors() (
        for limit in 5 6 7 8; do
            ulimit -Sn $limit
            run run "$folder/plain.onnx"@{32,64,96} --against "$folder/plain.onnx@96" --check-only -o "$folder/few.json"
            [ $? -lt 128 ] || exit 1
        done
    )
    [ ${#wrapper[@]} -gt 0 ] || holds "too few descriptors are no crash" few_descriptors
fi
if [ ${#wrapper[@]} -eq 0 ]; then
    early() { # interrupted after each of some milliseconds: ends by that, or had ended before
        local s got
        for s in 0.001 0.002 0.004 0.006 0.008 0.012 0.016 0.024; do
            timeout --preserve-status -s INT $s "$program" cost --all >/dev/null
            got=$?
            [ $got -eq 130 ] || [ $got -eq 0 ] || { echo "status $got after $s s" && return 1; }
        done
    }
    holds "an early interruption" early
fi

expect 0 'reference' list engines
expect 0 'native' list engines --json
expect 0 'ncnn:rk3588/5' list devices ncnn
expect 0 'paper:gtx1080ti' list devices paper --json
expect 2 'takes no' list suites ncnn
expect 2 'paper or ncnn' list devices tpu
expect 0 'shufflenet_v2:1.0x' list networks
expect 0 '^G11  At equal multiply-adds' list guidelines
expect 0 '"number": 10' list guidelines --json
"$program" list guidelines | sed -n 's/^G[0-9]*  *//p' >"$folder/claims"
while read -r claim; do
    holds "docs/guidelines.md has '$claim'" grep -qF "$claim" "$(dirname "$0")/../docs/guidelines.md"
done <"$folder/claims"
refuse 'cannot list' list nonsense

# Alone with configs/: the published figures that the suites ask for are built in.
mkdir "$folder/alone"
cp "$program" "$folder/alone/convgauge"
cp -r "$(dirname "$0")/../configs" "$folder/alone/"
built=$program program=$folder/alone/convgauge
expect 0 '^g1 ' list suites
expect 0 'g1/arm/x4/1:6' run g1 --quick --dry-run --check-only
expect 0 'g11/aligned/c96/dense' run guidelines --quick --dry-run
expect 0 '^g5/' run guidelines --dry-run --filter '^g5/'
program=$built

# What a file says reaches the terminal without what a terminal would obey, and forges no line: by each way.
# tame EXPECT-OR-REFUSE STATUS PATTERN ARGUMENT...
tame() {
    "$@"
    if LC_ALL=C grep -q -e $'[\x01-\x08\x0b-\x1f\x7f]' -e $'\xc2\x9b' -e '^forged' "$folder/out" "$folder/err"; then
        failed=$((failed + 1))
        echo "FAILED: convgauge ${*:3}: what a file says is not written out:"
        cat -v "$folder/out" "$folder/err" | head -n 12
    fi
}
evil=$'\x1b[31m\xc2\x9b'
printf 'error("no %s\\nforged")\n' "$evil" >"$folder/evil.lua"
tame refuse 'no \\x1b\[31m\\x9b\\nforged' cost "$folder/evil.lua"
printf 'network { name = "n", source = "\xc2\x9b31m", build = function(x) return x end }\n' >"$folder/evil.lua"
tame refuse 'source contains a control character' cost "$folder/evil.lua"
printf 'network { name = "n", source = "s", variants = { { "%s\\nforged" } }, build = function(x) return x end }\n' "$evil" \
    >"$folder/evil.lua"
tame refuse 'evil.lua:1: ' cost "$folder/evil.lua"
printf 'network { name = "n", source = "s", build = function(x) block "%s\\nforged" return x:conv{8} end }\n' "$evil" \
    >"$folder/evil.lua"
tame refuse 'contains a control character' audit "$folder/evil.lua" --dry-run
printf 'suite { name = "n", title = "%s\\nforged", source = "s" }\n' "$evil" >"$folder/evil.lua"
tame refuse 'evil.lua:1: ' run "$folder/evil.lua" --dry-run
{
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf '%-117s\n' "{'descr': '<f4$evil', 'fortran_order': False, 'shape': (1,), }"
} >"$folder/evil.npy"
tame refuse "^convgauge: [^:]*: the element type is '<f4.x1b" verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/evil.npy" \
    --expect "$folder/evil.npy"
printf '{"schema": "convgauge/2", "%s\nforged' "$evil" >"$folder/evil.json"
tame refuse 'evil.json' report "$folder/evil.json"
printf '{"schema": "%s\\nforged"}' "$evil" >"$folder/evil.json"
tame refuse 'evil.json' report "$folder/evil.json"
if [ -s "$folder/plain.onnx" ]; then # this build reads ONNX
    sed $'s/conv1/c\x1b[2J/g' "$folder/plain.onnx" >"$folder/$evil.onnx"
    tame expect 0 '^conv#1 ' cost "$folder/$evil.onnx" --layers
    tame expect 0 '"name": "..x1b.31m..x9b"' cost "$folder/$evil.onnx" --json
fi

expect 0 '^topology .* cores\?,' info --no-measure
expect 0 '"core_classes": \[' info --no-measure --json
if run info --no-measure --xml "$data/topology/two_socket.xml" 2>&1 | grep -q 'this build has no hwloc'; then
    refuse 'two_socket.xml: this build has no hwloc to read a topology with' info --xml "$data/topology/two_socket.xml"
else
    expect 0 'big .*Cortex-A57' info --xml "$data/topology/snapdragon810.xml"
    expect 0 '64 hardware threads, 2 NUMA nodes' info --xml "$data/topology/two_socket.xml"
    expect 0 'nothing: this is the topology of another machine' info --xml "$data/topology/hybrid_desktop.xml"
    expect 0 '^convgauge: this machine has one class of cores: big means all' info --xml "$data/topology/two_socket.xml" --cores big
    expect 0 'big .*Cortex-A57' info --xml "$data/topology/snapdragon810.xml" --cores big
    refuse 'no such cores; it has all' info --xml "$data/topology/two_socket.xml" --cores little
    refuse 'not a readable hwloc topology' info --xml "$folder/nowhere.xml"
    refuse 'cannot be measured here' info --xml "$data/topology/hybrid_desktop.xml" --noise
    expect 0 'Example two-socket server; Intel, x86_64' info --xml "$data/topology/two_socket.xml"
    if grep -q -e '^limits' -e '^state' -e '^timer' -e '^runs on' -e '^ISA' "$folder/out"; then
        failed=$((failed + 1))
        echo 'FAILED: info --xml tells of this machine, too'
    fi
    sed 's/value="Linux"/value="Linux\xc2\x9b"/; s/value="\(Cortex\)/value="\&#10;forged \1/' "$data/topology/snapdragon810.xml" \
        >"$folder/evil.xml"
    tame expect 0 '^system  *Linux.x9b' info --xml "$folder/evil.xml"
    tame expect 0 'nforged Cortex-A57' info --xml "$folder/evil.xml" --json
    sed 's/<topology version="2.0">/<topology version="3.0">/' "$data/topology/two_socket.xml" >"$folder/v3.xml"
    run info --xml "$folder/v3.xml" >"$folder/out" 2>&1 || refuse "hwloc's format 3.0" info --xml "$folder/v3.xml"
fi
refuse 'no cpu 4095' info --cores 4095
# Libraries bind the process while they are loaded; what it was given counts.
allowed=$(run info --no-measure | grep '^  allowed')
for bound in OMP_PROC_BIND=true OMP_PLACES=cores GOMP_CPU_AFFINITY=0; do
    export "$bound"
    expect 0 "^$allowed\$" info --no-measure
    unset "${bound%%=*}"
done
refuse 'one of --measure and --no-measure' info --measure --no-measure

expect 0 'measurements of different graphs' run g1 --quick --dry-run --check-only
refuse "unknown counter 'cycels' (did you mean 'cycles'?)" run g1 --counters=cycels
refuse "no suite or network 'cycles'.*a list of counters is given as --counters=LIST" run g1 --dry-run --counters cycles
refuse "no suite or network 'nosuch' ('convgauge list suites' and 'list networks' show all)\$" run g1 nosuch --dry-run --counters
expect 0 'measurements of different graphs' run --quick --dry-run --counters g1
refuse "no suite or network 'mobilnet_v2'; did you mean 'mobilenet_v2'" run mobilnet_v2
refuse "unknown command 'rnu' (did you mean 'run'?)" rnu
refuse '--against names what networks are compared with' run g1 --against mobilenet_v2
refuse 'the path x*... is too long' run "$(printf 'x%.0s' {1..1100}).onnx" --dry-run
expect 0 '^mobilenet_v2:1.0@96 ' run shufflenet_v2:0.5x@96 g1 --against mobilenet_v2@96 --quick --dry-run
refuse 'counts nothing' run g1 --check-only --counters
refuse 'times nothing' run g1 --check-only --latency
refuse 'times nothing' run g1 --check-only --instances 2
refuse '^convgauge: --instances 1024 of 1 thread each: 1024 threads, but this process may run on' run g1 --dry-run --instances 1024
refuse '--sustained lasts as long' run g1 --sustained 1 --budget 10
refuse '--cache takes hot, cold, replay' run g1 --cache warm
if [ "${EMULATED:-0}" = 0 ]; then
    timed=(run g1 --quick --filter 'arm/x1/1:2' --processes 2 --budget 2 -o "$folder/run.json")
    expect 0 'ranks differ between the first and the last' run g1 --quick --filter 'arm/x1/1:2' --sustained 0.05 \
        -o "$folder/sustained.json"
    expect 0 ' global_pool *1x1x1024 ' profile shufflenet_v2:0.5x --no-roofline --processes 1 --seconds 0.05
    expect 0 'about 2 s, which the protocol allows' "${timed[@]}" --cache hot,replay --counters=task_clock --dry-run
    expect 0 'results written to' "${timed[@]}" --cache hot,replay --counters=task_clock
    # networks of one's own beside others; the summary again, and what it leaves to other commands
    pair=(run shufflenet_v2:0.5x@64 mobilenet_v1:0.25@64 --quick --processes 2 --budget 4 -o "$folder/pair.json")
    expect 0 'Networks beside each other' "${pair[@]}" --against mobilenet_v1:0.25@64
    expect 0 'How far to trust this' report --summary "$folder/pair.json"
    expect 0 'The networks named' report "$folder/pair.json"
    expect 0 '^G1: equal channel width' "${timed[@]}" --tables -o "$folder/tables.json"
    expect 0 's, as the last time on this device' "${timed[@]}" --cache hot,replay --counters=task_clock --dry-run
    several=(--instances 2)
    [ "$(nproc)" -ge 2 ] || several=()
    expect 0 'Latency of single runs' run g1 --quick --filter 'arm/x1/1:2' --processes 2 --latency "${several[@]}" \
        -o "$folder/latency.json"
    holds "single runs are kept" grep -q '"latency":{"runs":[1-9][0-9]*,"p50_ns":[1-9]' "$folder/latency.json"
    holds "activations are counted" grep -q '"activations":[1-9]' "$folder/latency.json"
    on_terminal() {
        python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
            "${wrapper[@]}" "$program" "$@"
    }
    holds "a line of progress over two groups and their passes" on_terminal run g1 --quick --filter 'x[12]/1:2' \
        --processes 2 --budget 2 --counters=task_clock --latency -o "$folder/terminal.json"
    if [ ${#several[@]} -gt 0 ]; then
        expect 0 '"id": "instances"' report "$folder/latency.json" --json
    fi
    # What is measured over a long time is saved as it goes: a kill leaves what there was.
    "${wrapper[@]}" "$program" run g1 --quick --filter 'arm/x1/1:2' --sustained 0.6 -o "$folder/killed.json" \
        >/dev/null 2>&1 &
    for _ in {1..600}; do
        [ ! -s "$folder/killed.json" ] || break
        sleep 0.1
    done
    kill -KILL $!
    wait $! 2>/dev/null
    expect 0 'of G1\|^G1: ' report "$folder/killed.json"
    holds "what a killed run left is not complete" grep -q '"complete":false' "$folder/killed.json"
    # Where nothing can be saved an interruption says so.
    unsaved() (
        ulimit -f 1
        ends 130 timeout --preserve-status -s INT 4 "${wrapper[@]}" "$program" run g1 --quick \
            --filter 'arm/x1/1:2' --sustained 1 -o "$folder/lost.json" 2>"$folder/said" &&
            grep -q 'what was measured is lost: cannot write' "$folder/said"
    )
    holds "an interruption says that what was measured is lost" unsaved
    holds "and leaves no file" test ! -e "$folder/lost.json"
    unsaved_tables() (
        ulimit -f 1
        said=$(run "${timed[@]}" --tables -o "$folder/lost.json" 2>&1)
        [ $? -eq 1 ] && grep -q '^G1: equal channel width' <<<"$said" && grep -q 'cannot write' <<<"$said"
    )
    holds "the tables of a run that cannot be saved are printed" unsaved_tables
    grep -q '"name":"task_clock"' "$folder/run.json" && grep -q '"cache":"replay"' "$folder/run.json" ||
        { failed=$((failed + 1)); echo "FAILED: the record holds no counters or not the cache state"; }
fi

expect 0 '145.81' cost shufflenet_v2:1.0x
expect 0 '"madds": 1458' cost shufflenet_v2:1.0x --json
refuse 'shufflenet_v2' cost shufflenet_v3
refuse 'variant' cost shufflenet_v2:7x
# Several networks, and figures that others print of one's own; a suite is no network.
expect 0 '^shufflenet_v2:0.5x  .*  41 ' cost mobilenet_v2:1.0 shufflenet_v2:0.5x
expect 0 '"name": "mobilenet_v2:1.0"' cost shufflenet_v2:0.5x mobilenet_v2:1.0 --json
expect 0 '^mobilenet_v1:0.25 ' cost --all --batch 2
refuse "no network 'nosuch'" cost shufflenet_v2:0.5x nosuch
cat >"$folder/own.lua" <<'END'
network { name = "Own", source = "a test", variants = {
  { "Small", 8, published = { mflops = 1.2, note = "counted without the stem" } }, { "large", 16 } },
  build = function(x, v) return x:conv{v[2], 3, stride = 2}:global_pool():fc{10} end }
END
expect 0 '^Own:Small  *2.71  *1.2  *+125' cost "$folder/own.lua:Small"
expect 0 'note: counted without the stem' cost "$folder/own.lua"
expect 0 '^Own:Small@192  *[0-9.]*  *- ' cost "$folder/own.lua@192"
expect 0 '^Own:large  *[0-9.]*  *- ' cost "$folder/own.lua:large"
sed 's/mflops = 1.2, //' "$folder/own.lua" >"$folder/noted.lua"
refuse 'published: mflops are millions of multiply-adds, above 0' cost "$folder/noted.lua"
printf 'suite { name = "s", title = "t",\n kind = "plian", groups = {} }\n' >"$folder/suite.lua"
refuse "suite.lua:1: .*there are plain, slope, widths" run "$folder/suite.lua" --dry-run
refuse "suite.lua:1: .*makes a suite, not a network: 'convgauge run FILE' measures it" profile "$folder/suite.lua"

if [ "${EMULATED:-0}" = 1 ]; then
    refuse 'emulated.*run --check-only' run g1
    expect 0 '"median":null' run g1 --check-only --quick --filter 'arm/x1/1:12' --json -o "$folder/checked.json"
    refuse 'nothing is timed under emulation' profile shufflenet_v2:0.5x
fi

expect 0 '^network: shufflenet_v2 ' verify "${native[@]}" shufflenet_v2:0.5x
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small"
expect 0 '"held": true' verify "${native[@]}" --filter "$small" --json
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small" --isa scalar --fusion none
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small" --save-expected "$folder/expected"
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small" --expected "$folder/expected"
refuse 'has no output for this graph' verify "${native[@]}" --filter '^pad$' --expected "$folder/expected"
head -c 1000 "$folder/expected/expected.bin" >"$folder/cut.bin"
mv "$folder/cut.bin" "$folder/expected/expected.bin"
refuse 'cut off' verify "${native[@]}" --filter "$small" --expected "$folder/expected"
refuse 'cannot read' verify "${native[@]}" --expected "$folder/nowhere"
refuse 'cannot make the folder' verify "${native[@]}" --filter "$small" --save-expected /dev/null/x
refuse "unknown engine 'natve'.*native" verify --engine natve
refuse "there is no instruction set 'sse'" verify --isa sse
refuse 'takes none, layers, full, not .some.' verify --fusion some
refuse 'threads' verify --threads 0
refuse 'regular expression' verify --filter '('
refuse 'matches no case' verify "${native[@]}" --filter nosuchkind
refuse 'belong together' verify shufflenet_v2:0.5x --input x.npy
refuse 'for one network' verify --input x.npy --expect y.npy
refuse 'nowhere.npy' verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/nowhere.npy" --expect "$folder/y.npy"
refuse 'no variant' verify "${native[@]}" shufflenet_v2:7x
refuse "no network 'nosuch'" verify nosuch # before engines are tried, and what they refuse is told
refuse "cannot open 'nosuch.onnx'\\|this build cannot read or write ONNX files" verify shufflenet_v2:0.5x nosuch.onnx
refuse 'nowhere.npy' verify shufflenet_v2:0.5x --input "$folder/nowhere.npy" --expect "$folder/y.npy"
expect 2 '1 thread' verify --engine reference --threads 2 --filter "$small"

# What is asked of `run`, right and wrong. A suite that is computed needs no measurement.
expect 0 'keeps r^j of the channels with r = 0.50' run reuse
expect 0 '^reuse,,"DenseNet, growth 32",k=32,1' run reuse --csv
refuse 'no results file' run reuse -o "$folder/reuse.json"
refuse "no suite or network 'g12'; did you mean" run g12
refuse 'it has quarter, wide_28, equal_28' run g4:narrow
refuse 'matches no case' run g1 --filter nosuchcase
refuse 'regular expression' run g1 --filter '('
refuse 'there is no folder' run g1 -o "$folder/nowhere/x.json"
refuse 'not a regular file' run g1 -o "$folder"
refuse 'threads takes' run g1 --threads 0
refuse 'batch takes' run g1 --batch 4097
refuse 'precision takes' run g1 --precision 0
refuse "unknown engine 'natve'.*native" run g1 --engine natve
refuse 'input size' cost mobilenet_v2:1.0@0
expect 0 '^shufflenet_v2:1.0x@640x480 ' cost shufflenet_v2:1.0x@640x480
if [ -z "${EMULATED:-}" ]; then
    printf 'network { name = "wide", source = "a test", build = function(x)\n local t = {}\n for i = 1, 200 do' \
        >"$folder/wide.lua" # 200 tensors of 6.4 GB that are alive together
    printf ' t[i] = x:conv{32} end\n return add(t):global_pool() end }\n' >>"$folder/wide.lua"
    refuse 'too large for the memory there is' profile "$folder/wide.lua@7000" --no-roofline
fi
printf 'network { name = "fit", source = "a test", build = function(x)\n local a, b = x:conv{8, 3, stride = 2}, x:conv{8}\n' \
    >"$folder/fit.lua"
printf 'return add(a, b) end }\n' >>"$folder/fit.lua"
refuse 'fit.lua:3: layer add3 (add): the shapes differ: 112x112x8 (conv1) and 224x224x8 (conv2)' cost "$folder/fit.lua"
printf 'network { name = "esc", source = "a\\27[31m", build = function(x) return x end }\n' >"$folder/esc.lua"
refuse 'esc.lua:1: .*source contains a control character' cost "$folder/esc.lua"
echo 'while true do end' >"$folder/loop.lua"
refuse 'loop.lua:1: .*endless loop' cost "$folder/loop.lua"
echo 'local t = {} while true do t[#t + 1] = string.rep("x", 1000000) .. #t end' >"$folder/bomb.lua"
refuse 'bomb.lua:1: .*64 MiB' run "$folder/bomb.lua"
# What a network breaks is found without timing.
expect 0 'G4 (no element-wise operation) is broken at 17 places in 17 blocks' audit mobilenet_v2:1.0 --dry-run
expect 0 '^G2 (no group convolution) is broken at 31 places' audit shufflenet_v1:1x_g3 --dry-run
expect 0 'with the network: up to about 60 s, which the protocol allows' audit shufflenet_v1:1x_g3 --dry-run
expect 0 '"guideline": "G3"' audit nasnet_a --dry-run --json
expect 0 '^audit-places,,stem1,G3,4 side by side' audit nasnet_a --dry-run --csv
cat >"$folder/plain.lua" <<'END'
network { name = "plain", source = "a test", build = function(image)
  block "stem"
  local x = image:conv{32, 3, stride = 8, act = "relu"}
  block "plain"
  return x:conv{32, act = "relu"}:conv{32, act = "relu"}
end }
END
expect 0 'G1 (equal channel widths) is broken nowhere' audit "$folder/plain.lua"
refuse 'needs an argument' audit
refuse 'shufflenet_v2' audit shufflenet_v3
refuse 'matches no block' audit mobilenet_v2:1.0 --filter nosuchblock
refuse 'regular expression' audit mobilenet_v2:1.0 --filter '('
refuse 'only one of' audit mobilenet_v2:1.0 --json --csv
refuse "unknown engine 'natve'.*native" audit mobilenet_v2:1.0 --engine natve
refuse "no instruction set 'sse'" audit mobilenet_v2:1.0 --isa sse
if [ -n "${EMULATED:-}" ]; then
    refuse 'emulated' audit mobilenet_v2:1.0
else
    expect 0 '^The whole network takes [0-9.]* \[' audit shufflenet_v2:0.5x --filter stage2.1 --processes 2 --budget 1
    expect 0 '"cost_ns"' audit shufflenet_v2:0.5x --filter stage2.1 --processes 2 --budget 1 --json
    # A machine with thermal zones: the processor's, one below 0 C, one that does not answer.
    zones=$folder/thermal
    mkdir -p "$zones"/thermal_zone{0,1,2}
    printf '%s\n' outside >"$zones/thermal_zone0/type"
    printf '%s\n' -7500 >"$zones/thermal_zone0/temp"
    printf '%s\n' modem >"$zones/thermal_zone1/type"
    printf '%s\n' cpu-thermal >"$zones/thermal_zone2/type"
    printf '%s\n' 61500 >"$zones/thermal_zone2/temp"
    plain=("${wrapper[@]}")
    # shellcheck disable=SC2016
    wrapper=(unshare -rm sh -c 'mount --bind "$0" /sys/class/thermal && exec "$@"' "$zones" "${plain[@]}")
    if "${wrapper[@]}" true 2>/dev/null; then
        expect 0 'cpu-thermal  *61.5 C, the processor' info --no-measure
        expect 0 'outside  *-7.5 C$' info --no-measure
        printf 'out%s\n' $'\x1b[31m' >"$zones/thermal_zone0/type"
        tame expect 0 'out.x1b.31m' info --no-measure
        printf '%s\n' outside >"$zones/thermal_zone0/type"
        expect 0 '"celsius": null' info --no-measure --json
        expect 0 '"zones":\[{"zone":2,"mc":\[61500,.*{"zone":0,"mc":\[-7500,.*{"zone":1,"mc":\[null,' \
            run g1 --quick --filter 'arm/x1/1:1$' --processes 1 --json \
            -o "$folder/zones.json"
        expect 0 '"thermal_zones":\[{"zone":2,"type":"cpu-thermal","processor":true},' \
            run g1 --quick --filter 'arm/x1/1:1$' --processes 1 --json \
            -o "$folder/zones.json"
        # A processor with another's name.
        sed $'s/^model name.*/model name\t: evil\x1b[31m/' /proc/cpuinfo >"$folder/cpuinfo"
        # shellcheck disable=SC2016
        wrapper=(unshare -rm sh -c 'mount --bind "$0" /proc/cpuinfo && exec "$@"' "$folder/cpuinfo" "${plain[@]}")
        ! grep -q evil "$folder/cpuinfo" || tame expect 0 '^processor  *evil.x1b.31m' info --no-measure
    else
        echo "not checked: thermal zones (no mount can be made here)"
    fi
    wrapper=("${plain[@]}")
fi

if run export --help >/dev/null 2>&1 && run export shufflenet_v2:0.5x -o "$folder/a.onnx" --tensors "$folder/a" \
    >/dev/null 2>"$folder/err"; then
    run export shufflenet_v2_torchvision:0.5x -o "$folder/b.onnx" --tensors "$folder/b" >/dev/null
    given=(--input "$folder/a/input_0.npy" --expect "$folder/a/output_0.npy")
    expect 0 ' 0 broken' verify "${native[@]}" shufflenet_v2:0.5x "${given[@]}"
    expect 0 ' 0 broken' verify "${native[@]}" "$folder/a.onnx" "${given[@]}"
    expect 0 ' 0 broken' verify "${native[@]}" "$folder/b.onnx"
    expect 3 'relative L2 error' verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/a/input_0.npy" \
        --expect "$folder/b/output_0.npy"
    refuse 'output_0.npy' verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/a/output_0.npy" \
        --expect "$folder/a/output_0.npy"
    head -c 500 "$folder/a.onnx" >"$folder/c.onnx"
    refuse 'c.onnx' verify "${native[@]}" "$folder/c.onnx"
else
    echo "export is not in this build: $(head -n 1 "$folder/err")"
fi

# For ncnn: with its weights, without them, cut off.
expect 0 'for ncnn' export shufflenet_v2:0.5x -o "$folder/n.param"
expect 0 ' 0 broken' verify "${native[@]}" "$folder/n.param"
rm "$folder/n.bin"
expect 0 'its weights are drawn' cost "$folder/n.param"
head -c 5000 "$folder/n.param" >"$folder/cut.param"
refuse 'cut.param: ' cost "$folder/cut.param"

echo "command line: Tested: $((passed + failed)) | Passing: $passed | Failing: $failed | Crashing: 0"
[ $failed -eq 0 ]
