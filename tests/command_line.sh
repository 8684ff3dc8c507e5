#!/bin/bash
# The program as people use it: what it prints, what it refuses, with which exit status.
# usage: command_line.sh PROGRAM [WRAPPER...]: see expect.sh
. "$(dirname "$0")/expect.sh"

version=$(sed -n 's/^## \([0-9.]*\) .*/\1/p' "$(dirname "$0")/../CHANGELOG.md" | head -n 1)
expect 0 "^convgauge $version\$" --version
expect 0 'HOLDS' help verdicts
expect 0 'expected DIR' help verify
refuse "unknown command or topic 'verdict'.*'verdicts'" help verdict
refuse 'unknown command or topic' help worker
expect 0 'verify' --help
expect 0 'expected DIR' verify --help
refuse "unknown command 'verfy'.*verify" verfy
refuse "unknown command '--hlep' (did you mean '--help'?)" --hlep
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

# limited KIB ARGUMENT...: the program, whose files may have so many KiB.
limited() (
    ulimit -f "$1"
    shift
    ends 1 run "$@" 2>"$folder/said" && grep -q 'cannot write the output' "$folder/said"
)
check "output beyond the allowed size is an error" limited 1 list networks --json
# Without memory nothing is checked, and that is said; a sanitizer's shadow takes more by itself.
without_memory() (
    ulimit -d 20000
    ends 1 run run g1 --quick --check-only -o "$folder/poor.json" 2>"$folder/said" && grep -q 'nothing could be checked: no' "$folder/said"
)
[ ${#wrapper[@]} -gt 0 ] || grep -q __asan_init "$program" || check "no memory is an error" without_memory
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
    for how in --check-only '--budget 20'; do
        # shellcheck disable=SC2086
        check "40 MB of memory, $how, is an error" in_cgroup 1 'nothing could be \(checked\|measured\): ' run g1 --quick $how \
            -o "$folder/small.json"
    done
    for _ in {1..50}; do # a process that was killed is there for a while
        ! rmdir "$cgroup" 2>/dev/null || break
        sleep 0.1
    done
else
    echo "left out: a cgroup of 40 MB, which cannot be made here"
    [ -z "${cgroup:-}" ] || rmdir "$cgroup" 2>/dev/null
fi
# With descriptors 0 to 2 closed no file that is opened takes their place.
closed() { # closed STATUS ARGUMENT...
    ends "$1" run "${@:2}" <&- >&- 2>&-
}
check "closed descriptors" closed 1 list suites
if [ -s "$folder/plain.onnx" ]; then # this build writes ONNX
    check "closed descriptors and a file" closed 1 export mobilenet_v2:0.35 -o "$folder/closed.onnx"
    check "which is whole" cmp "$folder/closed.onnx" "$folder/plain.onnx"
    # Where weights cannot be handed on, as there are no more descriptors, that is said.
    few_descriptors() (
        for limit in 5 6 7 8; do
            ulimit -Sn $limit
            run run "$folder/plain.onnx"@{32,64,96} --against "$folder/plain.onnx@96" --check-only -o "$folder/few.json"
            [ $? -lt 128 ] || exit 1
        done
    )
    [ ${#wrapper[@]} -gt 0 ] || check "too few descriptors are no crash" few_descriptors
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
    check "an early interruption" early
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
run list guidelines | sed -n 's/^G[0-9]*  *//p' >"$folder/claims"
while read -r claim; do
    check "docs/guidelines.md has '$claim'" grep -qF "$claim" "$(dirname "$0")/../docs/guidelines.md"
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

counted 'command line'
