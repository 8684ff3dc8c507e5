#!/bin/bash
# Runs, profiles and audits: what is asked of them, right and wrong, and what they say.
# usage: command_line_run.sh PROGRAM [WRAPPER...]: see expect.sh
. "$(dirname "$0")/expect.sh"

mkdir "$folder/folder.lua"
expect 0 'measurements of different graphs' run g1 --quick --dry-run --check-only
refuse "unknown counter 'cycels' (did you mean 'cycles'?)" run g1 --counters=cycels
refuse "no suite or network 'cycles'.*a list of counters is given as --counters=LIST" run g1 --dry-run --counters cycles
refuse "no suite or network 'nosuch' ('convgauge list suites' and 'list networks' show all)\$" run g1 nosuch --dry-run --counters
expect 0 'measurements of different graphs' run --quick --dry-run --counters g1
refuse "no suite or network 'mobilnet_v2'; did you mean 'mobilenet_v2'" run mobilnet_v2
refuse "'list' is a command, not a suite or network: it stands in place of 'run'" run list guidelines --dry-run
refuse "no suite or network 'guideline'; did you mean 'guidelines'?" run guideline --dry-run
refuse "is read neither as a suite nor as a network: its name ends in none of" run "$folder" --dry-run
refuse "'g1' is a suite, not a network: 'convgauge run g1' measures it" cost g1
refuse "with --dry-run in place of --filter they are listed" run g1 --filter nosuch
expect 0 "^1 case, 1 measurement of different graphs" run g1 --quick --dry-run --filter "^g1/arm/x1/1:1\$"
refuse "unknown command 'rnu' (did you mean 'run'?)" rnu
refuse "unknown option '--engne'; did you mean '--engine'?" run g1 --engne native
refuse "^convgauge: cannot open 'nosuch.onnx'\\|this build cannot read or write ONNX files" run nosuch.onnx --dry-run
refuse "results files are read by 'convgauge report' and 'compare'" run "$folder/nosuch.json"
refuse 'is a folder: name a file in it' cost "$folder/folder.lua"
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
    timed=(run g1 --quick --filter 'arm/x1/1:2' --processes 2 --budget 8 -o "$folder/run.json")
    expect 0 'ranks differ between the first and the last' run g1 --quick --filter 'arm/x1/1:2' --sustained 0.05 \
        -o "$folder/sustained.json"
    expect 0 ' global_pool *1x1x1024 ' profile shufflenet_v2:0.5x --no-roofline --processes 1 --seconds 0.05
    expect 0 'about 8 s, which the protocol allows' "${timed[@]}" --cache hot,replay --counters=task_clock --dry-run
    expect 0 'results written to' "${timed[@]}" --cache hot,replay --counters=task_clock
    # files of ncnn: with weights, and without, which are drawn then
    short=(--engine native --no-roofline --processes 1 --seconds 0.05)
    expect 0 '^pool  *global_pool  *1x1x2 ' profile "$data/ncnn/small.param" "${short[@]}"
    expect 0 '^no_weights@32: .*its weights are drawn at random' profile "$data/ncnn/no_weights.param" "${short[@]}"
    expect 0 '^no_weights@64  *0.426 ' run "$data/ncnn/small.param" "$data/ncnn/no_weights.param@64" --engine native --quick \
        --processes 2 --budget 8 -o "$folder/param.json"
    check 'a run says that weights are drawn' test "$(grep -c 'no_weights@64: .*its weights are drawn at random' "$folder/err")" -eq 1
    check 'its results file says so, too' grep -q 'its weights are drawn at random' "$folder/param.json"
    # networks of one's own beside others; the summary again, and what it leaves to other commands
    pair=(run shufflenet_v2:0.5x@64 mobilenet_v1:0.25@64 --quick --processes 2 --budget 20 -o "$folder/pair.json")
    expect 0 'Networks beside each other' "${pair[@]}" --against mobilenet_v1:0.25@64
    expect 0 'How far to trust this' report --summary "$folder/pair.json"
    expect 0 'The networks named' report "$folder/pair.json"
    expect 0 '^G1: equal channel width' "${timed[@]}" --tables -o "$folder/tables.json"
    expect 0 's, as the last time on this device' "${timed[@]}" --cache hot,replay --counters=task_clock --dry-run
    several=(--instances 2)
    [ "$(nproc)" -ge 2 ] || several=()
    expect 0 'Latency of single runs' run g1 --quick --filter 'arm/x1/1:2' --processes 2 --latency "${several[@]}" \
        --tables -o "$folder/latency.json"
    check "their table is printed once" test "$(grep -c '^Latency of single runs' "$folder/out")" -eq 1
    check "single runs are kept" grep -q '"latency":{"runs":[1-9][0-9]*,"p50_ns":[1-9]' "$folder/latency.json"
    python3 "$(dirname "$0")/split_results.py" pass "$folder/latency.json" >"$folder/pass.json"
    expect 0 'results written to' run --continue "$folder/pass.json"
    refuse 'nothing is missing in' run --continue "$folder/pass.json"
    if [ ${#several[@]} -gt 0 ]; then
        python3 "$(dirname "$0")/split_results.py" turn "$folder/latency.json" >"$folder/turn.json"
        expect 0 'results written to' run --continue "$folder/turn.json"
        refuse 'nothing is missing in' run --continue "$folder/turn.json"
    fi
    check "activations are counted" grep -q '"activations":[1-9]' "$folder/latency.json"
    on_terminal() {
        python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
            "${wrapper[@]}" "$program" "$@"
    }
    check "a line of progress over two groups and their passes" on_terminal run g1 --quick --filter 'x[12]/1:2' \
        --processes 2 --budget 20 --counters=task_clock --latency -o "$folder/terminal.json"
    skipped_once() {
        run run g1 g2 --quick --check-only --tables --engine reference --threads 2 -o "$folder/skipped.json" |
            grep -c '^Skipped' | grep -qx 1
    }
    if [ ${#several[@]} -gt 0 ]; then
        check "what was skipped is listed once" skipped_once
        expect 0 '"id": "instances"' report "$folder/latency.json" --json
        expect 0 'G1: growth of the cost with several plans at once' report "$folder/latency.json"
    fi
    # A run that was interrupted: what its file lacks is measured and added to it; split runs are joined.
    again=(run g1 --quick --filter 'x[12]/1:2' --processes 3)
    expect 0 'results written to' "${again[@]}" -o "$folder/whole.json"
    for part in cut first rest; do
        python3 "$(dirname "$0")/split_results.py" $part "$folder/whole.json" >"$folder/$part.json"
    done
    refuse 'nothing is missing in' run --continue "$folder/whole.json"
    refuse 'holds another run' run g2 --quick --processes 3 --continue "$folder/cut.json"
    refuse 'another number of processes' "${again[@]}" --processes 4 --continue "$folder/cut.json"
    refuse 'sustained' run --continue "$folder/cut.json" --sustained 1
    expect 0 '--continue FILE' run --continue "$folder/nowhere.json" --help
    expect 0 'measurements of different graphs' run --continue "$folder/cut.json" --dry-run
    expect 0 'is not complete$' merge "$folder/cut.json" "$folder/rest.json" -o "$folder/joined.json"
    expect 0 'results written to' run --continue "$folder/cut.json"
    check "what was missing is measured" python3 "$(dirname "$0")/split_results.py" same "$folder/whole.json" "$folder/cut.json"
    expect 0 'records of 1 suite, from 2 files$' merge "$folder/first.json" "$folder/rest.json" -o "$folder/joined.json"
    check "the parts are the whole" python3 "$(dirname "$0")/split_results.py" same "$folder/whole.json" "$folder/joined.json"
    expect 0 '^G1: equal channel width' report "$folder/joined.json"
    refuse 'both hold the same samples' merge "$folder/first.json" "$folder/first.json" -o "$folder/twice.json"
    refuse 'both hold the same samples' merge "$folder/joined.json" "$folder/rest.json" -o "$folder/twice.json"
    sed 's/"compiler": "/"compiler": "other /' "$folder/rest.json" >"$folder/other.json"
    refuse 'another build of convgauge' merge "$folder/first.json" "$folder/other.json" -o "$folder/joined.json"
    refuse 'name two results files' merge "$folder/first.json" -o "$folder/joined.json"
    refuse 'where to' merge "$folder/first.json" "$folder/rest.json"
    # Its file is there after 5 s, of about 15 on every machine. A job in the background does not obey SIGINT.
    "${wrapper[@]}" "$program" run g1 --quick --filter 'x[124]/1:' -o "$folder/stopped.json" >/dev/null 2>"$folder/said" &
    stopped=$!
    while [ ! -s "$folder/stopped.json" ] && kill -0 $stopped 2>/dev/null; do
        sleep 0.1
    done
    kill -TERM $stopped
    check "a run is interrupted" ends 130 wait $stopped
    check "an interruption says what is missing" grep -q '^convgauge: measured in part: g1 ' "$folder/said"
    expect 0 'results written to' run --continue "$folder/stopped.json"
    refuse 'nothing is missing in' run --continue "$folder/stopped.json"
    # Profiles of several settings and networks.
    short=(--processes 1 --seconds 0.05)
    expect 0 'times the fastest' profile shufflenet_v2:0.5x --fusion full,none --no-roofline "${short[@]}"
    expect 0 '^sum of the layers .* 1.00' profile shufflenet_v2:0.5x --fusion full,layers --sort loss --no-roofline "${short[@]}"
    expect 0 '^"mobilenet_v1:0.25@64",' profile shufflenet_v2:0.5x@64 mobilenet_v1:0.25@64 --csv --no-roofline "${short[@]}"
    expect 0 '"block": "stage2.1"' profile shufflenet_v2:0.5x@64 --sort time --json --no-roofline "${short[@]}"
    expect 0 'Over batches' run shufflenet_v2:0.5x@64 mobilenet_v1:0.25@64 --batch 1,2 --quick --processes 2 --budget 8 \
        -o "$folder/batches.json"
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
    check "what a killed run left is not complete" grep -q '"complete":false' "$folder/killed.json"
    # Interrupted as soon as it has a worker, which is before it measures the machine.
    before_the_first() (
        export XDG_CACHE_HOME=$folder/anew
        "${wrapper[@]}" "$program" run g1 --quick -o "$folder/early.json" 2>"$folder/said" &
        until [ -n "$(cat "/proc/$!/task/$!/children")" ] || ! kill -0 $! 2>/dev/null; do
            sleep 0.01
        done
        kill -TERM $!
        ends 130 wait $! &&
            grep -q 'interrupted before the first case: nothing was written' "$folder/said" && [ ! -e "$folder/early.json" ]
    )
    check "an early interruption says that nothing was written" before_the_first
    # Where nothing can be saved an interruption says so.
    unsaved() (
        ulimit -f 1
        ends 130 timeout --preserve-status -s INT 4 "${wrapper[@]}" "$program" run g1 --quick \
            --filter 'arm/x1/1:2' --sustained 1 -o "$folder/lost.json" 2>"$folder/said" &&
            grep -q 'what was measured is lost: cannot write' "$folder/said"
    )
    check "an interruption says that what was measured is lost" unsaved
    check "and leaves no file" test ! -e "$folder/lost.json"
    unsaved_tables() (
        ulimit -f 1
        said=$(run "${timed[@]}" --tables -o "$folder/lost.json" 2>&1)
        [ $? -eq 1 ] && grep -q '^G1: equal channel width' <<<"$said" && grep -q 'cannot write' <<<"$said"
    )
    check "the tables of a run that cannot be saved are printed" unsaved_tables
    grep -q '"name":"task_clock"' "$folder/run.json" && grep -q '"cache":"replay"' "$folder/run.json" ||
        { failed=$((failed + 1)); echo "FAILED: the record holds no counters or not the cache state"; }
fi

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
expect 0 '^in all' audit mobilenet_v2:1.0 --dry-run
refuse 'needs an argument' audit
refuse '--sort takes run, time and loss' profile mobilenet_v2:1.0 --sort size
refuse 'needs the machine' profile mobilenet_v2:1.0 --sort loss --no-roofline
refuse 'shufflenet_v2' audit shufflenet_v3
refuse 'matches no block' audit mobilenet_v2:1.0 --filter nosuchblock
refuse 'regular expression' audit mobilenet_v2:1.0 --filter '('
refuse 'only one of' audit mobilenet_v2:1.0 --json --csv
refuse "unknown engine 'natve'.*native" audit mobilenet_v2:1.0 --engine natve
refuse "no instruction set 'sse'" audit mobilenet_v2:1.0 --isa sse
if [ -n "${EMULATED:-}" ]; then
    refuse 'emulated' audit mobilenet_v2:1.0
else
    expect 0 '^The whole network takes [0-9.]* \[' audit shufflenet_v2:0.5x --filter stage2.1 --processes 2 --budget 20
    expect 0 '"cost_ns"' audit shufflenet_v2:0.5x --filter stage2.1 --processes 2 --budget 20 --json
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

if [ "${EMULATED:-0}" = 1 ]; then
    refuse 'emulated.*run --check-only' run g1
    expect 0 '"median":null' run g1 --check-only --quick --filter 'arm/x1/1:12' --json -o "$folder/checked.json"
    refuse 'nothing is timed under emulation' profile shufflenet_v2:0.5x
fi

counted 'command line, run'
